import { describe, expect, it } from '@jest/globals';
import { World } from './state.spec-helper.ts';
import { nextServers, serverCounts } from './wanted.ts';

function next(world: World) {
  return nextServers(world.state()).map(({ name, pool, systemMode }) => `${name} ${pool} ${systemMode}`);
}

describe('the servers to add next', () => {
  it('are all of them before a cluster has formed, primaries first', () => {
    expect(next(new World({ topology: { primaries: 2, secondaries: 1 } }))).toEqual([
      'graph-1 primary PRIMARY',
      'graph-2 primary PRIMARY',
      'graph-3 secondary SECONDARY',
    ]);
  });

  it('have a vote up to the seventh', () => {
    const modes = nextServers(new World({ topology: { primaries: 9 } }).state()).map(
      ({ systemMode }) => systemMode,
    );
    expect(modes).toEqual([...Array.from({ length: 7 }, () => 'PRIMARY'), 'SECONDARY', 'SECONDARY']);
  });

  it('are those that a crash has left out', async () => {
    const world = new World({ topology: { primaries: 3, secondaries: 1 } });
    while (world.claims.list().length < 2) await world.pass(1);
    expect(next(world)).toEqual(['graph-3 primary PRIMARY', 'graph-4 secondary SECONDARY']);
  });

  it('are not so many voters that two groups could form, though the spec has grown since the first claim', async () => {
    const world = new World({ topology: { primaries: 3, secondaries: 1 } });
    await world.pass();
    world.edit({ topology: { ...world.object.spec.topology, primaries: 9 } });
    expect(next(world)).toEqual(['graph-5 primary PRIMARY', 'graph-6 primary PRIMARY']);
    expect(world.plan().blocked).toEqual([expect.objectContaining({ rule: 'NotFormed' })]);
  });

  it('are enough to form, though the spec has been lowered since the first claim', async () => {
    const world = new World({ topology: { primaries: 3, secondaries: 1 } });
    while (world.claims.list().length < 1) await world.pass(1);
    world.edit({ topology: { ...world.object.spec.topology, primaries: 2, secondaries: 0 } });
    expect(next(world)).toEqual(['graph-2 primary PRIMARY', 'graph-3 primary PRIMARY']);
    await world.converge();
    expect(world.plan().blocked).toEqual([expect.objectContaining({ rule: 'ScaleInNotAvailable' })]);
  });

  it('are one once it has formed, under a number that no server ever had', async () => {
    const world = await World.settled({ topology: { primaries: 3, secondaries: 1 } });
    world.edit({ topology: { ...world.object.spec.topology, primaries: 4, secondaries: 3 } });
    expect(next(world)).toEqual(['graph-5 primary PRIMARY']);
    expect(nextServers({ ...world.state(), lastServer: 11 })).toMatchObject([{ number: 12 }]);
  });

  it('are none where there are more than wanted, which is told', async () => {
    const world = await World.settled({ topology: { primaries: 3, secondaries: 2 } });
    world.edit({ topology: { ...world.object.spec.topology, secondaries: 1 } });
    expect(next(world)).toEqual([]);
    expect(serverCounts(world.state()).surplus).toEqual({ primary: 0, secondary: 1 });
    expect(world.plan()).toEqual({
      actions: [],
      blocked: [
        {
          rule: 'ScaleInNotAvailable',
          action: 'CreateClaim',
          message:
            'servers are not removed yet; spec.topology.secondaries is 1 and there are 2 servers: set it to 2',
        },
      ],
    });
  });
});
