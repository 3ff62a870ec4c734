import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClusterState } from '../model/state.ts';
import { isFormed } from './members.ts';
import { plan } from './plan.ts';
import { isSettledCluster, unsettledParts } from './progress.ts';
import { ports, World } from './state.spec-helper.ts';

const threeAndOne = { topology: { primaries: 3, secondaries: 1 } };

/** What a cluster comes to, without uids, versions and how it got there. */
function outcome(world: World): unknown {
  const servers = [...world.neo4j.rows.values()].map(({ address, modeConstraint, state }) => ({
    address,
    modeConstraint,
    state,
  }));
  return {
    secrets: [...world.secrets.byName.keys()].toSorted(),
    claims: world.claims.list().map(({ metadata: { name, labels } }) => ({ name, labels })),
    statefulSets: world.statefulSets.list().map(({ metadata, spec }) => ({ name: metadata.name, spec })),
    services: [...world.services.byName.keys()].toSorted(),
    configMaps: [...world.configMaps.byName.keys()].toSorted(),
    budgets: world.budgets.list().map(({ spec }) => spec),
    servers: servers.toSorted((a, b) => String(a.address).localeCompare(String(b.address))),
    requested: world.neo4j.database?.requested,
  };
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const rest: Partial<T> = { ...value };
  Reflect.deleteProperty(rest, key);
  return rest as Omit<T, K>;
}

describe('a plan', () => {
  it('makes passwords, then all servers, and an account before it asks anything of the cluster', async () => {
    const world = new World(threeAndOne);
    await world.converge();
    expect(world.done.map(({ kind, target }) => `${kind} ${target.key}`)).toMatchInlineSnapshot(`
      [
        "CreateSecret prod/graph-bootstrap",
        "CreateSecret prod/graph-operator",
        "CreateSecret prod/graph-auth",
        "Apply prod/graph",
        "Apply prod/graph-servers",
        "Apply prod/graph-admin",
        "Apply prod/graph",
        "CreateClaim prod/graph-1",
        "Apply prod/graph-1-d6819071d2052f3b",
        "Apply prod/graph-1",
        "Apply prod/graph-1",
        "CreateClaim prod/graph-2",
        "Apply prod/graph-2-e108da78b22e01e2",
        "Apply prod/graph-2",
        "Apply prod/graph-2",
        "CreateClaim prod/graph-3",
        "Apply prod/graph-3-f8821c2e49b5bc5c",
        "Apply prod/graph-3",
        "Apply prod/graph-3",
        "CreateClaim prod/graph-4",
        "Apply prod/graph-4-b2eeb53ae7cb766c",
        "Apply prod/graph-4",
        "Apply prod/graph-4",
        "Apply prod/graph-admin",
        "EstablishAccount prod/graph-operator",
        "SetAdminPassword prod/graph-operator",
        "RecordIdentity prod/graph-1",
        "RecordIdentity prod/graph-2",
        "RecordIdentity prod/graph-3",
        "RecordIdentity prod/graph-4",
        "EnableServer prod/graph-4",
        "Apply prod/graph",
        "SetDefaultTopology prod/graph",
      ]
    `);
  });

  it.each([
    { topology: { primaries: 1 } },
    { topology: { primaries: 1, secondaries: 2 } },
    { topology: { primaries: 2 } },
    { topology: { primaries: 5, secondaries: 1 } },
    { topology: { primaries: 9 } },
    { edition: 'community', topology: { primaries: 1 } },
  ] as const)('comes to nothing for a cluster that has all it wants: %j', async (change) => {
    const world = await World.settled(change);
    expect(isSettledCluster(world.state())).toBe(true);
    expect(world.plan()).toEqual({ actions: [] });
  });

  it('looks again after a while at what is not settled, as no watch tells that it has lasted too long', async () => {
    const world = new World(threeAndOne);
    expect((await world.pass()).requeueAfterMs).toBe(30_000);
  });

  it.each<[string, (state: ClusterState) => Partial<ClusterState>]>([
    ['is paused', () => ({ isPaused: true })],
    [
      'has a field that is wrong',
      () => ({ problems: [{ field: 'spec.x', reason: 'Invalid', message: '', remedy: '' }] }),
    ],
    ['has an image that cannot be run', () => ({ running: undefined })],
    ['has no licence accepted', ({ spec }) => ({ spec: without(spec, 'acceptLicenseAgreement') })],
    [
      'has no usable admin Secret and no data',
      ({ accounts }) => ({ accounts: { ...accounts, admin: { ...accounts.admin, problem: 'too short' } } }),
    ],
  ])('has no actions for a cluster that %s', (_, change) => {
    const world = new World(threeAndOne);
    const state = world.state();
    expect(plan(world.object, { ...state, ...change(state) }, ports)).toEqual({ actions: [] });
  });

  it('goes on with a cluster that has data though its admin Secret has become unusable', async () => {
    const world = await World.settled(threeAndOne);
    world.edit({ topology: { ...world.object.spec.topology, secondaries: 2 } });
    const state = world.state();
    const { accounts } = state;
    const broken = {
      ...state,
      accounts: { ...accounts, admin: { ...accounts.admin, password: undefined, problem: 'too short' } },
    };
    const kinds = plan(world.object, broken, ports).actions.map(({ kind }) => kind);
    expect(kinds).toContain('CreateClaim');
    expect(kinds).not.toContain('SetAdminPassword');
  });

  it('touches nothing where volumes of the other edition were kept, and says so', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    world.edit({ edition: 'community' });
    expect(world.plan()).toEqual({
      actions: [],
      blocked: [
        expect.objectContaining({
          rule: 'EditionChanged',
          message: expect.stringContaining('spec.edition') as unknown,
        }),
      ],
    });
  });

  it('takes up the kept volumes of a cluster that was deleted', async () => {
    const world = await World.settled(threeAndOne);
    const before = outcome(world);
    for (const objects of [world.statefulSets, world.services, world.configMaps, world.budgets, world.pods]) {
      objects.byName.clear();
    }
    world.done.length = 0;
    await world.converge();
    expect(outcome(world)).toEqual(before);
    expect(world.done.map(({ kind }) => kind)).not.toContain('CreateClaim');
  });

  it.each([1, 2, 3, 5])('ends the same if the process dies after every %i actions', async (most) => {
    const formedAndGrown = async (passes: number): Promise<unknown> => {
      const world = new World(threeAndOne);
      await world.converge(400, passes);
      world.edit({ topology: { ...world.object.spec.topology, primaries: 4, secondaries: 2 } });
      await world.converge(400, passes);
      return outcome(world);
    };
    expect(await formedAndGrown(most)).toEqual(await formedAndGrown(Number.POSITIVE_INFINITY));
  });
});

/** What may happen to a cluster between two passes. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), most: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ kind: fc.constant('live' as const) }),
  fc.record({
    kind: fc.constant('edit' as const),
    primaries: fc.integer({ min: 2, max: 5 }),
    secondaries: fc.integer({ min: 0, max: 2 }),
    threshold: fc.constantFrom('1s', '2s', undefined),
  }),
  fc.record({
    kind: fc.constantFrom('deletePod' as const, 'restart' as const),
    server: fc.integer({ min: 1, max: 5 }),
  }),
);

describe('plans of any cluster', () => {
  it('keep volumes, add one server at a time to a cluster that has formed, and come to an end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
        const world = new World(threeAndOne);
        for (const happens of happenings) {
          switch (happens.kind) {
            case 'pass': {
              const state = world.state();
              const { actions } = world.plan();
              const added = actions.filter(({ kind }) => kind === 'CreateClaim');
              expect(actions.filter(({ kind }) => kind === 'DeleteKept')).toEqual([]);
              if (isFormed(state) && added.length > 0) {
                expect(added).toHaveLength(1);
                expect(unsettledParts(state)).toEqual([]);
              }
              await world.pass(happens.most);
              break;
            }
            case 'live':
              world.live();
              break;
            case 'edit': {
              const { primaries, secondaries, threshold } = happens;
              world.edit({
                topology: { ...world.object.spec.topology, primaries, secondaries },
                config: threshold === undefined ? {} : { 'db.logs.query.threshold': threshold },
              });
              break;
            }
            case 'deletePod':
              world.deletePod(`graph-${happens.server}`);
              break;
            case 'restart':
              if (world.pods.get(`graph-${happens.server}-0`) !== undefined) {
                world.restartContainer(`graph-${happens.server}`);
              }
              break;
          }
        }
        await world.converge();
        expect(isSettledCluster(world.state())).toBe(true);
        expect(world.plan().actions).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
