import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Kind, kinds, neo4jEnterpriseCluster } from '@neo4j-operator/api-types';
import { loadSamples, type Sample } from '../../../libs/api-types/samples/load.ts';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import { type Answered, installCrd, Resources } from './resources.spec-helper.ts';

const examples = join(import.meta.dirname, '../../../examples');
const namespace = 'samples';
const kubectlNamespace = 'kubectl';

describeOnControlPlanes('The custom resource definitions', (start) => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await start();
    await controlPlane.namespace(namespace);
    await controlPlane.namespace(kubectlNamespace);
    for (const kind of Object.values(kinds)) await installCrd(controlPlane, kind);
  });
  afterAll(() => controlPlane.stop());

  /** Sends a sample to the API server; of an update, the answer to the change. */
  async function send(kind: Kind, { object, old }: Sample) {
    const resources = new Resources(controlPlane, kind, namespace);
    if (old === undefined) return resources.create(object);
    const created = await resources.create(old);
    expect(created).toMatchObject({ status: 201 });
    return resources.replace(created.body as Answered, object);
  }

  describe.each(Object.values(kinds))('for $kind', (kind) => {
    const named = (verdict: 'valid' | 'invalid'): [string, Sample][] =>
      loadSamples(kind.singular, verdict).map((sample) => [sample.path, sample]);

    it.each(named('valid'))('accept %s and fill in the defaults that we fill in', async (_path, sample) => {
      const { status, body } = await send(kind, sample);
      expect([status, body]).toEqual([sample.old === undefined ? 201 : 200, expect.anything()]);
      expect((body as Answered).spec).toStrictEqual((kind.applyDefaults(sample.object) as Answered).spec);
    });

    it.each(named('invalid'))('refuse %s where and why we do', async (_path, sample) => {
      const { status, body } = await send(kind, sample);
      expect(status).toBeGreaterThanOrEqual(400);
      const { message, details } = body as Refusal;
      expect(message).toContain(sample.message);
      const fields = details?.causes?.map(({ field }) => field) ?? [];
      if (fields.length > 0) expect(sample.expected.filter((path) => !isCovered(path, fields))).toEqual([]);
    });

    it.each(named('valid'))('let kubectl apply %s', async (_path, sample) => {
      const flags = ['apply', '--validate=strict', '-n', kubectlNamespace, '-f', '-'];
      const { name } = (sample.object as Answered).metadata;
      const said = await controlPlane.kubectl(flags, { input: sample.text });
      expect(said).toContain(`${kind.singular}.neo4j.neo4j.com/${name}`);
    });
  });

  it.each(globSync('*.yaml', { cwd: examples }))('let kubectl apply examples/%s', async (name) => {
    const flags = ['apply', '--validate=strict', '-n', kubectlNamespace, '-f', join(examples, name)];
    expect(await controlPlane.kubectl(flags)).toMatch(/^(\S+\.neo4j\.neo4j\.com\/\S+ created\n?)+$/);
  });

  it('agree with us on every pair of sizes, whether the second is no less than the first', async () => {
    const sizes = ['1', '999m', '1000m', '1k', '1Ki', '1.5Ki', '1536', '1e3', '.5Gi', '512Mi', '536870913', '1E', '1Ei'];
    const resources = new Resources(controlPlane, neo4jEnterpriseCluster, namespace);
    for (const [index, oldSize] of sizes.entries()) {
      const name = `size-${index}`;
      const { body } = await resources.create(clusterOfSize(name, oldSize));
      for (const size of sizes) {
        const object = clusterOfSize(name, size);
        const { status } = await resources.replace(body as Answered, object, { dryRun: true });
        const errors = neo4jEnterpriseCluster.validate(object, clusterOfSize(name, oldSize));
        expect([oldSize, size, status === 200]).toEqual([oldSize, size, errors.length === 0]);
      }
    }
  });

  it.each([{ size: '10GB' }, { size: 'much' }])('say once that $size is no amount', async ({ size }) => {
    const resources = new Resources(controlPlane, neo4jEnterpriseCluster, namespace);
    const { status, body } = await resources.create(clusterOfSize('no-amount', size));
    expect(status).toBe(422);
    expect((body as Refusal).details?.causes).toMatchObject([{ field: 'spec.storage.size' }]);
  });

  it('let kubectl scale the secondaries, and refuse too many', async () => {
    await controlPlane.kubectl(['apply', '-n', kubectlNamespace, '-f', '-'], {
      input: JSON.stringify(clusterOfSize('scaled', '1Gi')),
    });
    const scale = (replicas: number) =>
      controlPlane.kubectl(['scale', '-n', kubectlNamespace, 'n4j/scaled', `--replicas=${replicas}`]);
    await scale(4);
    const path = 'jsonpath={.spec.topology.secondaries}';
    expect(await controlPlane.kubectl(['get', '-n', kubectlNamespace, 'n4j', 'scaled', '-o', path])).toBe('4');
    await expect(scale(21)).rejects.toThrow('less than or equal to 20');
  });

  it('show every column of both kinds under the category', async () => {
    const shown = await controlPlane.kubectl(['get', 'neo4j', '-n', kubectlNamespace]);
    for (const { columns } of Object.values(kinds)) {
      expect(shown).toMatch(new RegExp(columns.map(({ name }) => name.toUpperCase()).join(' +')));
    }
  });
});

interface Refusal {
  readonly message: string;
  readonly details?: { readonly causes?: readonly { readonly field: string }[] };
}

/** The server writes a map's key like a field, and reports a bad key at the map; we name the key in brackets. */
function isCovered(path: string, fields: readonly string[]): boolean {
  const key = /^(.*)\[([^\]]*[^\]0-9][^\]]*)\]$/.exec(path);
  if (key === null) return fields.includes(path);
  const [, map = '', name = ''] = key;
  return [path, `${map}.${name}`, map].some((candidate) => fields.includes(candidate));
}

function clusterOfSize(name: string, size: string) {
  return {
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jEnterpriseCluster',
    metadata: { name },
    spec: { image: { tag: '5.26.0' }, topology: { primaries: 3 }, storage: { size } },
  };
}
