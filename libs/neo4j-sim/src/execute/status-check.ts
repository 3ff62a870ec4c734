import type { SimValue } from '../contract.ts';
import type { Yield } from '../cypher/ast.ts';
import type { RaftMember } from '../model/raft.ts';
import type { SimServer } from '../model/server.ts';
import { statusCheckColumns, unknownProcedureColumn } from './columns.ts';
import { type Outcome, type StatementContext, table, textListOf } from './context.ts';

/** A database's Raft group as one server has it. */
interface Group {
  readonly name: string;
  /** The member on a server. */
  on(server: SimServer): Pick<RaftMember<unknown>, 'isLeader' | 'leader' | 'members' | 'store'> | undefined;
}

/**
 * `dbms.cluster.statusCheck(databases, timeoutMilliseconds)`: whether a majority takes part in replication, as this server sees it. No
 * names: all databases with several primaries, one of them here.
 */
export function statusCheck(context: StatementContext, values: readonly SimValue[], wanted: Yield): Outcome {
  const names = textListOf(values[0] ?? [], 'databases');
  const records = groups(context)
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .flatMap((group) => memberRows(context, group));
  return table(statusCheckColumns, statusCheckColumns, wanted, records, unknownProcedureColumn);
}

function groups({ server, state }: StatementContext): readonly Group[] {
  const databases = [...state.databases.values()].map(({ id, name }) => ({
    name,
    on: (other: SimServer) => other.copies.get(id)?.raft,
  }));
  return [{ name: 'system', on: (other: SimServer) => other.system }, ...databases].filter((group) => {
    const members = group.on(server)?.members ?? [];
    return members.includes(server.id) && members.length > 1;
  });
}

function memberRows(
  { server, state }: StatementContext,
  group: Group,
): readonly Readonly<Record<string, SimValue>>[] {
  const members = group.on(server)?.members ?? [];
  const running = new Map(
    members.map((id) => {
      const other = server.network.reachable(server, id);
      return [id, other === undefined ? undefined : group.on(other)] as const;
    }),
  );
  const following = [...running.values()].filter((member) => member?.leader !== undefined).length;
  const replicationSuccessful = following * 2 > members.length;
  return members.map((id) => {
    const member = running.get(id);
    return {
      database: group.name,
      serverId: id,
      serverName: state.servers.get(id)?.name ?? id,
      address: state.servers.get(id)?.boltAddress ?? null,
      replicationSuccessful,
      memberStatus: memberStatus(member),
      recognisedLeader: member?.leader ?? null,
      recognisedLeaderTerm: member?.leader === undefined ? null : BigInt(member.store.term),
      requester: id === server.id,
      error: member === undefined ? 'The server could not be reached.' : null,
    };
  });
}

/** A member that follows a leader replicates and applies; one without could, if there was one. */
function memberStatus(member: ReturnType<Group['on']>): 'APPLYING' | 'REPLICATING' | 'UNAVAILABLE' {
  if (member === undefined) return 'UNAVAILABLE';
  return member.leader === undefined ? 'REPLICATING' : 'APPLYING';
}
