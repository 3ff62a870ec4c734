import { describe, expect, it } from '@jest/globals';
import { annotations, type Sight } from '@neo4j-operator/cluster-access';
import type { DatabaseView } from '@neo4j-operator/neo4j-admin';
import type { ClusterAction } from '../model/actions.ts';
import { configMapsIn } from './collect.ts';
import { plan } from './plan.ts';
import { differencesOf } from './progress.ts';
import { ports, World } from './state.spec-helper.ts';

const threeAndOne = { topology: { primaries: 3, secondaries: 1 } };

function told(actions: readonly ClusterAction[]): readonly string[] {
  return actions.map(({ message }) => message);
}

async function grown(): Promise<World> {
  const world = await World.settled(threeAndOne);
  world.edit({ topology: { ...world.object.spec.topology, primaries: 4 } });
  return world;
}

describe('a server more', () => {
  it('is made whole in one pass; the others learn of it when its claim is there', async () => {
    const world = await grown();
    expect(told(world.plan().actions)).toEqual([
      'make the claim for the volume of server graph-5, which is to be in the primary pool',
      expect.stringMatching(/^make ConfigMap prod\/graph-5-/),
      'make Service prod/graph-5',
      'make StatefulSet prod/graph-5',
    ]);
    await world.pass();
    expect(told(world.plan().actions)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^make ConfigMap prod\/graph-1-/),
        'update StatefulSet prod/graph-1',
      ]),
    );
  });

  it('does not wait for copies that there is no server for', async () => {
    const world = await grown();
    const { sight } = world.state();
    if (sight.kind !== 'seen') throw new Error('it can be seen');
    const view = (change: (database: DatabaseView) => Partial<DatabaseView>): Sight => ({
      ...sight,
      view: {
        ...sight.view,
        databases: sight.view.databases.map((database) => ({ ...database, ...change(database) })),
      },
    });
    const kinds = (seen: Sight): readonly string[] =>
      plan(world.object, { ...world.state(), sight: seen }, ports).actions.map(({ kind }) => kind);
    const more = { requested: { primaries: 5, secondaries: 1 } };
    expect(kinds(view(({ name }) => (name === 'neo4j' ? more : {})))).toContain('CreateClaim');
    const down = ({ copies, name }: DatabaseView): Partial<DatabaseView> =>
      name === 'neo4j'
        ? {
            ...more,
            copies: copies.map((copy, index) => (index === 0 ? { ...copy, status: 'offline' } : copy)),
          }
        : {};
    expect(kinds(view(down))).not.toContain('CreateClaim');
  });

  it('that could not be made whole comes after everything else that is to be done', async () => {
    const world = await grown();
    await world.pass(1);
    expect(world.claims.get('graph-5')).toBeDefined();
    world.secrets.annotate('graph-auth', 'example.com/touched', 'yes');
    const kinds = world.plan().actions.map(({ kind, target }) => `${kind} ${target.key}`);
    expect(kinds.indexOf('SetAdminPassword prod/graph-operator')).toBeGreaterThanOrEqual(0);
    expect(kinds.slice(-2)).toEqual(['Apply prod/graph-5', 'Apply prod/graph-5']);
    const set = world.statefulSets.existing('graph-1');
    world.statefulSets.byName.delete('graph-1');
    const again = world.plan().actions.map(({ kind, target }) => `${kind} ${target.key}`);
    expect(again.indexOf('Apply prod/graph-1')).toBeLessThan(
      again.indexOf('SetAdminPassword prod/graph-operator'),
    );
    world.statefulSets.put(set);
    await world.converge();
    expect(world.statefulSets.get('graph-5')).toBeDefined();
  });

  it('leaves the pods of the others alone', async () => {
    const world = await grown();
    const before = world.pods.list().map(({ metadata }) => metadata.uid);
    await world.converge();
    expect(world.pods.list().map(({ metadata }) => metadata.uid)).toEqual(expect.arrayContaining(before));
    expect(world.pods.list()).toHaveLength(5);
  });

  it('waits while one of the others is not well, and names it', async () => {
    const world = await grown();
    world.deletePod('graph-2');
    const { actions, blocked } = world.plan();
    expect(told(actions)).toEqual(['update PodDisruptionBudget prod/graph']);
    expect(blocked).toEqual([
      {
        rule: 'everythingSettled',
        action: 'CreateClaim',
        message: 'the next server waits: server graph-2 has no running container',
      },
    ]);
  });

  it('waits while the cluster cannot be seen', async () => {
    const world = await grown();
    const { blocked } = plan(world.object, { ...world.state(), sight: { kind: 'unknown' } }, ports);
    expect(blocked).toEqual([expect.objectContaining({ rule: 'everythingSettled' })]);
  });
});

describe('a server that exists', () => {
  it('gets another ConfigMap for what takes effect without a restart, and keeps its pod', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    world.edit({ config: { 'db.logs.query.threshold': '1s' } });
    expect(world.plan().actions.map(({ kind }) => kind)).toEqual(['Apply', 'Apply']);
    await world.converge();
    expect(world.done.slice(-2).map(({ kind }) => kind)).toContain('SetLiveSettings');
    expect(differencesOf(world.object, world.state(), ports)).toEqual(new Map());
  });

  it('is never given what needs a restart, which is told instead', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    world.edit({ resources: { limits: { memory: '8Gi' } } });
    expect(world.plan()).toEqual({ actions: [] });
    expect([...differencesOf(world.object, world.state(), ports)]).toEqual([
      ['graph-1', expect.arrayContaining([expect.objectContaining({ cause: 'spec' })])],
    ]);
  });

  it('has its template name another ConfigMap and keep the rest, if the rest would need a restart', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    const before = world.statefulSets.get('graph-1')?.spec.template.spec;
    world.edit({
      resources: { limits: { memory: '8Gi' } },
      config: { 'db.logs.query.threshold': '1s' },
    });
    const { actions } = world.plan();
    expect(actions.map(({ kind }) => kind)).toEqual(['Apply', 'RepointTemplate']);
    await world.converge();
    const after = world.statefulSets.get('graph-1')?.spec.template.spec;
    expect(after?.containers).toEqual(before?.containers);
    expect(after && configMapsIn(after)).not.toEqual(before && configMapsIn(before));
  });

  it('gets its pod back that somebody has scaled away, though its template waits for a restart', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    world.edit({ resources: { limits: { memory: '8Gi' } } });
    await world.converge();
    const set = world.statefulSets.existing('graph-1');
    world.statefulSets.put({ ...set, spec: { ...set.spec, replicas: 0 } });
    expect(world.plan().actions).toMatchObject([
      { kind: 'RepointTemplate', configMap: configMapsIn(set.spec.template.spec)[0] },
    ]);
  });

  it('gets a larger volume, and never a smaller one', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    world.edit({ storage: { ...world.object.spec.storage, size: '20Gi' } });
    expect(world.plan().actions).toMatchObject([
      { kind: 'GrowClaim', size: '20Gi', precondition: { uid: world.claims.get('graph-1')?.metadata.uid } },
    ]);
    await world.converge();
    world.edit({ storage: { ...world.object.spec.storage, size: '10240Mi' } });
    expect(world.plan()).toEqual({ actions: [] });
  });

  it('is not asked to grow before it is bound, and is asked again later in case that was refused', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    world.edit({ storage: { ...world.object.spec.storage, size: '20Gi' } });
    expect(world.plan().requeueAfterMs).toBe(120_000);
    const claim = world.claims.get('graph-1');
    if (claim === undefined) throw new Error('there is no claim');
    world.claims.byName.set('graph-1', { ...claim, status: { phase: 'Pending' } });
    expect(world.plan().actions).toEqual([]);
  });
});

describe('a claim that is gone', () => {
  it('is made again under its number as long as no cluster has formed', async () => {
    const world = new World(threeAndOne);
    await world.pass();
    world.claims.byName.delete('graph-2');
    const claims = world.plan().actions.filter(({ kind }) => kind === 'CreateClaim');
    expect(claims).toMatchObject([{ number: 2, pool: 'primary', systemMode: 'PRIMARY' }]);
  });

  it('is never replaced by an empty one afterwards: nothing is done to its server, and that is told', async () => {
    const world = await World.settled(threeAndOne);
    world.claims.byName.delete('graph-2');
    const { actions, blocked } = world.plan();
    expect(told(actions)).toEqual(['update PodDisruptionBudget prod/graph']);
    expect(blocked).toEqual([
      expect.objectContaining({ rule: 'VolumeLost', message: expect.stringContaining('graph-2') as unknown }),
    ]);
  });

  it('is not replaced even if all are gone and the cluster cannot be seen', async () => {
    const world = await World.settled(threeAndOne);
    world.claims.byName.clear();
    const blind = { ...world.state(), sight: { kind: 'unknown' } } as const;
    const { actions, blocked } = plan(
      world.object,
      { ...blind, servers: blind.servers.map((server) => ({ ...server, row: undefined })) },
      ports,
    );
    expect(actions.filter(({ kind }) => kind === 'CreateClaim')).toEqual([]);
    expect(blocked?.filter(({ rule }) => rule === 'VolumeLost')).toHaveLength(4);
  });
});

describe('a server that is not the one on its claim', () => {
  it('is left alone, and that is told', async () => {
    const world = await World.settled(threeAndOne);
    world.claims.annotate('graph-2', annotations.serverId, 'another-id');
    const { actions, blocked } = world.plan();
    expect(told(actions)).toEqual(['update PodDisruptionBudget prod/graph']);
    expect(blocked).toEqual([
      expect.objectContaining({
        rule: 'IdentityChanged',
        message: expect.stringContaining('another-id') as unknown,
      }),
    ]);
  });
});
