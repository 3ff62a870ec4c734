import { VirtualClock } from '@neo4j-operator/clock';
import { describe, expect, it } from '@jest/globals';
import {
  annotations,
  clusterLabels,
  type ClusterObject,
  type DatabaseObject,
  labels,
  serverHost,
} from '@neo4j-operator/cluster-access';
import { neo4jDatabase } from '@neo4j-operator/api-types';
import { Neo4jError } from '@neo4j-operator/neo4j-admin';
import { controllerReference, keyOf, PreconditionFailed, type Stored } from '@neo4j-operator/reconcile-kit';
import { formationOf } from '../model/formation.ts';
import type { Claim, Pod, StatefulSet } from '../model/resources.ts';
import { renderClaim, renderSecret, renderShared } from '../render/index.ts';
import { rendered, sampleCluster, sampleServers, type SpecChange } from '../render/samples.spec-helper.ts';
import { FakeAccess, look, row, seen, stored } from './listers.spec-helper.ts';

const address = (number: number): string =>
  `${serverHost(keyOf(sampleCluster()), number, 'cluster.local')}:7687`;

interface Made {
  readonly object: Stored<ClusterObject>;
  /** Everything that a cluster has once it is made, but for its pods. */
  readonly objects: readonly Stored[];
}

function made(change: SpecChange = {}): Made {
  const object = sampleCluster(change);
  const formation = formationOf(object.spec);
  const servers = sampleServers(object).flatMap((input): readonly Stored[] => {
    const { configMap, service, statefulSet } = rendered(input);
    const claim = renderClaim({ cluster: object, formation, ...input.server });
    return [stored(claim), stored(configMap), stored(service), stored(statefulSet)];
  });
  const { client, headless, admin, budget } = renderShared({
    cluster: object,
    lastServer: servers.length / 4,
    mayDisrupt: true,
    edition: object.spec.edition,
  });
  const secrets = (['bootstrap', 'operator-account', 'admin'] as const).map((role) =>
    stored(renderSecret(object, role, () => `password-of-${role}`)),
  );
  return {
    object,
    objects: [...servers, stored(client), stored(headless), stored(admin), stored(budget), ...secrets],
  };
}

/** Replaces objects of a kind and name. */
function changed<T extends Stored>(
  { object, objects }: Made,
  kind: T['kind'],
  name: string,
  change: (found: T) => Stored | undefined,
): Made {
  const isMeant = (each: Stored): boolean => each.kind === kind && each.metadata.name === name;
  return {
    object,
    objects: objects.flatMap((each) => (isMeant(each) ? (change(each as T) ?? []) : [each])),
  };
}

function podOf(set: StatefulSet, startedAt: string): Stored<Pod> {
  const { metadata, spec } = set.spec.template;
  return stored({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${set.metadata.name}-0`, namespace: 'prod', labels: metadata.labels },
    spec,
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'neo4j', ready: true, restartCount: 0, containerID: 'c', state: { running: { startedAt } } },
      ],
    },
  });
}

function withPods({ object, objects }: Made, startedAt: string): Made {
  const pods = objects.flatMap((each) =>
    each.kind === 'StatefulSet' ? [podOf(each as Stored<StatefulSet>, startedAt)] : [],
  );
  return { object, objects: [...objects, ...pods] };
}

describe('a look at a cluster', () => {
  it('that has nothing yet asks nobody', async () => {
    const access = new FakeAccess();
    const state = await look(sampleCluster(), [], { access });
    expect(state).toMatchObject({
      servers: [],
      lastServer: 0,
      formation: undefined,
      sight: { kind: 'unknown' },
    });
    expect(state.running?.image).toBe('neo4j:2026.08.1-enterprise');
    expect(state.accounts.admin).toMatchObject({ isGenerated: true, secret: undefined, problem: undefined });
    expect(access.opened).toBeUndefined();
  });

  it('puts together what belongs to each server', async () => {
    const { object, objects } = withPods(
      made({ topology: { primaries: 3, secondaries: 1 } }),
      '2026-01-01T00:00:00Z',
    );
    const state = await look(object, objects);
    expect(state.servers.map(({ name, pool, systemMode }) => [name, pool, systemMode])).toEqual([
      ['graph-1', 'primary', 'PRIMARY'],
      ['graph-2', 'primary', 'PRIMARY'],
      ['graph-3', 'primary', 'PRIMARY'],
      ['graph-4', 'secondary', 'SECONDARY'],
    ]);
    for (const server of state.servers) {
      const { claim, pod, service, statefulSet } = server;
      for (const part of [claim, service, statefulSet]) expect(part?.metadata.name).toBe(server.name);
      expect(pod?.metadata.name).toBe(`${server.name}-0`);
      expect(server.templateSettings?.get('server.default_advertised_address')).toEqual([
        serverHost(state.key, server.number, 'cluster.local'),
      ]);
      expect(server.podSettings).toBe(server.templateSettings);
      expect(server.boltAddress).toBe(address(server.number));
    }
    expect(state.formation).toEqual(formationOf(object.spec));
    expect(state.shared).toMatchObject({
      client: { metadata: { name: 'graph' } },
      headless: { metadata: { name: 'graph-servers' } },
      admin: { metadata: { name: 'graph-admin' } },
      budget: { metadata: { name: 'graph' } },
    });
    expect(state.configMaps.size).toBe(4);
    expect(state.accounts.admin.password).toBe('password-of-admin');
  });

  it('tells the session of the servers that exist', async () => {
    const access = new FakeAccess();
    const { object, objects } = changed(made(), 'StatefulSet', 'graph-3', () => undefined);
    await look(object, objects, { access });
    expect(access.opened?.target.addresses).toEqual([address(1), address(2)]);
    expect(access.opened?.target.version.text).toBe('2026.08.1');
    await expect(access.opened?.target.credentials()).resolves.toEqual({
      username: 'neo4j-operator',
      password: 'password-of-operator-account',
    });
  });

  it.each([
    ['is gone', () => []],
    ['was made again', () => [stored(sampleCluster(), { uid: 'another' })]],
  ])('opens no session when its object %s meanwhile: nobody would close it', async (_, meanwhile) => {
    const access = new FakeAccess();
    const { object, objects } = made();
    await expect(look(object, objects, { access, meanwhile })).rejects.toThrow(PreconditionFailed);
    expect(access.opened).toBeUndefined();
  });

  it('runs the image of the templates once a server has come up with it, whatever the spec asks for by now', async () => {
    const { objects } = changed<Stored<Claim>>(made(), 'PersistentVolumeClaim', 'graph-2', (claim) => ({
      ...claim,
      metadata: {
        ...claim.metadata,
        annotations: { ...claim.metadata.annotations, [annotations.serverId]: 'id-2' },
      },
    }));
    const state = await look(sampleCluster({ image: { tag: '2026.09.0' } }), objects);
    expect(state.running?.version.text).toBe('2026.08.1');
  });

  it('is not bound by an image that no server has ever come up with', async () => {
    const { objects } = withPods(made(), '2026-01-01T00:00:00Z');
    const state = await look(sampleCluster({ image: { tag: '2026.09.0' } }), objects);
    expect(state.running?.version.text).toBe('2026.09.0');
  });

  it('is bound by the image of a Community server that the operator has logged in to', async () => {
    const change = { edition: 'community', topology: { primaries: 1 } } as const;
    const { objects } = changed(made(change), 'Secret', 'graph-operator', (secret) => ({
      ...secret,
      metadata: { ...secret.metadata, annotations: { [annotations.adminPassword]: 'uid/1' } },
    }));
    const state = await look(sampleCluster({ ...change, image: { tag: '2026.09.0' } }), objects);
    expect(state.running?.version.text).toBe('2026.08.1');
  });

  it('sees a cluster with a wrong spec all the same', async () => {
    const { objects } = made();
    const state = await look(sampleCluster({ config: { 'server.bolt.listen_address': ':1' } }), objects);
    expect(state.problems).not.toEqual([]);
    expect(state.servers).toHaveLength(3);
  });

  it('finds that the spec does not fit the volumes that were kept', async () => {
    const { objects } = made();
    const state = await look(sampleCluster({ topology: { primaries: 1 } }), objects);
    expect(state.problems).toMatchObject([{ field: 'spec.topology.primaries', reason: 'Immutable' }]);
  });

  it('of one that is being deleted asks nobody, and has no problems', async () => {
    const access = new FakeAccess();
    const { objects } = made();
    const object = sampleCluster({ config: { 'server.bolt.listen_address': ':1' } });
    const going = { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const state = await look(going, objects, { access });
    expect(state).toMatchObject({ problems: [], sight: { kind: 'unknown' } });
    expect(state.servers).toHaveLength(3);
    expect(access.opened).toBeUndefined();
  });
});

describe('what is left out', () => {
  it('are objects of an earlier cluster of the same name', async () => {
    const { object, objects } = made();
    const earlier = { ...object, metadata: { ...object.metadata, uid: 'earlier' } };
    const old = objects.map((each) =>
      each.metadata.ownerReferences === undefined
        ? each
        : stored(each, { ownerReferences: [controllerReference(earlier, 'prod')] }),
    );
    const state = await look(object, old);
    expect(
      state.servers.map(({ claim, statefulSet, service }) => [claim?.kind, statefulSet, service]),
    ).toEqual(Array.from({ length: 3 }, () => ['PersistentVolumeClaim', undefined, undefined]));
    expect(state.shared).toEqual({
      client: undefined,
      headless: undefined,
      admin: undefined,
      budget: undefined,
    });
    expect(state.configMaps.size).toBe(0);
    expect(state.formation).toEqual(formationOf(object.spec));
  });

  it('are objects of another cluster whose names look like ours', async () => {
    const { object, objects } = made();
    const others = objects.map((each) =>
      stored(each, { labels: { ...each.metadata.labels, [labels.cluster]: 'graph-1' } }),
    );
    const state = await look(object, others);
    expect(state.servers).toEqual([]);
    expect(state.shared.client).toBeUndefined();
    expect(state.accounts.bootstrap.secret).toBeUndefined();
  });

  it('are copies of claims and StatefulSets that have the labels of the originals', async () => {
    const { object, objects } = made();
    const copies = objects
      .filter(({ kind }) => kind === 'PersistentVolumeClaim' || kind === 'StatefulSet')
      .map(({ metadata, ...copy }) => ({
        ...copy,
        metadata: {
          ...metadata,
          name: `${metadata.name}-copy`,
          uid: `copy-of-${metadata.uid}`,
          annotations: { [annotations.serverId]: 'somebody', [annotations.formation]: '{}' },
        },
      }));
    const { servers } = await look(object, [...objects, ...copies]);
    expect(
      servers.map(({ claim, statefulSet }) => [claim?.metadata.name, statefulSet?.metadata.name]),
    ).toEqual([
      ['graph-1', 'graph-1'],
      ['graph-2', 'graph-2'],
      ['graph-3', 'graph-3'],
    ]);
    expect(servers.every(({ recordedId }) => recordedId === undefined)).toBe(true);
    const alone = await look(object, copies);
    expect(alone).toMatchObject({ servers: [], formation: undefined, lastServer: 0 });
  });

  it('is a claim that is going, but for its number', async () => {
    const { object, objects } = changed<Stored<Claim>>(made(), 'PersistentVolumeClaim', 'graph-3', (claim) =>
      stored(claim, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    );
    const state = await look(object, objects);
    expect(state.servers[2]).toMatchObject({
      number: 3,
      claim: undefined,
      pool: 'primary',
      systemMode: 'PRIMARY',
    });
    const alone = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim').slice(2);
    expect(await look(object, alone)).toMatchObject({ servers: [], lastServer: 3, formation: undefined });
  });

  it('is what remembers databases, which is no settings', async () => {
    const { object, objects } = made();
    const kept = stored({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'graph-kept-databases',
        namespace: 'prod',
        labels: { ...clusterLabels('graph'), [labels.role]: 'kept-databases' },
      },
    });
    expect((await look(object, [...objects, kept])).configMaps.has('graph-kept-databases')).toBe(false);
  });
});

describe('the formation', () => {
  const without = (made: Made, name: string): Made =>
    changed<Stored<Claim>>(made, 'PersistentVolumeClaim', name, (claim) =>
      stored(claim, { annotations: { [annotations.formation]: '{"edition":' } }),
    );

  it('is read from any claim that tells it', async () => {
    const { object, objects } = without(without(made(), 'graph-1'), 'graph-2');
    expect((await look(object, objects)).formation).toEqual(formationOf(object.spec));
  });

  it('is not guessed if no claim tells it', async () => {
    const { object, objects } = without(without(without(made(), 'graph-1'), 'graph-2'), 'graph-3');
    await expect(look(object, objects)).rejects.toMatchObject({ reason: 'ActionRefused' });
  });
});

describe('the highest number', () => {
  it('counts addresses of servers that were dropped, and the note on the admin Service', async () => {
    const { object, objects } = made();
    const access = new FakeAccess(seen(row('old', address(9), { state: 'Dropped' })));
    expect((await look(object, objects, { access })).lastServer).toBe(9);
    const noted = changed({ object, objects }, 'Service', 'graph-admin', (service) =>
      stored(service, { annotations: { [annotations.lastServer]: '12' } }),
    );
    expect((await look(object, noted.objects, { access })).lastServer).toBe(12);
  });

  it('does not count servers of others', async () => {
    const { object, objects } = made();
    const access = new FakeAccess(
      seen(row('x', 'graph-77.other.svc.cluster.local:7687'), row('y', 'graph-78:7687')),
    );
    expect((await look(object, objects, { access })).lastServer).toBe(3);
  });
});

describe('the row of a server', () => {
  const withId = (id: string): Made =>
    changed<Stored<Claim>>(made(), 'PersistentVolumeClaim', 'graph-1', (claim) =>
      stored(claim, { annotations: { ...claim.metadata.annotations, [annotations.serverId]: id } }),
    );

  it.each([
    [
      'by address, dropped ones left out',
      undefined,
      [row('a', address(1), { state: 'Dropped' }), row('b', address(1))],
      'b',
    ],
    [
      'by the recorded id, wherever it says it is',
      'a',
      [row('a', 'elsewhere:7687'), row('b', address(1))],
      'a',
    ],
    ['none if its id is unknown, whoever has its address', 'z', [row('b', address(1))], undefined],
    [
      'the one that answers, of two',
      undefined,
      [row('a', address(1), { health: 'Unavailable' }), row('b', address(1))],
      'b',
    ],
    ['none if two answer', undefined, [row('a', address(1)), row('b', address(1))], undefined],
  ] as const)('is %s', async (_what, id, rows, expected) => {
    const { object, objects } = id === undefined ? made() : withId(id);
    const state = await look(object, objects, { access: new FakeAccess(seen(...rows)) });
    expect(state.servers[0]?.row?.id).toBe(expected);
  });

  it('is none while the cluster cannot be seen', async () => {
    const { object, objects } = made();
    const error = new Neo4jError('down', { reason: 'Unreachable', remedy: 'retry', outcomeUnknown: false });
    const last = { servers: [row('a', address(1)), row('b', address(5))], databases: [], readAt: 0 };
    const access = new FakeAccess({ kind: 'failed', error, sinceMs: 0, last });
    const state = await look(object, objects, { access });
    expect(state.servers[0]?.row).toBeUndefined();
    expect(state.lastServer).toBe(5);
  });
});

describe('the Secret of the administrator', () => {
  const own = { auth: { adminSecret: 'mine' } };
  const secret = (password: string): Stored =>
    stored({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'mine', namespace: 'prod' },
      data: { password: Buffer.from(password).toString('base64') },
    } as never);

  it.each([
    ['is missing', [], /there is no Secret prod\/mine/],
    ['has too short a password', [secret('short')], /choose a longer one/],
    ['can be used', [secret('long-enough')], undefined],
  ] as const)('of a user %s', async (_what, objects, problem) => {
    const { admin } = (await look(sampleCluster(own), objects)).accounts;
    expect(admin.isGenerated).toBe(false);
    if (problem === undefined) expect(admin.problem).toBeUndefined();
    else expect(admin.problem).toMatch(problem);
  });

  it('that has the name of ours and is somebody else’s is not used', async () => {
    const other = stored(secret('long-enough'), { name: 'graph-auth' });
    expect((await look(sampleCluster(), [other])).accounts.admin).toMatchObject({
      secret: undefined,
      password: undefined,
      isGenerated: true,
    });
  });
});

describe('whom each server sees', () => {
  const startedAt = new Date(new VirtualClock().now()).toISOString();

  it('is not asked while servers are young', async () => {
    const { object, objects } = withPods(made(), startedAt);
    const access = new FakeAccess(seen());
    await look(object, objects, { access });
    expect(access.asked).toEqual([]);
  });

  it('is not asked if all are members', async () => {
    const { object, objects } = withPods(made(), startedAt);
    const access = new FakeAccess(seen(row('a', address(1)), row('b', address(2)), row('c', address(3))));
    const clock = new VirtualClock();
    await clock.advance(120_000);
    await look(object, objects, { access, clock });
    expect(access.asked).toEqual([]);
  });

  it('is asked of all that run once one is late, and does not wait for those that do not answer', async () => {
    const { object, objects } = withPods(made(), startedAt);
    const access = new FakeAccess(seen(row('a', address(1))));
    access.views.set(address(1), ['a']).set(address(2), ['b', 'c']);
    const clock = new VirtualClock();
    await clock.advance(61_000);
    const state = await look(object, objects, { access, clock });
    expect(access.asked).toEqual([address(1), address(2), address(3)]);
    expect([...state.views]).toEqual([
      [1, ['a']],
      [2, ['b', 'c']],
    ]);
  });

  it('is not asked with a login that was refused', async () => {
    const { object, objects } = withPods(made(), startedAt);
    const error = new Neo4jError('no', {
      reason: 'Unauthorized',
      remedy: 'credentials',
      outcomeUnknown: false,
    });
    const access = new FakeAccess({ kind: 'failed', error, sinceMs: 0, last: undefined });
    const clock = new VirtualClock();
    await clock.advance(61_000);
    await look(object, objects, { access, clock });
    expect(access.asked).toEqual([]);
  });
});

describe('the default database', () => {
  const database = (clusterRef: string, name: string): Stored =>
    stored(
      neo4jDatabase.applyDefaults({
        apiVersion: 'neo4j.neo4j.com/v1alpha1',
        kind: 'Neo4jDatabase',
        metadata: { name: 'db', namespace: 'prod' },
        spec: { clusterRef, name },
      }) as DatabaseObject,
    );

  it.each([
    ['graph', 'neo4j', true],
    ['graph', 'movies', false],
    ['other', 'neo4j', false],
  ])('has an owner if a database of %s is called %s: %s', async (clusterRef, name, expected) => {
    const state = await look(sampleCluster(), [database(clusterRef, name)]);
    expect(state.defaultDatabaseHasOwner).toBe(expected);
  });
});
