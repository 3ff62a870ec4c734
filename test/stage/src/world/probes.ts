// Data in simulated databases: nodes `(:Probe {id})`, to see what is kept and what is lost.
import { ServerEndpoint, type SimAnswer, type SimServer } from '@neo4j-operator/neo4j-sim';
import type { ClusterRef, World } from './world.ts';

/** Reads and writes the probes of one database, as the user `neo4j` and past all connectors. */
export interface Probes {
  /** @returns whether it was committed */
  write(id: string): Promise<boolean>;
  /** @returns whether it is there; undefined if nobody can tell now */
  read(id: string): Promise<boolean | undefined>;
}

/** The probes of a database of a cluster. */
export function probesOf(world: World, cluster: ClusterRef, database: string): Probes {
  const run = async (text: string, id: string, access: 'read' | 'write'): Promise<SimAnswer | undefined> => {
    const server = leaderOf(world, cluster, database);
    if (server === undefined) return undefined;
    const request = { user: 'neo4j', database, access, bookmarks: [], timeoutMs: 10_000 };
    return new ServerEndpoint(server).run(request, text, { id });
  };
  return {
    write: async (id) => (await run('MERGE (p:Probe {id: $id})', id, 'write'))?.ok === true,
    read: async (id) => {
      const answer = await run('MATCH (p:Probe {id: $id}) RETURN p.id AS id', id, 'read');
      return answer?.ok === true ? answer.result.rows.length > 0 : undefined;
    },
  };
}

/** The running server that leads a database. */
export function leaderOf(world: World, cluster: ClusterRef, database: string): SimServer | undefined {
  return world.network(cluster).servers.find(({ copies, state, system }) => {
    if (database === 'system') return system?.isLeader === true;
    return copies.get(state.databases.get(database)?.id ?? '')?.raft?.isLeader === true;
  });
}
