// What a trace is played on: how much a server takes, what is scored, how often is decided.
import type { SimulatedPool, Trace } from '../replay/types.ts';

/** Most servers that any policy may have in a comparison: four times what the first third of the trace needs. */
export const largestPool = 32;

/** How many servers the busy hours of the first third need at full use. */
const busyServers = 8;
const busyShare = 0.99;

/** Where the scored part of a trace begins: after its first third. */
export function scoreFromOf(trace: Trace): number {
  const first = trace.times[0] ?? 0;
  return first + (endOf(trace) - first) / 3;
}

/** The end of the last row. */
export function endOf(trace: Trace): number {
  return (trace.times.at(-1) ?? 0) + trace.step;
}

/**
 * What one server takes, in events per second: an eighth of the load that 99 % of the first third's rows stay below.
 *
 * @returns undefined if there is no load in the first third
 */
export function capacityOf(trace: Trace): number | undefined {
  const until = scoreFromOf(trace);
  const rates: number[] = [];
  for (const [row, time] of trace.times.entries()) {
    if (time >= until) break;
    rates.push(((trace.values[row] ?? 0) / lengthOfRow(trace, row)) * 1000);
  }
  rates.sort((a, b) => a - b);
  const busy = rates[Math.min(rates.length - 1, Math.floor(busyShare * rates.length))] ?? 0;
  return busy > 0 ? busy / busyServers : undefined;
}

/** How often is decided if servers take so long to join: every 2 minutes at 5 minutes, every 5 at an hour. More often changes little and costs time. */
export function intervalFor(joinDelay: number): number {
  const minute = 60_000;
  if (joinDelay < 10 * minute) return 2 * minute;
  return joinDelay < 30 * minute ? 3 * minute : 5 * minute;
}

/** The pool that policies are compared on. Servers fail once in 30 days and are back after 10 minutes; one sample in a thousand is lost. */
export function comparedPool(capacity: number, joinDelay: number): SimulatedPool {
  return {
    capacity,
    joinDelay,
    joinSpread: 0.2,
    drainDelay: 120_000,
    meanTimeBetweenFailures: 30 * 86_400_000,
    repairTime: 600_000,
    missingSamples: 0.001,
  };
}

/** A row lasts until the next one, unless rows are missing between them. */
function lengthOfRow({ times, step }: Trace, row: number): number {
  const distance = (times[row + 1] ?? Infinity) - (times[row] ?? 0);
  return distance > 1.5 * step ? step : distance;
}
