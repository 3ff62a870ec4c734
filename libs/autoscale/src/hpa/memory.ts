// What the autoscaler remembers from pass to pass.
import type { ScalingEvent, TimedReplicas } from '../history/types.ts';

/** How histories are kept. The functions make new ones and change none. */
export interface Memory {
  /** `window`: the longest that the spec has now, in milliseconds. */
  readonly recommendation: (
    kept: readonly TimedReplicas[],
    made: TimedReplicas,
    window: number,
  ) => readonly TimedReplicas[];
  /** `period`: the longest of the direction's policies, in milliseconds. */
  readonly event: (
    kept: readonly ScalingEvent[],
    made: ScalingEvent,
    period: number,
  ) => readonly ScalingEvent[];
}

/** The longest `stabilizationWindowSeconds` that autoscaling/v2 allows. */
const LONGEST_WINDOW = 3_600_000;
/** The longest `periodSeconds` that autoscaling/v2 allows. */
const LONGEST_PERIOD = 1_800_000;

/** Keeps everything as long as any rule can ask for it, also one that is set later. */
export const fullMemory: Memory = {
  recommendation: (kept, made, window) => [...young(kept, made.time, Math.max(window, LONGEST_WINDOW)), made],
  event: (kept, made, period) => [...young(kept, made.time, Math.max(period, LONGEST_PERIOD)), made],
};

function young<T extends { readonly time: number }>(entries: readonly T[], now: number, age: number): T[] {
  return entries.filter((entry) => now - entry.time <= age);
}
