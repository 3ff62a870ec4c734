import { describe, expect, it } from '@jest/globals';
import type { SimAnswer } from '../contract.ts';
import { type Lab, formedCluster } from '../lifecycle.spec-helper.ts';
import type { SimServer } from '../model/server.ts';
import { failureOf, resultOf, rows, run } from '../session.spec-helper.ts';
import { ServerEndpoint } from './endpoint.ts';

const match = 'MATCH (p:Probe {id: $id}) RETURN p.id AS id';
const merge = 'MERGE (p:Probe {id: $id})';

function read(
  server: SimServer,
  text: string,
  database: string,
  bookmarks: readonly string[],
): Promise<SimAnswer> {
  return new ServerEndpoint(server).run(
    { user: 'neo4j', database, access: 'read', bookmarks, timeoutMs: 5000 },
    text,
    { id: 'a' },
  );
}

/** The leader of a database, and another server. */
function rolesIn({ cluster }: Lab, database: string): { leader: SimServer; follower: SimServer } {
  const leader = cluster.leader(database);
  const follower = cluster.network.servers.find((server) => server !== leader);
  if (leader === undefined || follower === undefined) throw new Error('the cluster is not healthy');
  return { leader, follower };
}

describe('a follower of a healthy cluster', () => {
  it('may lack data just written for those who bring no bookmark, never for those who do', async () => {
    const lab = await formedCluster();
    const { follower, leader } = rolesIn(lab, 'neo4j');
    const { bookmark } = resultOf(await run(leader, merge, { id: 'a' }, { database: 'neo4j' }));
    const late = read(follower, match, 'neo4j', [bookmark]);
    expect(rows(await read(follower, match, 'neo4j', []))).toEqual([]);
    await lab.clock.advance(lab.cluster.network.timings.heartbeatMs);
    expect(rows(await late)).toEqual([{ id: 'a' }]);
    expect(rows(await read(follower, match, 'neo4j', []))).toEqual([{ id: 'a' }]);
    await lab.cluster.close();
  });

  it('may lack a user just made, in the same way', async () => {
    const lab = await formedCluster();
    const { follower, leader } = rolesIn(lab, 'system');
    const made = await run(leader, 'CREATE USER u SET PASSWORD $p', { p: 'long-enough' });
    const late = read(follower, 'SHOW USERS', 'system', [resultOf(made).bookmark]);
    expect(rows(await read(follower, 'SHOW USERS', 'system', []))).toHaveLength(1);
    await lab.clock.advance(lab.cluster.network.timings.heartbeatMs);
    expect(rows(await late)).toHaveLength(2);
    await lab.cluster.close();
  });

  it('may not know a database just made, but knows it for those who bring the bookmark', async () => {
    const lab = await formedCluster();
    const { clock, cluster } = lab;
    const { follower, leader } = rolesIn(lab, 'system');
    const made = await run(leader, 'CREATE DATABASE orders TOPOLOGY 3 PRIMARIES');
    const show = 'SHOW DATABASE orders';
    const late = read(follower, show, 'orders', [resultOf(made).bookmark]);
    expect(failureOf(await read(follower, show, 'orders', [])).code).toBe(
      'Neo.ClientError.Database.DatabaseNotFound',
    );
    await clock.advance(cluster.network.timings.heartbeatMs);
    expect(rows(await late)).toHaveLength(3);
    await cluster.close();
  });
});

describe('a bookmark', () => {
  it('means nothing to a database that was made anew under the same name', async () => {
    const lab = await formedCluster();
    const { clock, cluster, done } = lab;
    const make = async (): Promise<void> => {
      await done('CREATE DATABASE orders TOPOLOGY 3 PRIMARIES');
      await clock.advance(20_000);
    };
    await make();
    const options = { database: 'orders' };
    for (const id of ['x', 'y', 'z', 'a']) {
      resultOf(await run(rolesIn(lab, 'orders').leader, merge, { id }, options));
    }
    const { bookmark } = resultOf(await run(rolesIn(lab, 'orders').leader, match, { id: 'a' }, options));
    await done('DROP DATABASE orders');
    await make();
    // Without any time passing: nothing is waited for.
    expect(rows(await read(rolesIn(lab, 'orders').leader, match, 'orders', [bookmark]))).toEqual([]);
    await cluster.close();
  });

  it('is refused if it is none', async () => {
    const lab = await formedCluster();
    expect(failureOf(await read(lab.admin(), match, 'neo4j', ['nonsense'])).code).toBe(
      'Neo.ClientError.Transaction.InvalidBookmark',
    );
    await lab.cluster.close();
  });
});
