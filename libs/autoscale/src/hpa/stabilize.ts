import type { TimedReplicas } from '../history/types.ts';

export interface StabilizeInput {
  readonly proposal: number;
  readonly current: number;
  /** Earlier proposals, without this one, in any order. */
  readonly recommendations: readonly TimedReplicas[];
  /** Milliseconds, as all times and windows here. */
  readonly now: number;
  readonly upWindow: number;
  readonly downWindow: number;
}

/**
 * Grows no further than the lowest proposal within the window of scaling up, and shrinks no further than the highest within that of scaling
 * down. A proposal exactly as old as a window is out of it. What to remember afterwards is the proposal, not this result.
 */
export function stabilize(input: StabilizeInput): number {
  const { proposal, current, now } = input;
  let low = proposal;
  let high = proposal;
  for (const { time, replicas } of input.recommendations) {
    const age = now - time;
    if (age < input.upWindow) low = Math.min(low, replicas);
    if (age < input.downWindow) high = Math.max(high, replicas);
  }
  return Math.min(Math.max(current, low), high);
}
