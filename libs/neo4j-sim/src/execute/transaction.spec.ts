import { describe, expect, it } from '@jest/globals';
import type { SimTransaction } from '../contract.ts';
import { type Lab, formedCluster } from '../lifecycle.spec-helper.ts';
import type { SimServer } from '../model/server.ts';
import { failureOf, resultOf, rows, run } from '../session.spec-helper.ts';
import { ServerEndpoint } from './endpoint.ts';

const match = 'MATCH (p:Probe {id: $id}) RETURN p.id AS id';
const merge = 'MERGE (p:Probe {id: $id})';

async function begin(server: SimServer, database: string): Promise<SimTransaction> {
  const begun = await new ServerEndpoint(server).begin({
    user: 'neo4j',
    database,
    access: 'write',
    bookmarks: [],
    timeoutMs: undefined,
  });
  if (!begun.ok) throw new Error(begun.failure.message);
  return begun.transaction;
}

function leaderOf({ cluster }: Lab, database: string): SimServer {
  const leader = cluster.leader(database);
  if (leader === undefined) throw new Error(`nobody leads ${database}`);
  return leader;
}

describe('a transaction', () => {
  it.each(['statement', 'commit'] as const)(
    'does not go on in a database that was made anew under the same name: %s',
    async (next) => {
      const lab = await formedCluster();
      const { clock, cluster, done } = lab;
      await done('CREATE DATABASE orders TOPOLOGY 3 PRIMARIES');
      await clock.advance(20_000);
      // Wherever the new database is led, the transaction is there too.
      const transactions = await Promise.all(
        cluster.network.servers.map(async (server) => ({
          server,
          transaction: await begin(server, 'orders'),
        })),
      );
      const old = transactions.find(({ server }) => server === leaderOf(lab, 'orders'));
      if (old === undefined) throw new Error('the leader takes no transactions');
      resultOf(await old.transaction.run(merge, { id: 'old' }));
      await done('DROP DATABASE orders');
      await done('CREATE DATABASE orders TOPOLOGY 3 PRIMARIES');
      await clock.advance(20_000);
      for (const { server, transaction } of transactions) {
        const isOld = server === old.server;
        if (next === 'statement' || !isOld) {
          const answer = await transaction.run(merge, { id: 'new' });
          expect(failureOf(answer).code).toBe('Neo.TransientError.Transaction.Terminated');
        } else {
          expect(await transaction.commit()).toMatchObject({
            ok: false,
            failure: { code: 'Neo.TransientError.Transaction.Terminated' },
          });
        }
      }
      for (const id of ['old', 'new']) {
        expect(rows(await run(leaderOf(lab, 'orders'), match, { id }, { database: 'orders' }))).toEqual([]);
      }
      await cluster.close();
    },
  );

  it('is one entry of the log, however much it writes', async () => {
    const lab = await formedCluster();
    const leader = leaderOf(lab, 'neo4j');
    const copy = [...leader.copies.values()].find(({ name }) => name === 'neo4j');
    const before = copy?.raft?.store.log.length ?? NaN;
    const transaction = await begin(leader, 'neo4j');
    for (const id of ['a', 'b', 'c']) resultOf(await transaction.run(merge, { id }));
    expect(await transaction.commit()).toMatchObject({ ok: true });
    expect(copy?.raft?.store.log.slice(before).map(({ content }) => content)).toEqual([
      { kind: 'batch', commands: ['a', 'b', 'c'] },
    ]);
    await lab.clock.advance(1000);
    for (const server of lab.cluster.network.servers) {
      for (const id of ['a', 'b', 'c']) {
        expect(rows(await run(server, match, { id }, { database: 'neo4j' }))).toEqual([{ id }]);
      }
    }
    await lab.cluster.close();
  });

  it('is kept as a whole when the database is made anew from its copies', async () => {
    const lab = await formedCluster();
    const transaction = await begin(leaderOf(lab, 'neo4j'), 'neo4j');
    for (const id of ['a', 'b']) resultOf(await transaction.run(merge, { id }));
    expect(await transaction.commit()).toMatchObject({ ok: true });
    await lab.done('CALL dbms.recreateDatabase($n, $o)', { n: 'neo4j', o: { seedingServers: [] } });
    await lab.clock.advance(20_000);
    for (const id of ['a', 'b']) {
      expect(rows(await run(leaderOf(lab, 'neo4j'), match, { id }, { database: 'neo4j' }))).toEqual([{ id }]);
    }
    await lab.cluster.close();
  });
});
