import { describe, expect, it } from '@jest/globals';
import { formedCluster } from '../lifecycle.spec-helper.ts';
import { failureOf, resultOf, rows, run } from '../session.spec-helper.ts';

describe('databases', () => {
  it('lose writes with their quorum, and have them again with it', async () => {
    const { clock, cluster } = await formedCluster();
    const old = cluster.leader('neo4j');
    const index = cluster.members.findIndex(({ server }) => server === old);
    cluster.crash(index);
    await clock.advance(30_000);
    const next = cluster.leader('neo4j');
    expect(next).toBeDefined();
    expect(next).not.toBe(old);
    const other = cluster.members.findIndex(({ server }) => server !== next && server !== undefined);
    cluster.crash(other);
    if (next === undefined) throw new Error('no leader');
    const merge = { id: 'a' };
    const options = { database: 'neo4j' };
    expect(failureOf(await run(next, 'MERGE (p:Probe {id: $id})', merge, options)).code).toBe(
      'Neo.TransientError.Cluster.ReplicationFailure',
    );
    await clock.advance(30_000);
    expect(failureOf(await run(next, 'MERGE (p:Probe {id: $id})', merge, options)).code).toBe(
      'Neo.ClientError.Cluster.NotALeader',
    );
    // What was only appended is not to be seen.
    expect(rows(await run(next, 'MATCH (p:Probe {id: $id}) RETURN p.id AS id', merge, options))).toEqual([]);
    expect(failureOf(await run(next, 'CREATE DATABASE x')).code).toBe('Neo.ClientError.Cluster.NotALeader');
    const seen = rows(await run(next, 'SHOW DATABASE neo4j'));
    expect(seen.filter(({ currentStatus }) => currentStatus === 'unknown')).toMatchObject([
      { address: null, statusMessage: 'Server is unavailable', role: 'unknown', writer: false },
      { address: null },
    ]);
    await cluster.start(index);
    await clock.advance(30_000);
    const leader = cluster.leader('neo4j');
    if (leader === undefined) throw new Error('no leader');
    expect(
      resultOf(await run(leader, 'MERGE (p:Probe {id: $id})', merge, options)).nodesCreated,
    ).toBeLessThan(2);
    await cluster.close();
  });

  it('stop with a copy that was still being made, which is made when they start again', async () => {
    const { admin, clock, cluster, done, seen } = await formedCluster();
    await run(admin(), 'CREATE DATABASE orders TOPOLOGY 2 PRIMARIES 1 SECONDARIES NOWAIT');
    const statuses = async (): Promise<string> =>
      (await seen('SHOW DATABASE orders'))
        .map(({ currentStatus }) => currentStatus as string)
        .toSorted()
        .join();
    for (let step = 0; step < 100 && !(await statuses()).includes('store copying'); step++)
      await clock.advance(100);
    expect(await statuses()).toContain('store copying');
    await done('STOP DATABASE orders');
    await clock.advance(20_000);
    expect(await statuses()).toBe('offline,offline,offline');
    await done('START DATABASE orders');
    await clock.advance(60_000);
    expect(await statuses()).toBe('online,online,online');
    await cluster.close();
  });

  it('go through their life: create, stop, start, access, drop', async () => {
    const { admin, clock, cluster, done, seen } = await formedCluster();
    const create =
      'CREATE DATABASE $name IF NOT EXISTS TOPOLOGY $p PRIMARIES $s SECONDARIES OPTIONS $o NOWAIT';
    const parameters = { name: 'Orders', p: 2n, s: 1n, o: { txLogEnrichment: 'FULL' } };
    expect(resultOf(await run(admin(), create, parameters))).toMatchObject({ systemUpdates: 1, rows: [] });
    expect(resultOf(await run(admin(), create, parameters)).systemUpdates).toBe(0);
    expect((await seen('SHOW DATABASE orders')).map(({ currentStatus }) => currentStatus)).toEqual([
      'initial',
      'initial',
      'initial',
    ]);
    await clock.advance(20_000);
    const online = await seen('SHOW DATABASE orders YIELD *');
    expect(online.map(({ role }) => role).sort()).toEqual(['primary', 'primary', 'secondary']);
    expect(online[0]).toMatchObject({ name: 'orders', options: { txLogEnrichment: 'FULL' }, default: false });
    await done('ALTER DATABASE orders SET ACCESS READ ONLY SET OPTION txLogEnrichment $e', { e: 'OFF' });
    await clock.advance(1000);
    const leader = cluster.leader('orders') ?? admin();
    expect(
      failureOf(await run(leader, 'MERGE (p:Probe {id: $id})', { id: 'x' }, { database: 'orders' })).code,
    ).toBe('Neo.ClientError.General.ForbiddenOnReadOnlyDatabase');
    await done('STOP DATABASE orders');
    await clock.advance(5000);
    expect((await seen('SHOW DATABASE orders')).map(({ currentStatus }) => currentStatus)).toEqual([
      'offline',
      'offline',
      'offline',
    ]);
    await done('START DATABASE orders');
    await clock.advance(20_000);
    expect(cluster.isSettled()).toBe(true);
    await done('DROP DATABASE orders IF EXISTS DESTROY DATA');
    await clock.advance(5000);
    expect(cluster.network.servers.flatMap(({ volume }) => [...volume.databases.values()])).toHaveLength(3);
    expect(await seen('SHOW DATABASE orders')).toEqual([]);
    await cluster.close();
  });

  it('go from one primary to several with a short break, and never back', async () => {
    const { admin, clock, cluster, done } = await formedCluster({
      settings: { 'initial.dbms.default_primaries_count': '1' },
    });
    await done('ALTER DATABASE neo4j SET TOPOLOGY 3 PRIMARIES');
    await clock.advance(100);
    expect(cluster.leader('neo4j')).toBeUndefined();
    await clock.advance(30_000);
    expect(cluster.isSettled()).toBe(true);
    expect(failureOf(await run(admin(), 'ALTER DATABASE neo4j SET TOPOLOGY 1 PRIMARY')).gqlStatus).toBe(
      '51N57',
    );
    await cluster.close();
  });

  it('with fewer primaries than they asked for count as having what they have', async () => {
    const { clock, cluster, done } = await formedCluster({
      servers: 1,
      settings: {
        'dbms.cluster.minimum_initial_system_primaries_count': '1',
        'initial.dbms.default_primaries_count': '3',
      },
    });
    await cluster.add();
    await cluster.add();
    await clock.advance(5000);
    for (const index of [1, 2]) await done('ENABLE SERVER $id', { id: cluster.server(index).id });
    await done('ALTER DATABASE neo4j SET TOPOLOGY 3 PRIMARIES');
    await clock.advance(100);
    expect(cluster.leader('neo4j')).toBeUndefined();
    await clock.advance(30_000);
    expect(cluster.isSettled()).toBe(true);
    await cluster.close();
  });

  it('are seeded from a file, show only in their status that there is none, and are made anew from what is left', async () => {
    const { admin, clock, cluster, done, seen } = await formedCluster({
      seeds: new Map([['s3://bucket/full.backup', ['seeded']]]),
    });
    await done('CYPHER 25 CREATE DATABASE aaa TOPOLOGY 3 PRIMARIES OPTIONS $o', {
      o: { seedURI: 's3://bucket/full.backup' },
    });
    await done('CYPHER 25 CREATE DATABASE bbb OPTIONS $o', { o: { seedURI: 's3://bucket/none' } });
    await clock.advance(20_000);
    const match = 'MATCH (p:Probe {id: $id}) RETURN p.id AS id';
    const find = async () => rows(await run(admin(), match, { id: 'seeded' }, { database: 'aaa' }));
    expect(await find()).toEqual([{ id: 'seeded' }]);
    expect((await seen('SHOW DATABASE bbb')).every((row) => row['currentStatus'] === 'offline')).toBe(true);
    expect((await seen('SHOW DATABASE bbb'))[0]?.['statusMessage']).toContain('Unable to start database');
    const [before] = await seen('SHOW DATABASE aaa YIELD databaseID');
    await done('CALL dbms.recreateDatabase($n, $o)', { n: 'aaa', o: { seedingServers: [] } });
    await clock.advance(20_000);
    expect(await find()).toEqual([{ id: 'seeded' }]);
    expect((await seen('SHOW DATABASE aaa YIELD databaseID'))[0]).not.toEqual(before);
    await done('CALL dbms.recreateDatabase($n, $o)', { n: 'aaa', o: { clearData: true } });
    await clock.advance(20_000);
    expect(await find()).toEqual([]);
    await cluster.close();
  });

  it('can be waited for: rows in Cypher 5, notifications in Cypher 25', async () => {
    const { admin, clock, cluster } = await formedCluster();
    const five = run(admin(), 'CYPHER 5 CREATE DATABASE aaa TOPOLOGY 3 PRIMARIES WAIT 60 SECONDS');
    await clock.advance(20_000);
    const answer = resultOf(await five);
    expect(answer.columns).toEqual(['address', 'state', 'message', 'success']);
    expect(answer.rows.map(([, state, , success]) => [state, success])).toEqual(
      Array.from({ length: 3 }, () => ['CaughtUp', true]),
    );
    const other = cluster.members.find(({ server }) => server !== admin());
    cluster.crash(other?.index ?? 0);
    const later = run(admin(), 'CYPHER 25 STOP DATABASE aaa WAIT 10 SECONDS');
    await clock.advance(20_000);
    const result = resultOf(await later);
    expect(result).toMatchObject({ columns: [], rows: [] });
    expect(result.notifications.map(({ code }) => code).sort()).toEqual([
      'Neo.ClientNotification.Cluster.ServerCaughtUp',
      'Neo.ClientNotification.Cluster.ServerCaughtUp',
      'Neo.ClientNotification.Cluster.ServerNotAvailable',
    ]);
    await cluster.close();
  });

  it('have names, numbers and options that are checked', async () => {
    const { admin, cluster } = await formedCluster({ version: '5.26.30' });
    const status = async (text: string, parameters = {}): Promise<string> =>
      failureOf(await run(admin(), text, parameters))
        .code.split('.')
        .at(-1) ?? '';
    expect(await status('CREATE DATABASE `1ab`')).toBe('ArgumentError');
    expect(await status('CREATE DATABASE systems')).toBe('ArgumentError');
    expect(await status('CREATE DATABASE neo4j')).toBe('ExistingDatabaseFound');
    expect(await status('CREATE DATABASE abc TOPOLOGY 4 PRIMARIES')).toBe('InvalidArguments');
    expect(await status('CREATE DATABASE abc TOPOLOGY $p PRIMARIES', { p: 12n })).toBe('ArgumentError');
    expect(await status('CREATE DATABASE abc TOPOLOGY $p PRIMARIES', { p: 3 })).toBe('ArgumentError');
    expect(await status('CREATE DATABASE abc TOPOLOGY $p PRIMARIES')).toBe('ParameterMissing');
    expect(await status('CREATE DATABASE abc OPTIONS $o', { o: { seedURI: 's3://b/k' } })).toBe(
      'ArgumentError',
    );
    expect(await status('CREATE DATABASE abc OPTIONS $o', { o: { seedRestoreUntil: 5n } })).toBe(
      'ArgumentError',
    );
    expect(await status('DROP DATABASE abc')).toBe('DatabaseNotFound');
    expect(await status('STOP DATABASE system')).toBe('InvalidArguments');
    expect(await status('CALL dbms.recreateDatabase($n, $o)', { n: 'neo4j', o: {} })).toBe(
      'ProcedureNotFound',
    );
    expect(await status('CYPHER 25 SHOW DATABASES')).toBe('ArgumentError');
    await cluster.close();
  });
});
