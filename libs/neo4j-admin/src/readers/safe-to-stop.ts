/** What a server's status endpoint (`/db/<name>/cluster/status`) says of one database. */
export interface RaftStatus {
  readonly memberId: string;
  readonly isHealthy: boolean;
  readonly votingMembers: readonly string[];
  readonly leader: string | undefined;
  readonly lastAppliedRaftIndex: bigint;
  /** Whether the copy is a primary; only these vote. */
  readonly isPrimary: boolean;
}

/** Why a server cannot be stopped without harm. Stable identifiers. */
export type StopBlocker =
  | 'NoQuorumWithout'
  | 'NotEveryPrimaryAnswered'
  | 'Unhealthy'
  | 'VotersDiffer'
  | 'MemberMissing'
  | 'VoterUnknown'
  | 'NoLeader'
  | 'LeadersDiffer'
  | 'LeaderUnknown'
  | 'FarBehind';

/**
 * Reads the body of a status endpoint. The combined endpoint spells one key differently, so both are taken.
 *
 * @returns `undefined` if it is none
 */
export function readRaftStatus(body: unknown): RaftStatus | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const status = body as Readonly<Record<string, unknown>>;
  const { memberId, votingMembers, leader, lastAppliedRaftIndex, core } = status;
  const isHealthy = status['isHealthy'] ?? status['healthy'];
  if (typeof memberId !== 'string' || typeof isHealthy !== 'boolean' || typeof core !== 'boolean')
    return undefined;
  if (!Array.isArray(votingMembers) || !votingMembers.every((member) => typeof member === 'string'))
    return undefined;
  if (typeof lastAppliedRaftIndex !== 'number' || !Number.isSafeInteger(lastAppliedRaftIndex))
    return undefined;
  return {
    memberId,
    isHealthy,
    votingMembers,
    leader: typeof leader === 'string' ? leader : undefined,
    lastAppliedRaftIndex: BigInt(lastAppliedRaftIndex),
    isPrimary: core,
  };
}

/**
 * Whether a primary of a database can be stopped while the database goes on: all members healthy, of one mind about who votes and who
 * leads, none far behind (operations manual, "Monitoring", status endpoints, safe to stop). A member that votes and has not answered may
 * be down already, so who votes has to be just who has answered.
 *
 * @param primaries - how many primaries the database has; each must have answered
 * @param mostBehind - the largest difference of applied log entries that is still taken for "up to date"
 * @returns what speaks against it; nothing if nothing does
 */
export function stopBlockers(
  memberId: string,
  primaries: number,
  statuses: readonly RaftStatus[],
  mostBehind: bigint,
): readonly StopBlocker[] {
  const members = statuses.filter((status) => status.isPrimary);
  const ids = new Set(members.map((member) => member.memberId));
  // A majority of 1 or 2 members is all of them.
  if (primaries < 3) return ['NoQuorumWithout'];
  if (ids.size !== primaries || !ids.has(memberId)) return ['NotEveryPrimaryAnswered'];
  const voters = members.map((member) => new Set(member.votingMembers));
  const leaders = new Set(members.map((member) => member.leader));
  const applied = members.map((member) => member.lastAppliedRaftIndex);
  const checks: readonly (readonly [StopBlocker, boolean])[] = [
    ['Unhealthy', members.some((member) => !member.isHealthy)],
    ['VotersDiffer', voters.some((set) => !isWithin(set, voters[0]) || !isWithin(voters[0], set))],
    ['MemberMissing', voters.some((set) => !isWithin(ids, set))],
    ['VoterUnknown', voters.some((set) => !isWithin(set, ids))],
    ['NoLeader', leaders.has(undefined)],
    ['LeadersDiffer', leaders.size > 1],
    ['LeaderUnknown', [...leaders].some((leader) => leader !== undefined && !ids.has(leader))],
    ['FarBehind', span(applied) > mostBehind],
  ];
  return checks.filter(([, holds]) => holds).map(([blocker]) => blocker);
}

function isWithin(part: ReadonlySet<string> = new Set(), whole: ReadonlySet<string> = new Set()): boolean {
  return [...part].every((entry) => whole.has(entry));
}

function span(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return (sorted.at(-1) ?? 0n) - (sorted[0] ?? 0n);
}
