import { describe, expect, it } from '@jest/globals';
import type { DatabaseView } from '@neo4j-operator/neo4j-admin';
import { planDefaultTopology } from './default-topology.ts';
import { World } from './state.spec-helper.ts';
import { defaultTopology, wantedTopology } from './topology.ts';

const threeAndOne = { topology: { primaries: 3, secondaries: 1 } };

function change(world: World, database: Partial<DatabaseView>): void {
  if (world.neo4j.database === undefined) throw new Error('the default database is there');
  world.neo4j.database = { ...world.neo4j.database, ...database };
}

/** Asks for other numbers of copies of the default database. */
function ask(world: World, primaries: number | undefined, secondaries: number | 'pool'): void {
  const { topology } = world.object.spec;
  const { name } = topology.defaultDatabase;
  world.edit({
    topology: {
      ...topology,
      defaultDatabase: { name, secondaries, ...(primaries === undefined ? {} : { primaries }) },
    },
  });
}

describe('the topology of the default database', () => {
  it.each([
    [{ primaries: 1 }, { primaries: 1, secondaries: 0 }],
    [{ primaries: 2 }, { primaries: 1, secondaries: 0 }],
    [
      { primaries: 3, secondaries: 1 },
      { primaries: 3, secondaries: 1 },
    ],
    [
      { primaries: 5, secondaries: 2 },
      { primaries: 3, secondaries: 2 },
    ],
    [
      { primaries: 3, secondaries: 1, defaultDatabase: { primaries: 1, secondaries: 20 } },
      { primaries: 1, secondaries: 3 },
    ],
    [
      { primaries: 3, secondaries: 2, defaultDatabase: { secondaries: 1 } },
      { primaries: 3, secondaries: 1 },
    ],
  ] as const)('of %j is %j', async (topology, wanted) => {
    const world = await World.settled({ topology });
    expect(wantedTopology(world.state())).toEqual(wanted);
    expect(world.neo4j.database?.requested).toEqual(wanted);
  });

  it('is left to the Neo4jDatabase that names it', async () => {
    const world = await World.settled(threeAndOne);
    world.defaultDatabaseHasOwner = true;
    change(world, { requested: { primaries: 1, secondaries: 0 } });
    expect(planDefaultTopology(world.state()).actions).toEqual([]);
  });

  it('waits until every server is a member', async () => {
    const world = await World.settled(threeAndOne);
    change(world, { requested: { primaries: 1, secondaries: 0 } });
    world.deletePod('graph-4');
    const state = world.state();
    const [first, ...rest] = state.servers;
    if (first?.row === undefined) throw new Error('the first server is known');
    const cordoned = {
      ...state,
      servers: [{ ...first, row: { ...first.row, state: 'Cordoned' as const } }, ...rest],
    };
    expect(defaultTopology(cordoned)).toEqual({ kind: 'waits' });
  });

  it('is repaired where the server has placed fewer copies than it says itself', async () => {
    const world = await World.settled(threeAndOne);
    change(world, { copies: world.neo4j.database?.copies.slice(0, 2) ?? [] });
    expect(planDefaultTopology(world.state()).actions).toMatchObject([
      { kind: 'SetDefaultTopology', primaries: 3, secondaries: 1 },
    ]);
  });

  it('does not change while a copy is down, nobody leads, or the database is stopped', async () => {
    const world = await World.settled(threeAndOne);
    const copies = world.neo4j.database?.copies ?? [];
    ask(world, undefined, 0);
    expect(planDefaultTopology(world.state()).actions).toHaveLength(1);
    for (const bad of [
      {
        copies: copies.map((copy, index) => ({
          ...copy,
          status: index === 1 ? ('quarantined' as const) : copy.status,
        })),
      },
      { copies: copies.map((copy) => ({ ...copy, writer: false })) },
      { copies, requestedStatus: 'offline' as const },
    ]) {
      change(world, bad);
      expect(planDefaultTopology(world.state())).toEqual({
        actions: [],
        blocked: [expect.objectContaining({ rule: 'defaultDatabaseOnline', action: 'SetDefaultTopology' })],
      });
    }
  });

  it('goes from one primary to several, and never back', async () => {
    const world = await World.settled({
      topology: { primaries: 3, defaultDatabase: { primaries: 1, secondaries: 0 } },
    });
    ask(world, 3, 0);
    await world.converge();
    expect(world.neo4j.database?.requested).toEqual({ primaries: 3, secondaries: 0 });
    ask(world, 1, 0);
    expect(planDefaultTopology(world.state())).toMatchObject({
      actions: [],
      blocked: [{ rule: 'primariesNotToOne' }],
    });
  });

  it('keeps its primaries when fewer servers are asked for, which stay, and nobody has said a number', async () => {
    const world = await World.settled({ topology: { primaries: 3 } });
    world.edit({ topology: { ...world.object.spec.topology, primaries: 2 } });
    expect(wantedTopology(world.state())).toEqual({ primaries: 3, secondaries: 0 });
    expect(planDefaultTopology(world.state())).toEqual({ actions: [], blocked: [] });
  });
});
