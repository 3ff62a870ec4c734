import { describe, expect, it } from '@jest/globals';
import { firstServer, rendered, sampleCluster } from './samples.spec-helper.ts';
import { imageOf, runningImage } from './image.ts';

type Image = Parameters<typeof imageOf>[0]['image'];

function find(
  image: Partial<Image> & Pick<Image, 'tag'>,
  edition: 'enterprise' | 'community' = 'enterprise',
) {
  const found = imageOf({ edition, image: { repo: 'neo4j', pullPolicy: 'IfNotPresent', ...image } });
  return found.ok
    ? `${found.image.image} is ${found.image.version.text}`
    : found.problems.map(({ field, message }) => `${field} ${message}`).join('; ');
}

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('the image of a cluster', () => {
  it.each([
    [{ tag: '2026.08.1' }, 'neo4j:2026.08.1-enterprise is 2026.08.1'],
    [{ tag: '5.26.30' }, 'neo4j:5.26.30-enterprise is 5.26.30'],
    [{ tag: '5.26.30-enterprise' }, 'neo4j:5.26.30-enterprise is 5.26.30'],
    [{ tag: '2026.08.1-enterprise-ubi10' }, 'neo4j:2026.08.1-enterprise-ubi10 is 2026.08.1'],
    [{ tag: 'enterprise', version: '2026.08.1' }, 'neo4j:enterprise is 2026.08.1'],
    [{ tag: '2026.08.1', digest }, `neo4j:2026.08.1-enterprise@${digest} is 2026.08.1`],
    [
      { repo: 'docker.io/library/neo4j', tag: '2026.08.1' },
      'docker.io/library/neo4j:2026.08.1-enterprise is 2026.08.1',
    ],
    [
      { repo: 'registry.example.com/neo4j', tag: '2026.08.1' },
      'registry.example.com/neo4j:2026.08.1 is 2026.08.1',
    ],
    [{ repo: 'team/graph', tag: 'v7', version: '5.26.30' }, 'team/graph:v7 is 5.26.30'],
    [{ repo: 'team/graph', tag: '1.2.3', version: '5.26.30' }, 'team/graph:1.2.3 is 5.26.30'],
  ])('of Enterprise Edition for %j', (image, expected) => {
    expect(find(image)).toBe(expected);
  });

  it.each([
    [{ tag: '2026.08.1' }, 'neo4j:2026.08.1-community is 2026.08.1'],
    [{ tag: '2026.08.1-trixie' }, 'neo4j:2026.08.1-trixie is 2026.08.1'],
  ])('of Community Edition for %j', (image, expected) => {
    expect(find(image, 'community')).toBe(expected);
  });

  it.each([
    [{ tag: '5.25.1' }, /^spec\.image\.tag is no version that can be run: .*older than 5\.26/],
    [{ tag: '4.4.0-enterprise' }, /^spec\.image\.tag is no version that can be run/],
    [{ tag: '2024.01.0' }, /^spec\.image\.tag is no version that can be run/],
    [{ tag: '5.26.27' }, /^spec\.image\.tag is known to be bad: there was no release/],
    [{ tag: 'enterprise' }, /^spec\.image\.version is missing, and the tag enterprise/],
    [{ tag: '5.26-enterprise' }, /^spec\.image\.version is missing/],
    [{ tag: 'latest', version: '2026.08.1' }, /^spec\.image\.tag is an image of Neo4j Community Edition/],
    [{ tag: '2026.08.1-trixie' }, /^spec\.image\.tag is an image of Neo4j Community Edition/],
    [
      { tag: '2026.08.1', version: '2026.08.0' },
      /^spec\.image\.version is another version than that of the tag/,
    ],
    [{ repo: 'team/graph', tag: 'v7' }, /^spec\.image\.version is missing, and the tag v7/],
    [
      { repo: 'team/graph', tag: 'v7', version: '5.25.0' },
      /^spec\.image\.version is no version that can be run/,
    ],
  ])('is refused for %j', (image, expected) => {
    expect(find(image)).toMatch(expected);
  });

  it('of Enterprise Edition is refused for Community', () => {
    expect(find({ tag: '2026.08.1-enterprise' }, 'community')).toMatch(
      /^spec\.image\.tag is an image of Neo4j Ent/,
    );
  });

  it('is read back from a template, with a version that the tag does not say', () => {
    const image = { repo: 'team/graph', tag: 'v7', version: '5.26.30', digest };
    const input = firstServer(sampleCluster({ image }));
    const { template } = rendered(input).statefulSet.spec;

    expect(runningImage(template)).toEqual(input.running);
    expect(runningImage({ ...template, metadata: { labels: {} } })).toBeUndefined();
    expect(runningImage({ ...template, spec: { containers: [] } })).toBeUndefined();
  });
});
