import { describe, expect, it } from '@jest/globals';
import { VirtualClock, seededRng } from '@neo4j-operator/clock';
import { failureOf, rows, run } from '../session.spec-helper.ts';
import { SimCluster, type SimClusterOptions } from '../sim-cluster.ts';
import { realTimings } from './timings.ts';

async function clusterOf(
  options: Partial<SimClusterOptions> = {},
): Promise<{ clock: VirtualClock; cluster: SimCluster }> {
  const clock = new VirtualClock();
  const cluster = new SimCluster({ clock, rng: seededRng(7), timings: realTimings, ...options });
  for (let index = 0; index < (options.servers ?? 3); index++) await cluster.add();
  return { clock, cluster };
}

describe.each(['5.26.30', '2025.06.0', '2026.08.1'])('servers of %s', (version) => {
  it('form a cluster by configuration alone', async () => {
    const { clock, cluster } = await clusterOf({ version });
    expect(cluster.isSettled()).toBe(false);
    await clock.advance(20_000);
    expect(cluster.isSettled()).toBe(true);
    const servers = rows(await run(cluster.server(0), 'SHOW SERVERS YIELD *'));
    expect(servers.map(({ state, health }) => [state, health])).toEqual(
      Array.from({ length: 3 }, () => ['Enabled', 'Available']),
    );
    expect(servers.map(({ hosting }) => hosting)).toEqual(
      Array.from({ length: 3 }, () => ['neo4j', 'system']),
    );
    const copies = rows(await run(cluster.server(1), 'SHOW DATABASE $name YIELD *', { name: 'neo4j' }));
    expect(copies.filter(({ writer }) => writer === true)).toHaveLength(1);
    expect(copies.map(({ currentStatus }) => currentStatus)).toEqual(['online', 'online', 'online']);
    await cluster.close();
  });
});

describe('formation', () => {
  it('waits for enough servers', async () => {
    const { clock, cluster } = await clusterOf();
    cluster.crash(2);
    await clock.advance(60_000);
    expect(failureOf(await run(cluster.server(0), 'SHOW SERVERS'))).toMatchObject({
      code: 'Neo.TransientError.General.DatabaseUnavailable',
    });
    await cluster.start(2);
    await clock.advance(20_000);
    expect(cluster.isSettled()).toBe(true);
    await cluster.close();
  });

  it('gives two clusters when the lists of endpoints are disjoint', async () => {
    const { clock, cluster } = await clusterOf({ servers: 0 });
    for (const peers of [
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
      [3, 4, 5],
      [3, 4, 5],
      [3, 4, 5],
    ]) {
      await cluster.add({
        'dbms.cluster.endpoints': peers.map((peer) => `server-${peer}.sim:6000`).join(','),
        'dbms.cluster.minimum_initial_system_primaries_count': '3',
      });
    }
    await clock.advance(30_000);
    const ids = new Set(cluster.network.servers.map(({ state }) => state.cluster?.id));
    expect(ids.size).toBe(2);
    expect(cluster.server(0).state.servers.size).toBe(3);
    await cluster.close();
  });

  it('does not happen on 5.26 when the endpoints are for a version of discovery that is not in use', async () => {
    const { clock, cluster } = await clusterOf({
      version: '5.26.30',
      settings: { 'dbms.cluster.discovery.version': 'V1_ONLY' },
    });
    await clock.advance(120_000);
    expect(cluster.leader()).toBeUndefined();
    await cluster.close();
  });

  it('happens once: a server that comes later is Free, and initial settings no longer count', async () => {
    const { clock, cluster } = await clusterOf();
    await clock.advance(20_000);
    const late = await cluster.add({ 'initial.dbms.default_primaries_count': '1' });
    await clock.advance(5000);
    const servers = rows(await run(cluster.server(0), 'SHOW SERVERS YIELD *'));
    expect(servers.find(({ serverId }) => serverId === late.volume.serverId)).toMatchObject({
      state: 'Free',
      hosting: ['system'],
    });
    expect(rows(await run(cluster.server(0), 'CALL dbms.showTopologyGraphConfig()'))).toMatchObject([
      { defaultPrimariesCount: 3n },
    ]);
    await cluster.close();
  });

  it('makes the default database as well as it can, and never tries again', async () => {
    const { clock, cluster } = await clusterOf({ settings: { 'initial.dbms.default_primaries_count': '5' } });
    await clock.advance(20_000);
    await cluster.add();
    await cluster.add();
    await clock.advance(60_000);
    const copies = rows(await run(cluster.server(0), 'SHOW DATABASE $name YIELD *', { name: 'neo4j' }));
    expect(copies).toHaveLength(3);
    expect(copies[0]).toMatchObject({ requestedPrimariesCount: 5n, currentPrimariesCount: 3n });
    await cluster.close();
  });

  it('holds through a rolling upgrade from 5.26, if its servers speak the newer version of discovery', async () => {
    const v2 = { 'dbms.cluster.discovery.version': 'V2_ONLY' };
    const v1 = {
      'dbms.cluster.discovery.version': 'V1_ONLY',
      'dbms.cluster.discovery.endpoints': '0,1,2'
        .split(',')
        .map((index) => `server-${index}.sim:5000`)
        .join(','),
    };
    for (const [settings, isFound] of [
      [v2, true],
      [v1, false],
    ] as const) {
      const { clock, cluster } = await clusterOf({ version: '5.26.30', servers: 0 });
      for (const index of [0, 1, 2]) {
        await cluster.add({
          ...settings,
          'server.discovery.advertised_address': `server-${index}.sim:5000`,
          'dbms.cluster.discovery.v2.endpoints': 'server-0.sim:6000,server-1.sim:6000,server-2.sim:6000',
          'dbms.cluster.minimum_initial_system_primaries_count': '3',
          'initial.dbms.default_primaries_count': '3',
        });
      }
      await clock.advance(20_000);
      expect(cluster.isSettled()).toBe(true);
      cluster.server(2).stop();
      const upgraded = await cluster.start(2, {}, '2026.08.1');
      await clock.advance(60_000);
      const servers = rows(await run(cluster.server(0), 'SHOW SERVERS YIELD serverId, health, version'));
      expect(servers).toContainEqual({
        serverId: upgraded.id,
        health: isFound ? 'Available' : 'Unavailable',
        version: isFound ? '2026.08.1' : null,
      });
      await cluster.close();
    }
  });

  it('counts only primaries of the system database; others join without a vote', async () => {
    const { clock, cluster } = await clusterOf();
    await clock.advance(20_000);
    await cluster.add({
      'server.cluster.system_database_mode': 'SECONDARY',
      'initial.server.mode_constraint': 'SECONDARY',
    });
    await clock.advance(5000);
    const reader = cluster.server(3);
    expect(reader.isMember).toBe(true);
    expect(cluster.leader()?.system?.members).not.toContain(reader.id);
    const copies = rows(await run(reader, 'SHOW DATABASE system YIELD serverID, role'));
    expect(copies).toContainEqual({ serverID: reader.id, role: 'secondary' });
    await cluster.close();
  });

  it('takes in new servers as Enabled where that is the rule', async () => {
    const { clock, cluster } = await clusterOf({
      settings: { 'initial.dbms.automatically_enable_free_servers': 'true' },
    });
    await clock.advance(20_000);
    await cluster.add();
    await clock.advance(5000);
    expect(cluster.server(3).state.servers.get(cluster.server(3).id)?.state).toBe('Enabled');
    await cluster.close();
  });

  it('survives that all servers restart', async () => {
    const { clock, cluster } = await clusterOf();
    await clock.advance(20_000);
    const { id } = cluster.server(0);
    for (const index of [0, 1, 2]) cluster.crash(index);
    for (const index of [0, 1, 2]) await cluster.start(index);
    await clock.advance(60_000);
    expect(cluster.isSettled()).toBe(true);
    expect(cluster.server(0).id).toBe(id);
    await cluster.close();
  });

  it('takes a wiped volume for a new server at the same address, and keeps the row of the old one', async () => {
    const { clock, cluster } = await clusterOf();
    await clock.advance(20_000);
    const old = cluster.server(2).id;
    cluster.crash(2, { loseVolume: true });
    await cluster.start(2);
    await clock.advance(60_000);
    const servers = rows(await run(cluster.leader() ?? cluster.server(0), 'SHOW SERVERS YIELD *'));
    const address = cluster.members[2]?.boltAddress;
    expect(servers.filter((row) => row['address'] === address)).toMatchObject([
      { serverId: old, state: 'Enabled', health: 'Unavailable' },
      { state: 'Free', health: 'Available' },
    ]);
    await cluster.close();
  });
});
