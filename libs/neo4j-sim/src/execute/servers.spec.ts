import { describe, expect, it } from '@jest/globals';
import { formedCluster } from '../lifecycle.spec-helper.ts';
import { failureOf, resultOf, rows, run } from '../session.spec-helper.ts';

/** One server, whose default database asks for three primaries and gets one. */
const fewerThanAskedFor = {
  servers: 1,
  settings: {
    'dbms.cluster.minimum_initial_system_primaries_count': '1',
    'initial.dbms.default_primaries_count': '3',
  },
};

/** Of which two can be away, and the system database still has a leader. */
const fiveServers = {
  servers: 5,
  settings: {
    'dbms.cluster.minimum_initial_system_primaries_count': '5',
    'initial.dbms.default_primaries_count': '3',
  },
};

describe('servers', () => {
  it('scale from three to five and back by enable, topology, dry run, deallocate and drop', async () => {
    const { admin, clock, cluster, done, seen } = await formedCluster();
    await done('CREATE USER $u IF NOT EXISTS SET PASSWORD $p CHANGE NOT REQUIRED', {
      u: 'x',
      p: 'long-enough',
    });
    resultOf(
      await run(
        cluster.leader('neo4j') ?? admin(),
        'MERGE (p:Probe {id: $id})',
        { id: 'one' },
        { database: 'neo4j' },
      ),
    );
    await cluster.add();
    await cluster.add();
    await clock.advance(5000);
    const added = [cluster.server(3).id, cluster.server(4).id];
    for (const id of added) await done('ENABLE SERVER $id OPTIONS $o', { id, o: { modeConstraint: 'NONE' } });
    await clock.advance(10_000);
    // Enabling moves nothing by itself.
    expect(cluster.server(3).copies.size).toBe(0);
    await done('ALTER DATABASE neo4j SET TOPOLOGY $p PRIMARIES $s SECONDARIES', { p: 5n, s: 0n });
    await clock.advance(1000);
    const copying = await seen('SHOW DATABASE neo4j YIELD name, currentStatus');
    expect(copying.map(({ currentStatus }) => currentStatus).sort()).toEqual([
      'online',
      'online',
      'online',
      'store copying',
      'store copying',
    ]);
    await clock.advance(20_000);
    expect(cluster.isSettled()).toBe(true);
    expect(cluster.server(4).copies.values().next().value?.probes).toEqual(new Set(['one']));

    // Five primaries on five servers: there is nowhere to go.
    expect(
      failureOf(await run(admin(), 'DEALLOCATE DATABASES FROM SERVERS $a', { a: added[0] ?? '' })),
    ).toMatchObject({
      code: 'Neo.ClientError.Statement.ArgumentError',
      gqlStatus: '51N43',
    });
    await done('ALTER DATABASE neo4j SET TOPOLOGY $p PRIMARIES $s SECONDARIES', { p: 3n, s: 0n });
    await clock.advance(10_000);
    expect(cluster.isSettled()).toBe(true);

    const leaving = cluster.network.servers.filter(({ id }) => id !== admin().id).slice(-2);
    for (const { id } of leaving) {
      const dry = await seen('DRYRUN DEALLOCATE DATABASES FROM SERVERS $id', { id });
      await done('DEALLOCATE DATABASES FROM SERVERS $id', { id });
      await clock.advance(30_000);
      expect(dry.map(({ toServerId }) => toServerId)).not.toContain(id);
      expect(await seen('SHOW SERVERS YIELD serverId, state, hosting')).toContainEqual({
        serverId: id,
        state: 'Deallocated',
        hosting: ['system'],
      });
      await done('DROP SERVER $id', { id });
      await clock.advance(2000);
      expect(await seen('SHOW SERVERS YIELD serverId, state, hosting')).toContainEqual({
        serverId: id,
        state: 'Dropped',
        hosting: [],
      });
    }
    for (const server of leaving) server.stop();
    await clock.advance(60_000);
    expect(await seen('SHOW SERVERS')).toHaveLength(3);
    expect(cluster.isSettled()).toBe(true);
    expect(admin().system?.members).toHaveLength(3);
    expect(cluster.leader('neo4j')?.copies.values().next().value?.probes).toEqual(new Set(['one']));
    await cluster.close();
  });

  it('are refused deallocation for single primaries and stopped databases, as a whole', async () => {
    const { admin, clock, cluster, done } = await formedCluster();
    await cluster.add();
    await clock.advance(5000);
    await done('ENABLE SERVER $id', { id: cluster.server(3).id });
    await done('CREATE DATABASE single TOPOLOGY 1 PRIMARY');
    await clock.advance(20_000);
    const [host] = admin().state.databases.get('single')?.hosts ?? [];
    const id = host?.server ?? '';
    const dry = { a: id };
    expect(failureOf(await run(admin(), 'DRYRUN DEALLOCATE DATABASES FROM SERVER $a', dry)).gqlStatus).toBe(
      '51N43',
    );
    await done('STOP DATABASE neo4j');
    const other =
      admin()
        .state.databases.get('neo4j')
        ?.hosts.find(({ server }) => server !== id)?.server ?? '';
    expect(
      failureOf(await run(admin(), 'DEALLOCATE DATABASES FROM SERVER $a', { a: other })).message,
    ).toContain('offline');
    expect([...admin().state.servers.values()].map(({ state }) => state)).not.toContain('Deallocating');
    await done('START DATABASE neo4j');
    await clock.advance(20_000);
    const hosts =
      admin()
        .state.databases.get('neo4j')
        ?.hosts.map(({ server }) => server) ?? [];
    for (const cordoned of hosts.slice(0, 2))
      await done('CALL dbms.cluster.cordonServer($s)', { s: cordoned });
    const free = hosts[2] ?? '';
    expect(failureOf(await run(admin(), 'DEALLOCATE DATABASES FROM SERVER $a', { a: free })).gqlStatus).toBe(
      '51N43',
    );
    await cluster.close();
  });

  it('are refused deallocation for the only primary that a database has, however many it asked for', async () => {
    const { admin, clock, cluster, done } = await formedCluster(fewerThanAskedFor);
    await cluster.add();
    await clock.advance(5000);
    await done('ENABLE SERVER $id', { id: cluster.server(1).id });
    expect(admin().state.databases.get('neo4j')).toMatchObject({ primaries: 3, hosts: { length: 1 } });
    const refused = await run(admin(), 'DEALLOCATE DATABASES FROM SERVER $id', { id: cluster.server(0).id });
    expect(failureOf(refused).message).toContain('single primary');
    await cluster.close();
  });

  it('are not dropped before they are deallocated, nor below the system primaries that the cluster began with', async () => {
    const { admin, clock, cluster, done } = await formedCluster({
      settings: { 'initial.dbms.default_primaries_count': '2' },
    });
    const id = cluster.network.servers.find((server) => server !== admin())?.id ?? '';
    expect(failureOf(await run(admin(), 'DROP SERVER $id', { id })).gqlStatus).toBe('51N44');
    await done('DEALLOCATE DATABASES FROM SERVER $id', { id });
    await clock.advance(30_000);
    expect(admin().state.servers.get(id)?.state).toBe('Deallocated');
    expect(failureOf(await run(admin(), 'DROP SERVER $id', { id })).gqlStatus).toBe('51N44');
    await cluster.close();
  });

  it('whose identity was dropped never come back with it', async () => {
    const { admin, clock, cluster, done } = await formedCluster();
    const { index } = await cluster.add();
    await clock.advance(5000);
    const { id } = cluster.server(index);
    await done('DROP SERVER $id', { id });
    await clock.advance(2000);
    cluster.crash(index);
    await clock.advance(60_000);
    expect(admin().state.servers.get(id)?.state).toBe('Dropped');
    await cluster.start(index);
    await clock.advance(60_000);
    expect(cluster.server(index).isMember).toBe(false);
    expect(failureOf(await run(cluster.server(index), 'SHOW SERVERS')).code).toBe(
      'Neo.TransientError.General.DatabaseUnavailable',
    );
    cluster.crash(index, { loseVolume: true });
    await cluster.start(index);
    await clock.advance(5000);
    expect(admin().state.servers.get(cluster.server(index).id)?.state).toBe('Free');
    await cluster.close();
  });

  it('are not deallocated, so not dropped, while they may have the last copies of a database', async () => {
    const { admin, clock, cluster, done, seen } = await formedCluster(fiveServers);
    await done('CREATE DATABASE orders TOPOLOGY 2 PRIMARIES');
    await clock.advance(20_000);
    const pair =
      admin()
        .state.databases.get('orders')
        ?.hosts.map(({ server }) => server) ?? [];
    const places = cluster.members.filter(({ server }) => pair.includes(server?.id ?? ''));
    const leader = cluster.leader('orders') ?? admin();
    const probe = { id: 'one' };
    const orders = { database: 'orders' };
    resultOf(await run(leader, 'MERGE (p:Probe {id: $id})', probe, orders));
    for (const id of pair) await done('DEALLOCATE DATABASES FROM SERVER $id', { id });
    for (const { index } of places) cluster.crash(index);
    await clock.advance(60_000);
    await done('STOP DATABASE orders');
    await clock.advance(5000);
    for (const id of pair) {
      expect(admin().state.servers.get(id)?.state).toBe('Deallocating');
      expect(failureOf(await run(admin(), 'DROP SERVER $id', { id })).gqlStatus).toBe('51N44');
    }
    // Back again they still wait: a stopped database is not copied.
    for (const { index } of places) await cluster.start(index);
    await clock.advance(60_000);
    const states = async () =>
      (await seen('SHOW SERVERS YIELD serverId, state'))
        .filter(({ serverId }) => pair.some((id) => id === serverId))
        .map(({ state }) => state);
    expect(await states()).toEqual(['Deallocating', 'Deallocating']);
    await done('START DATABASE orders');
    await clock.advance(60_000);
    expect(await states()).toEqual(['Deallocated', 'Deallocated']);
    for (const { index } of places) cluster.crash(index);
    await clock.advance(60_000);
    const match = 'MATCH (p:Probe {id: $id}) RETURN p.id AS id';
    expect(rows(await run(cluster.leader('orders') ?? admin(), match, probe, orders))).toEqual([probe]);
    await cluster.close();
  });

  it('that are down are not deallocated while a group counts on them', async () => {
    const { admin, clock, cluster, done } = await formedCluster(fiveServers);
    await done('CREATE DATABASE orders TOPOLOGY 2 PRIMARIES');
    await clock.advance(20_000);
    const hosts = admin().state.databases.get('orders')?.hosts ?? [];
    const id = hosts.find(({ server }) => server !== cluster.leader('orders')?.id)?.server ?? '';
    // The one who leads the system database has to stay.
    const calm = cluster.network.servers.find((server) => server.id !== id);
    admin().system?.transferTo(calm?.id ?? '');
    await done('DEALLOCATE DATABASES FROM SERVER $id', { id });
    cluster.crash(cluster.members.findIndex(({ server }) => server?.id === id));
    await clock.advance(4000);
    expect(cluster.leader('orders')).toBeDefined();
    expect(admin().state.servers.get(id)?.state).toBe('Deallocating');
    await cluster.close();
  });

  it('are deallocated whatever has become of databases that they have nothing to do with', async () => {
    const { admin, clock, cluster, done } = await formedCluster(fiveServers);
    const hosts = (): readonly string[] =>
      admin()
        .state.databases.get('neo4j')
        ?.hosts.map(({ server }) => server) ?? [];
    const before = hosts();
    await done('ALTER DATABASE neo4j SET TOPOLOGY 2 PRIMARIES');
    await clock.advance(20_000);
    const lost = hosts().find((id) => id !== admin().id);
    cluster.crash(cluster.members.findIndex(({ server }) => server?.id === lost));
    await clock.advance(60_000);
    expect(cluster.leader('neo4j')).toBeUndefined();
    const former = before.find((id) => !hosts().includes(id)) ?? '';
    const foreign = cluster.network.servers.find(({ id }) => !before.includes(id))?.id ?? '';
    for (const id of [former, foreign]) {
      await done('DEALLOCATE DATABASES FROM SERVER $id', { id });
      await clock.advance(5000);
      expect(admin().state.servers.get(id)?.state).toBe('Deallocated');
    }
    await cluster.close();
  });

  it('have the name of a dropped one only when it is no longer listed, and are then found by it', async () => {
    const { admin, clock, cluster, done } = await formedCluster();
    const [old, fresh] = [await cluster.add(), await cluster.add()];
    await clock.advance(5000);
    const ids = [old, fresh].map(({ index }) => cluster.server(index).id);
    for (const id of ids) await done('ENABLE SERVER $id', { id });
    const [first = '', second = ''] = ids;
    await done('RENAME SERVER $id TO $n', { id: first, n: 'reader-0' });
    await done('DEALLOCATE DATABASES FROM SERVER $id', { id: first });
    await clock.advance(30_000);
    await done('DROP SERVER $id', { id: first });
    cluster.crash(old.index);
    const rename = { id: second, n: 'reader-0' };
    expect(failureOf(await run(admin(), 'RENAME SERVER $id TO $n', rename)).gqlStatus).toBe('51N47');
    await clock.advance(60_000);
    await done('RENAME SERVER $id TO $n', rename);
    await done('ALTER SERVER $n SET OPTIONS $o', { n: 'reader-0', o: { tags: ['reads'] } });
    expect(admin().state.servers.get(second)).toMatchObject({
      name: 'reader-0',
      options: { tags: ['reads'] },
    });
    await cluster.close();
  });

  it('are enabled with what their configuration says, unless the statement says more', async () => {
    const { clock, cluster, done, seen } = await formedCluster();
    await cluster.add({ 'initial.server.tags': 'eu,fast', 'initial.server.mode_constraint': 'PRIMARY' });
    await clock.advance(5000);
    const { id } = cluster.server(3);
    await done('ENABLE SERVER $id OPTIONS $o', { id, o: { modeConstraint: 'SECONDARY' } });
    expect(await seen('SHOW SERVERS YIELD serverId, tags, modeConstraint')).toContainEqual({
      serverId: id,
      tags: ['eu', 'fast'],
      modeConstraint: 'SECONDARY',
    });
    await cluster.close();
  });

  it('that are lost with their volume are cordoned, deallocated and dropped', async () => {
    const { admin, clock, cluster, done } = await formedCluster();
    await cluster.add();
    await clock.advance(5000);
    await done('ENABLE SERVER $id', { id: cluster.server(3).id });
    const lost = cluster.network.servers.find((server) => server !== admin() && server.copies.size > 0);
    const index = cluster.members.findIndex(({ server }) => server === lost);
    cluster.crash(index, { loseVolume: true });
    await clock.advance(30_000);
    const id = lost?.id ?? '';
    await done('CALL dbms.cluster.cordonServer($id)', { id });
    await done('DEALLOCATE DATABASES FROM SERVER $id', { id });
    await clock.advance(30_000);
    expect(admin().state.servers.get(id)?.state).toBe('Deallocated');
    await done('DROP SERVER $id', { id });
    await clock.advance(60_000);
    expect(cluster.isSettled()).toBe(true);
    expect(admin().system?.members).not.toContain(id);
    await cluster.close();
  });

  it('keep to their constraints, and a whole set of options replaces the other', async () => {
    const { admin, clock, cluster, done, seen } = await formedCluster();
    await cluster.add();
    await clock.advance(5000);
    const { id } = cluster.server(3);
    await done('ENABLE SERVER $id OPTIONS $o', { id, o: { modeConstraint: 'SECONDARY', tags: ['reads'] } });
    expect(failureOf(await run(admin(), 'ALTER DATABASE neo4j SET TOPOLOGY 4 PRIMARIES')).gqlStatus).toBe(
      '51N57',
    );
    await done('ALTER DATABASE neo4j SET TOPOLOGY 3 PRIMARIES 1 SECONDARY');
    await clock.advance(20_000);
    expect(await seen('SHOW DATABASE neo4j YIELD serverID, role, writer, replicationLag')).toContainEqual({
      serverID: id,
      role: 'secondary',
      writer: false,
      replicationLag: 0n,
    });
    await done('ALTER SERVER $id SET OPTIONS $o', { id, o: { modeConstraint: 'SECONDARY' } });
    expect(await seen('SHOW SERVERS YIELD serverId, tags')).toContainEqual({ serverId: id, tags: [] });
    expect(
      failureOf(
        await run(admin(), 'ALTER SERVER $id SET OPTIONS $o', { id, o: { deniedDatabases: ['neo4j'] } }),
      ).gqlStatus,
    ).toBe('51N46');
    await done('RENAME SERVER $id TO $n', { id, n: 'reader-0' });
    expect(
      failureOf(await run(admin(), 'RENAME SERVER $id TO $n', { id: admin().id, n: 'reader-0' })).gqlStatus,
    ).toBe('51N47');
    const again = resultOf(await run(admin(), 'ENABLE SERVER $id', { id: 'reader-0' }));
    expect(again).toMatchObject({
      systemUpdates: 0,
      notifications: [{ code: 'Neo.ClientNotification.Cluster.ServerAlreadyEnabled' }],
    });
    await cluster.close();
  });
});
