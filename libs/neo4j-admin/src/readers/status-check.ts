import type { Row } from '../connection/bolt-connector.ts';
import { columns } from './columns.ts';
import { known } from './known.ts';

/** What one server says of one member of a database's Raft group. */
export interface MemberStatus {
  readonly database: string;
  readonly serverId: string;
  /** The same in all rows of a database: whether a majority took part in a replication within the time. */
  readonly replicationSuccessful: boolean;
  readonly memberStatus: 'APPLYING' | 'REPLICATING' | 'UNAVAILABLE' | 'unknown';
  /** The server id of the leader that this member follows. */
  readonly recognisedLeader: string | undefined;
  readonly recognisedLeaderTerm: bigint | undefined;
  readonly error: string;
}

/**
 * Reads `statusCheck`. Databases with a single primary have no rows.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readStatusCheck(rows: readonly Row[]): readonly MemberStatus[] {
  return rows.map((row) => {
    const member = columns('dbms.cluster.statusCheck()', row);
    return {
      database: member.requiredText('database'),
      serverId: member.requiredText('serverId'),
      replicationSuccessful: member.flag('replicationSuccessful') ?? false,
      memberStatus: known(['APPLYING', 'REPLICATING', 'UNAVAILABLE'] as const, member.text('memberStatus')),
      recognisedLeader: member.text('recognisedLeader'),
      recognisedLeaderTerm: member.big('recognisedLeaderTerm'),
      error: member.text('error') ?? '',
    };
  });
}

/** The leader of a database: members may disagree after a change, the highest term is right. */
export function leaderOf(database: string, members: readonly MemberStatus[]): string | undefined {
  return members
    .filter((member) => member.database === database && member.recognisedLeader !== undefined)
    .reduce<MemberStatus | undefined>((best, member) => {
      return (member.recognisedLeaderTerm ?? -1n) > (best?.recognisedLeaderTerm ?? -2n) ? member : best;
    }, undefined)?.recognisedLeader;
}
