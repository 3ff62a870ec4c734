import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { formedCluster } from '../lifecycle.spec-helper.ts';
import { failureOf, resultOf, rows, run } from '../session.spec-helper.ts';
import { understoodStatements } from './understood.ts';
import { databaseColumns } from './columns.ts';
import { ServerEndpoint } from './endpoint.ts';
import { httpView } from './http-view.ts';

const request = {
  user: 'neo4j',
  database: 'neo4j',
  access: 'write',
  bookmarks: [],
  timeoutMs: undefined,
} as const;

describe('a server', () => {
  it('says what it is', async () => {
    const { cluster, seen } = await formedCluster({ version: '5.26.30' });
    expect(await seen('CALL dbms.components() YIELD name, versions, edition')).toEqual([
      { name: 'Neo4j Kernel', versions: ['5.26.30'], edition: 'enterprise' },
    ]);
    await cluster.close();
  });

  it('shows its settings, changes those that are dynamic, and forgets it at the next start', async () => {
    const { admin, clock, cluster } = await formedCluster({ settings: { 'db.transaction.timeout': '20s' } });
    const index = cluster.network.servers.indexOf(admin());
    const show = async (): Promise<unknown> => {
      const text = 'SHOW SETTINGS $n YIELD name, value, startupValue, isDynamic';
      return rows(await run(cluster.server(index), text, { n: ['db.transaction.timeout'] }))[0];
    };
    const setting = { name: 'db.transaction.timeout', startupValue: '20s', isDynamic: true };
    expect(await show()).toEqual({ ...setting, value: '20s' });
    const set = 'CALL dbms.setConfigValue($n, $v)';
    resultOf(await run(admin(), set, { n: 'db.transaction.timeout', v: '10s' }));
    expect(await show()).toEqual({ ...setting, value: '10s' });
    expect(failureOf(await run(admin(), set, { n: 'server.bolt.enabled', v: 'false' })).code).toContain(
      'ProcedureCallFailed',
    );
    cluster.crash(index);
    await cluster.start(index);
    await clock.advance(20_000);
    expect(await show()).toEqual({ ...setting, value: '20s' });
    await cluster.close();
  });

  it('shows and ends its open transactions', async () => {
    const { cluster } = await formedCluster();
    const server = cluster.leader('neo4j');
    if (server === undefined) throw new Error('no leader');
    const begun = await new ServerEndpoint(server).begin(request);
    if (!begun.ok) throw new Error(begun.failure.message);
    const merge = 'MERGE (p:Probe {id: $id})';
    resultOf(await begun.transaction.run(merge, { id: 'x' }));
    const open = rows(await run(server, 'SHOW TRANSACTIONS YIELD transactionId, currentQuery, status'));
    const mine = open.find(({ currentQuery }) => currentQuery === merge);
    expect(mine).toMatchObject({ status: 'Running' });
    const ids = [mine?.['transactionId'] ?? '', 'neo4j-transaction-999'];
    expect(rows(await run(server, 'TERMINATE TRANSACTIONS $ids', { ids }))).toMatchObject([
      { username: 'neo4j', message: 'Transaction terminated.' },
      { username: null, message: 'Transaction not found.' },
    ]);
    expect(await begun.transaction.commit()).toMatchObject({
      ok: false,
      failure: { code: 'Neo.TransientError.Transaction.Terminated' },
    });
    expect(server.copies.values().next().value?.probes.size).toBe(0);
    expect(server.transactions.open).toEqual([]);
    await cluster.close();
  });

  it('commits what a transaction has done at once, on what others have done meanwhile', async () => {
    const { admin, cluster, seen } = await formedCluster();
    const begun = await new ServerEndpoint(admin()).begin({ ...request, database: 'system' });
    if (!begun.ok) throw new Error(begun.failure.message);
    const { transaction } = begun;
    resultOf(await transaction.run('CREATE USER one SET PASSWORD $p', { p: 'long-enough' }));
    resultOf(await transaction.run('GRANT ROLE reader TO one', {}));
    expect(await seen('SHOW USERS YIELD user')).toEqual([{ user: 'neo4j' }]);
    resultOf(await run(admin(), 'GRANT ROLE editor TO neo4j'));
    expect(await transaction.commit()).toMatchObject({ ok: true });
    expect(await seen('SHOW USERS YIELD user, roles')).toEqual([
      { user: 'neo4j', roles: ['admin', 'editor', 'PUBLIC'] },
      { user: 'one', roles: ['reader', 'PUBLIC'] },
    ]);
    await cluster.close();
  });

  it('checks whether a majority replicates', async () => {
    const { admin, clock, cluster } = await formedCluster();
    const check = 'CALL dbms.cluster.statusCheck($d, $t)';
    const parameters = { d: [], t: 1000n };
    const healthy = rows(await run(admin(), check, parameters));
    expect(healthy).toHaveLength(6);
    expect(healthy).toEqual(
      healthy.map((row) => ({ ...row, memberStatus: 'APPLYING', replicationSuccessful: true })),
    );
    expect(healthy.filter(({ database }) => database === 'system')).toContainEqual(
      expect.objectContaining({ recognisedLeader: admin().id, requester: true, error: null }),
    );
    const stay = admin();
    for (const { index, server } of cluster.members) if (server !== stay) cluster.crash(index);
    await clock.advance(60_000);
    const broken = rows(await run(stay, check, { d: ['system'], t: 1000n }));
    expect(
      broken.map(({ memberStatus, replicationSuccessful }) => [memberStatus, replicationSuccessful]),
    ).toContainEqual(['UNAVAILABLE', false]);
    await cluster.close();
  });

  it('tells HTTP clients of its databases', async () => {
    const { admin, cluster } = await formedCluster();
    const view = httpView(admin());
    expect(view.databases().find(({ name }) => name === 'system')).toMatchObject({
      role: 'leader',
      status: { leader: admin().id, isHealthy: true, participatingInRaftGroup: true },
    });
    expect(view.databases().map(({ name }) => name)).toEqual(['system', 'neo4j']);
    expect(view.clusterStatusAuthEnabled).toBe(true);
    await cluster.close();
  });

  it('refuses what it does not know, and columns that do not exist', async () => {
    const { admin, cluster } = await formedCluster();
    expect(failureOf(await run(admin(), 'RETURN 1 AS x'))).toMatchObject({
      code: 'Neo.ClientError.Statement.SyntaxError',
      gqlStatus: '42001',
      cause: { gqlStatus: '42I06' },
    });
    expect(failureOf(await run(admin(), 'SHOW SERVERS YIELD nosuchcolumn')).cause?.gqlStatus).toBe('42N62');
    expect(failureOf(await run(admin(), 'CALL dbms.cluster.role($d)', { d: 'x' })).code).toContain(
      'ProcedureNotFound',
    );
    expect(failureOf(await run(admin(), 'SHOW SERVERS', {}, { database: 'nowhere' })).code).toContain(
      'DatabaseNotFound',
    );
    await cluster.close();
  });

  it('publishes each text that it understands', async () => {
    const texts: unknown[] = [];
    const collect = (message: unknown): void => {
      texts.push(message);
    };
    const { admin, cluster } = await formedCluster();
    subscribe(understoodStatements, collect);
    for (const text of ['SHOW SERVERS', 'nonsense', 'SHOW SERVERS YIELD nosuch']) await run(admin(), text);
    unsubscribe(understoodStatements, collect);
    expect(texts).toEqual([{ text: 'SHOW SERVERS', version: '2026.08.1' }]);
    await cluster.close();
  });
});

describe('SHOW DATABASES', () => {
  it.each([
    ['5.26.30', '5', 26, false, false],
    ['2025.06.0', '25', 27, true, false],
    ['2026.08.1', '5', 27, true, false],
    ['2026.08.1', '25', 32, true, true],
  ] as const)('of %s has in Cypher %s %i columns', (version, language, count, hasLanguage, hasShards) => {
    const { all, byDefault } = databaseColumns(version, language);
    expect(all).toHaveLength(count);
    expect(all.includes('defaultLanguage')).toBe(hasLanguage);
    expect(all.includes('graphShards')).toBe(hasShards);
    expect(byDefault.filter((name) => !all.includes(name))).toEqual([]);
  });
});
