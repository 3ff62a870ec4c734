// What was asked for and what was decided: the memory of stabilisation windows, rate policies and cool-downs.
import {
  eventSpan,
  maxEvents,
  maxRecommendations,
  maxReplicaCount,
  moment,
  recommendationSpan,
} from './bounds.ts';
import type { PoolHistory, ScalingEvent, TimedReplicas } from './types.ts';

/**
 * Remembers what the metrics together asked for.
 *
 * A window asks for the least and the greatest of all recommendations since some moment. One that is neither below nor above all later ones
 * can be neither, so it is dropped at once, and no window can tell: what is left has no two entries of equal size. Dropped too is what is
 * older than an hour and, beyond 1024 entries, the oldest. Entries later than `time`, left by a clock that went back, are taken to be of
 * `time`: they count in full and leave in their turn.
 *
 * @param time - milliseconds since 1970; not a moment: nothing is recorded
 * @param replicas - not a 32-bit count: nothing is recorded
 */
export function recordRecommendation(history: PoolHistory, time: number, replicas: number): PoolHistory {
  const now = moment(time);
  const newest = count(replicas);
  if (now === undefined || newest === undefined) return history;
  const kept: TimedReplicas[] = [{ time: now, replicas: newest }];
  let least = newest;
  let greatest = newest;
  for (const entry of history.recommendations.toReversed()) {
    if (entry.time < now - recommendationSpan || kept.length === maxRecommendations) break;
    if (entry.replicas >= least && entry.replicas <= greatest) continue;
    least = Math.min(least, entry.replicas);
    greatest = Math.max(greatest, entry.replicas);
    kept.push(notAfter(now, entry));
  }
  return { ...history, recommendations: kept.reverse() };
}

/**
 * Remembers a change of size for the rate policies.
 *
 * Dropped is what is older than 30 minutes. Beyond 512 entries the oldest is added to the next one in its direction: what was changed is
 * never forgotten early, but may count for a little longer. Entries later than `time` are taken to be of `time`.
 *
 * @param time - milliseconds since 1970; not a moment: nothing is recorded
 * @param change - servers added, negative for removed; 0 or not a 32-bit count: nothing is recorded
 */
export function recordEvent(history: PoolHistory, time: number, change: number): PoolHistory {
  const now = moment(time);
  if (now === undefined || change === 0 || count(Math.abs(change)) === undefined) return history;
  const young = history.events
    .filter((event) => event.time >= now - eventSpan)
    .map((event) => notAfter(now, event));
  return { ...history, events: withinCap([...young, { time: now, change }]) };
}

/**
 * Remembers a decision to change the size, which is not complete yet.
 *
 * @param time - milliseconds since 1970; not a moment: nothing is recorded
 */
export function recordChange(history: PoolHistory, time: number, from: number, to: number): PoolHistory {
  const now = moment(time);
  const [before, after] = [count(from), count(to)];
  if (now === undefined || before === undefined || after === undefined) return history;
  return { ...history, lastChange: { time: now, from: before, to: after, completedAt: undefined } };
}

/**
 * Says that the last change is complete: all servers have joined, or left. The first word counts; without a change nothing happens.
 *
 * @param time - milliseconds since 1970; not a moment: nothing is recorded
 */
export function completeChange(history: PoolHistory, time: number): PoolHistory {
  const { lastChange } = history;
  const now = moment(time);
  if (now === undefined || lastChange === undefined || lastChange.completedAt !== undefined) return history;
  return { ...history, lastChange: { ...lastChange, completedAt: now } };
}

/** As a 32-bit count, -0 (the ceiling of a small negative number) being 0; undefined if it is none. */
function count(value: number): number | undefined {
  return Number.isInteger(value) && value >= 0 && value <= maxReplicaCount ? Math.abs(value) : undefined;
}

function notAfter<T extends { readonly time: number }>(now: number, entry: T): T {
  return entry.time > now ? { ...entry, time: now } : entry;
}

function withinCap(events: readonly ScalingEvent[]): readonly ScalingEvent[] {
  if (events.length <= maxEvents) return events;
  // Of the two oldest at least one has another in its direction.
  const at = mateOf(events, 0) === -1 ? 1 : 0;
  const mate = mateOf(events, at);
  const carried = events[at]?.change ?? 0;
  return events
    .map((event, other) => (other === mate ? { ...event, change: bounded(event.change + carried) } : event))
    .toSpliced(at, 1);
}

function mateOf(events: readonly ScalingEvent[], at: number): number {
  const direction = Math.sign(events[at]?.change ?? 0);
  return events.findIndex((event, other) => other > at && Math.sign(event.change) === direction);
}

function bounded(change: number): number {
  return Math.max(-maxReplicaCount, Math.min(maxReplicaCount, change));
}
