// No field of the spec that nothing reads, none of the status that nothing writes.
import { expect, it } from '@jest/globals';
import { neo4jEnterpriseCluster, type Schema } from '@neo4j-operator/api-types';
import { adminSecretKey } from './analyze/accounts.ts';
import { planDeletion } from './plan/deletion.ts';
import { World } from './plan/state.spec-helper.ts';
import { renderShared } from './render/index.ts';
import type { SpecChange } from './render/samples.spec-helper.ts';
import { look } from './status/status.spec-helper.ts';

const { properties = {} } = neo4jEnterpriseCluster.schema;

/** The fields that hold values, with `[]` for what is in a list or a map. */
function leaves(path: string, schema: Schema | undefined): readonly string[] {
  const inside = schema?.items ?? schema?.additionalProperties;
  if (inside !== undefined) return leaves(`${path}[]`, inside);
  const fields = Object.entries(schema?.properties ?? {});
  return fields.length === 0 ? [path] : fields.flatMap(([name, field]) => leaves(`${path}.${name}`, field));
}

/** Everything that follows from a spec: what there is when it has settled, and what would go with the cluster. */
async function footprint(change: SpecChange): Promise<string> {
  const world = await World.settled(change);
  const { object } = world;
  const { claims, statefulSets, services, configMaps, budgets, neo4j } = world;
  const lists = [claims, statefulSets, services, configMaps, budgets].map((objects) => objects.list());
  const all = {
    lists,
    // Only one type can be asked for as yet.
    shared: renderShared({ cluster: object, edition: object.spec.edition, lastServer: 3, mayDisrupt: true }),
    databases: neo4j.view().databases.map(({ name, requested }) => ({ name, requested })),
    admin: adminSecretKey(object),
    leaving: planDeletion(object, world.state()).actions.map(({ target }) => target),
  };
  // Which number a write had is no matter.
  return JSON.stringify(all, (name, value: unknown) =>
    ['uid', 'resourceVersion'].includes(name) ? undefined : value,
  );
}

const image = { repo: 'neo4j', tag: '2026.08.1', pullPolicy: 'IfNotPresent' } as const;
const storage = { size: '10Gi', retentionPolicy: 'Retain' } as const;
const defaultDatabase = { name: 'neo4j', secondaries: 'pool' } as const;
const topology = { primaries: 3, secondaries: 1, defaultDatabase };
const limits = { memory: '4Gi' };
const secretKey = { name: 's', key: 'k' };
const env = (source: object): SpecChange => ({ env: [{ name: 'A', ...source }] });

/** For each field two specs that differ in nothing else. */
const pairs: Readonly<Record<string, readonly [SpecChange, SpecChange]>> = {
  'spec.edition': [
    { topology: { ...topology, primaries: 1, secondaries: 0 } },
    { edition: 'community', topology: { ...topology, primaries: 1, secondaries: 0 } },
  ],
  'spec.acceptLicenseAgreement': [{}, { acceptLicenseAgreement: 'commercial' }],
  'spec.image.repo': [{ image }, { image: { ...image, repo: 'example.com/neo4j', version: '2026.08.1' } }],
  'spec.image.tag': [{ image }, { image: { ...image, tag: '5.26.30' } }],
  'spec.image.version': [
    { image: { ...image, repo: 'a/b', tag: 'x', version: '2026.08.1' } },
    { image: { ...image, repo: 'a/b', tag: 'x', version: '5.26.30' } },
  ],
  'spec.image.digest': [{ image }, { image: { ...image, digest: `sha256:${'a'.repeat(64)}` } }],
  'spec.image.pullPolicy': [{ image }, { image: { ...image, pullPolicy: 'Always' } }],
  'spec.image.pullSecrets[]': [{ image }, { image: { ...image, pullSecrets: ['s'] } }],
  'spec.topology.primaries': [{ topology }, { topology: { ...topology, primaries: 4 } }],
  'spec.topology.secondaries': [{ topology }, { topology: { ...topology, secondaries: 2 } }],
  'spec.topology.defaultDatabase.name': [
    { topology },
    { topology: { ...topology, defaultDatabase: { ...defaultDatabase, name: 'films' } } },
  ],
  'spec.topology.defaultDatabase.primaries': [
    { topology },
    { topology: { ...topology, defaultDatabase: { ...defaultDatabase, primaries: 2 } } },
  ],
  'spec.topology.defaultDatabase.secondaries': [
    { topology },
    { topology: { ...topology, defaultDatabase: { ...defaultDatabase, secondaries: 0 } } },
  ],
  'spec.storage.size': [{ storage }, { storage: { ...storage, size: '20Gi' } }],
  'spec.storage.className': [{ storage }, { storage: { ...storage, className: 'fast' } }],
  'spec.storage.retentionPolicy': [{ storage }, { storage: { ...storage, retentionPolicy: 'Delete' } }],
  'spec.resources.requests[]': [{ resources: { limits } }, { resources: { limits, requests: { cpu: '1' } } }],
  'spec.resources.limits[]': [{ resources: { limits } }, { resources: { limits: { memory: '8Gi' } } }],
  'spec.memory.heap': [{}, { memory: { heap: '1Gi' } }],
  'spec.memory.pageCache': [{}, { memory: { pageCache: '1Gi' } }],
  'spec.env[].name': [env({ value: 'v' }), { env: [{ name: 'B', value: 'v' }] }],
  'spec.env[].value': [env({ value: 'v' }), env({ value: 'w' })],
  'spec.env[].valueFrom.secretKeyRef.name': [
    env({ valueFrom: { secretKeyRef: secretKey } }),
    env({ valueFrom: { secretKeyRef: { ...secretKey, name: 't' } } }),
  ],
  'spec.env[].valueFrom.secretKeyRef.key': [
    env({ valueFrom: { secretKeyRef: secretKey } }),
    env({ valueFrom: { secretKeyRef: { ...secretKey, key: 't' } } }),
  ],
  'spec.env[].valueFrom.secretKeyRef.optional': [
    env({ valueFrom: { secretKeyRef: secretKey } }),
    env({ valueFrom: { secretKeyRef: { ...secretKey, optional: true } } }),
  ],
  'spec.env[].valueFrom.configMapKeyRef.name': [
    env({ valueFrom: { configMapKeyRef: secretKey } }),
    env({ valueFrom: { configMapKeyRef: { ...secretKey, name: 't' } } }),
  ],
  'spec.env[].valueFrom.configMapKeyRef.key': [
    env({ valueFrom: { configMapKeyRef: secretKey } }),
    env({ valueFrom: { configMapKeyRef: { ...secretKey, key: 't' } } }),
  ],
  'spec.env[].valueFrom.configMapKeyRef.optional': [
    env({ valueFrom: { configMapKeyRef: secretKey } }),
    env({ valueFrom: { configMapKeyRef: { ...secretKey, optional: true } } }),
  ],
  'spec.config[]': [{}, { config: { 'db.transaction.timeout': '30s' } }],
  'spec.auth.adminSecret': [{}, { auth: { adminSecret: 'mine' } }],
  'spec.service.type': [{}, { service: { type: 'NodePort' as never } }],
};

it('has a pair for each field of the spec', () => {
  expect(Object.keys(pairs).toSorted()).toEqual(leaves('spec', properties['spec']).toSorted());
});

it.each(Object.entries(pairs))('%s is read', async (_field, [one, other]) => {
  expect(await footprint(one)).not.toBe(await footprint(other));
});

/** The fields of a value, as `leaves` names them. */
function written(path: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown) => written(`${path}[]`, each));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, each]) => written(`${path}.${name}`, each));
}

it('has a writer for each field of the status', async () => {
  const young = new World({ topology });
  look(young);
  const settled = await World.settled({ topology });
  // Who hosts what is in what Neo4j says.
  for (const id of settled.neo4j.rows.keys()) settled.neo4j.change(id, { hosting: ['neo4j'] });
  look(settled);
  const seen = new Set([young, settled].flatMap(({ object }) => written('status', object.status)));
  // The toolkit writes it with every status.
  seen.add('status.observedGeneration');
  expect(leaves('status', properties['status']).filter((field) => !seen.has(field))).toEqual([]);
});
