// How long a server takes to join, learned from those that did.
import type { ServerObservation } from '../observation.ts';
import { isName, longestJoin, maxJoins, moment } from './bounds.ts';
import type { JoinRecord, PoolHistory } from './types.ts';

export interface LeadTime {
  /** Milliseconds. */
  readonly ms: number;
  /** From how many joins it was learned; 0: it is the fallback. */
  readonly joinsSeen: number;
}

/** Late for one join in ten. */
const quantile = 0.9;

/**
 * Remembers how long each server took from being asked for until its databases were online; of all joins the 20 newest.
 *
 * A join counts once, however often it is seen. One that ended before it began, took more than a day, or lies in the future is not believed,
 * nor is one of a server whose name no history can hold.
 *
 * @param now - milliseconds since 1970
 */
export function recordJoins(
  history: PoolHistory,
  servers: readonly ServerObservation[],
  now: number,
): PoolHistory {
  if (servers.every((server) => isRecorded(history.joins, server))) return history;
  const known = new Set(history.joins.map(keyOf));
  const fresh = servers
    .map((server) => joinOf(server, now))
    .filter((join) => join !== undefined)
    .filter((join) => !known.has(keyOf(join)));
  if (fresh.length === 0) return history;
  const all = new Map([...history.joins, ...fresh].map((join) => [keyOf(join), join]));
  return { ...history, joins: [...all.values()].sort(byEnd).slice(-maxJoins) };
}

/**
 * How long the next join may take: the 90th percentile (nearest rank) of those remembered, which for fewer than ten is the longest.
 *
 * @param fallbackMs - the answer, in milliseconds, while not a single join was seen
 */
export function leadTime(history: PoolHistory, fallbackMs: number): LeadTime {
  const durations = history.joins.map((join) => join.duration).sort((one, other) => one - other);
  const joinsSeen = durations.length;
  return { ms: durations[Math.ceil(quantile * joinsSeen) - 1] ?? fallbackMs, joinsSeen };
}

function joinOf({ name, createdAt, readySince }: ServerObservation, now: number): JoinRecord | undefined {
  const from = moment(createdAt ?? NaN);
  const to = moment(readySince ?? NaN);
  if (from === undefined || to === undefined || to > now || !isName(name)) return undefined;
  const duration = to - from;
  return duration >= 0 && duration <= longestJoin ? { server: name, createdAt: from, duration } : undefined;
}

/** Whether a server's join is among these, or too old to become one of them; what is true of nearly all servers nearly always. */
function isRecorded(
  joins: readonly JoinRecord[],
  { name, createdAt, readySince }: ServerObservation,
): boolean {
  if (createdAt === undefined || readySince === undefined) return true;
  const [oldest] = joins;
  if (joins.length === maxJoins && oldest !== undefined && readySince < oldest.createdAt + oldest.duration)
    return true;
  return joins.some((join) => join.createdAt === createdAt && join.server === name);
}

function keyOf({ server, createdAt }: JoinRecord): string {
  return `${createdAt} ${server}`;
}

/** A total order: with more servers than records the same ones are remembered each time. */
function byEnd(one: JoinRecord, other: JoinRecord): number {
  const ends = one.createdAt + one.duration - (other.createdAt + other.duration);
  if (ends !== 0) return ends;
  return one.server < other.server ? -1 : one.server > other.server ? 1 : one.createdAt - other.createdAt;
}
