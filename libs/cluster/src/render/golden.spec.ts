import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { canonical } from '@neo4j-operator/reconcile-kit';
import { golden } from './golden.spec-helper.ts';
import { firstServer, rendered, sampleCluster, sampleServers } from './samples.spec-helper.ts';
import { configurationFile, type RenderedServer } from './server.ts';

const versions = ['5.26.30', '2026.08.1'] as const;

const topologies = [
  { primaries: 1, secondaries: 0 },
  { primaries: 2, secondaries: 0 },
  { primaries: 3, secondaries: 1 },
  { primaries: 5, secondaries: 0 },
] as const;

function linesOf({ configMap }: RenderedServer): readonly string[] {
  return (configMap.data?.[configurationFile] ?? '').split('\n').slice(0, -1);
}

/** The first server whole, of the others what differs from it. */
function configurations(servers: readonly RenderedServer[]): string {
  const [first, ...others] = servers;
  if (first === undefined) return '';
  const common = new Set(linesOf(first));
  const parts = others.map((server) => [
    `# ${server.service.metadata.name}, where it differs`,
    ...linesOf(server).filter((line) => !common.has(line)),
  ]);
  return [[`# ${first.service.metadata.name}`, ...linesOf(first)], ...parts]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function asYaml(object: object): string {
  return stringify(canonical(object), { lineWidth: 0, singleQuote: true });
}

describe.each(versions)('Neo4j %s', (tag) => {
  it.each(topologies)('has the configuration on file for $primaries + $secondaries servers', (topology) => {
    const servers = sampleServers(sampleCluster({ image: { tag }, topology })).map(rendered);
    const actual = configurations(servers);

    expect(actual).toBe(golden(`${tag}/${topology.primaries}-and-${topology.secondaries}.conf`, actual));
    // What is left out of the file is the same for all of them.
    const lengths = new Set(servers.map((server) => linesOf(server).length));
    expect(lengths.size).toBe(1);
  });

  it('has the StatefulSet on file', () => {
    const cluster = sampleCluster({ image: { tag } });
    const actual = asYaml(rendered(firstServer(cluster)).statefulSet);

    expect(actual).toBe(golden(`${tag}/statefulset.yaml`, actual));
  });

  it('has the configuration on file for Community Edition', () => {
    const cluster = sampleCluster({ image: { tag }, topology: { primaries: 1 }, edition: 'community' });
    const actual = configurations(sampleServers(cluster).map(rendered));

    expect(actual).toBe(golden(`${tag}/community.conf`, actual));
  });
});
