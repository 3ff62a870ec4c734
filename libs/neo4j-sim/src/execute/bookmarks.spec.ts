import { describe, expect, it } from '@jest/globals';
import type { SimAnswer } from '../contract.ts';
import { type Lab, formedCluster } from '../lifecycle.spec-helper.ts';
import type { SimServer } from '../model/server.ts';
import { resultOf, rows, run } from '../session.spec-helper.ts';
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
});
