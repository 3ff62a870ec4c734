import { describe, expect, it } from '@jest/globals';
import type { ServerView } from '@neo4j-operator/neo4j-admin';
import type { ClusterState } from '../model/state.ts';
import { planMembership } from './membership.ts';
import { World } from './state.spec-helper.ts';

const threeAndOne = { topology: { primaries: 3, secondaries: 1 } };

function withRow(state: ClusterState, number: number, change: Partial<ServerView>): ClusterState {
  const servers = state.servers.map((server) =>
    server.number === number && server.row !== undefined
      ? { ...server, row: { ...server.row, ...change } }
      : server,
  );
  return { ...state, servers };
}

function told(state: ClusterState): readonly string[] {
  return planMembership(state).actions.map(({ kind, target }) => `${kind} ${target.key}`);
}

/** A cluster that has formed and been seen for the first time. */
async function formed(): Promise<World> {
  const world = new World(threeAndOne);
  await world.pass();
  world.live();
  world.hasAccount = true;
  return world;
}

describe('membership', () => {
  it('begins with the id on the claim; who is Free is enabled once it is there', async () => {
    const world = await formed();
    expect(told(world.state())).toEqual([1, 2, 3, 4].map((number) => `RecordIdentity prod/graph-${number}`));
    for (const action of planMembership(world.state()).actions) await world.execute(action);
    expect(planMembership(world.state()).actions).toMatchObject([
      { kind: 'EnableServer', target: { key: 'prod/graph-4' }, modeConstraint: 'SECONDARY' },
    ]);
  });

  it('enables a primary without a constraint', async () => {
    const state = withRow((await World.settled(threeAndOne)).state(), 2, { state: 'Free' });
    expect(planMembership(state).actions).toMatchObject([{ kind: 'EnableServer', modeConstraint: 'NONE' }]);
  });

  it.each(['Cordoned', 'Deallocating', 'Deallocated', 'Dropped', 'unknown'] as const)(
    'leaves alone a server that is %s',
    async (known) => {
      expect(told(withRow((await World.settled(threeAndOne)).state(), 2, { state: known }))).toEqual([]);
    },
  );

  it('does not record the id of a server that was dropped, nor enable one that the others do not reach', async () => {
    const world = await formed();
    expect(told(withRow(world.state(), 2, { state: 'Dropped' }))).not.toContain(
      'RecordIdentity prod/graph-2',
    );
    await world.converge();
    expect(told(withRow(world.state(), 4, { state: 'Free', health: 'Unavailable' }))).toEqual([]);
  });

  it('does nothing on what was seen some time ago', async () => {
    const world = await formed();
    expect(told({ ...world.state(), sight: { kind: 'unknown' } })).toEqual([]);
  });
});
