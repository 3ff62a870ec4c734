import { describe, expect, it } from '@jest/globals';
import { planLiveSettings } from './live-settings.ts';
import { World } from './state.spec-helper.ts';

/** What every server is told next. */
function told(world: World): readonly unknown[] {
  return planLiveSettings(world.state()).actions.map((action) =>
    action.kind === 'SetLiveSettings' ? Object.fromEntries(action.settings) : action,
  );
}

async function withThreshold(value: string): Promise<World> {
  const world = await World.settled({ topology: { primaries: 1 } });
  world.edit({ config: { 'db.logs.query.threshold': value } });
  await world.pass();
  return world;
}

describe('a setting that a running process takes', () => {
  it('is told once to each process', async () => {
    const world = await withThreshold('1s');
    expect(told(world)).toEqual([{ 'db.logs.query.threshold': ['1s'] }]);
    await world.converge();
    expect(told(world)).toEqual([]);
    world.restartContainer('graph-1');
    expect(told(world)).toEqual([{ 'db.logs.query.threshold': ['1s'] }]);
  });

  it('is not told to a pod that was made with it', async () => {
    const world = await withThreshold('1s');
    world.deletePod('graph-1');
    world.live();
    expect(told(world)).toEqual([]);
  });

  it('is told again when it goes back to what the process was started with', async () => {
    const world = await withThreshold('1s');
    await world.converge();
    world.edit({ config: {} });
    await world.pass();
    expect(told(world)).toEqual([{ 'db.logs.query.threshold': ['5s'] }]);
    await world.converge();
    expect(told(world)).toEqual([]);
  });

  it('is taken back when it is gone', async () => {
    const world = await World.settled({ topology: { primaries: 1 } });
    world.edit({ config: { 'db.transaction.timeout': '60s' } });
    await world.converge();
    world.edit({ config: {} });
    await world.pass();
    expect(told(world)).toEqual([{ 'db.transaction.timeout': [] }]);
  });

  it('waits while the server is no member', async () => {
    const world = await withThreshold('1s');
    const state = world.state();
    const servers = state.servers.map((server) => ({ ...server, row: undefined }));
    expect(planLiveSettings({ ...state, servers }).actions).toEqual([]);
  });

  it('marks the process as the executor checks it: with the id of the container at the end', async () => {
    const world = await withThreshold('1s');
    const containerId = world.pods.get('graph-1-0')?.status?.containerStatuses?.[0]?.containerID ?? '';
    expect(planLiveSettings(world.state()).actions).toMatchObject([
      {
        mark: expect.stringMatching(
          new RegExp(`^[0-9a-f]+:db\\.logs\\.query\\.threshold/${containerId}$`),
        ) as unknown,
      },
    ]);
  });
});
