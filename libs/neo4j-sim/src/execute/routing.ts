import type { SimRoutingTable } from '../contract.ts';
import type { SimServer } from '../model/server.ts';
import { unavailable } from './refusal.ts';

/** Seconds that a table is good for (`dbms.routing_ttl`). */
const ttlSeconds = 300;

interface Host {
  readonly server: SimServer;
  readonly isLeader: boolean;
  readonly term: number;
}

/**
 * Who can be asked for what, as this server sees it. The leader is no reader, unless there is nobody else
 * (`dbms.routing.reads_on_writers_enabled`).
 *
 * @throws Refusal
 */
export function routingTable(server: SimServer, database: string): SimRoutingTable {
  if (!server.isMember) throw unavailable('system');
  const reached = server.network.reachedFrom(server).filter(({ isMember }) => isMember);
  const hosts = reached.map((other) => hostOf(other, server, database)).filter((host) => host !== undefined);
  const [leader] = hosts.filter(({ isLeader }) => isLeader).sort((a, b) => b.term - a.term);
  const others = hosts.filter((host) => host !== leader);
  const address = ({ configuration }: SimServer): string => configuration.boltAddress;
  return {
    ttlSeconds,
    database,
    routers: reached.map(address),
    readers: (others.length === 0 ? hosts : others).map((host) => address(host.server)),
    writers: leader === undefined ? [] : [address(leader.server)],
  };
}

function hostOf(other: SimServer, asked: SimServer, database: string): Host | undefined {
  const id = asked.state.databases.get(database)?.id ?? '';
  const raft = database === 'system' ? other.system : other.copies.get(id)?.raft;
  return raft === undefined ? undefined : { server: other, isLeader: raft.isLeader, term: raft.store.term };
}
