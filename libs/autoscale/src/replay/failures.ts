// When the server of one number is down: a plan in time that no decision moves.
import { exponential, stream } from './random.ts';
import type { SimulatedPool } from './types.ts';

export interface FailurePlan {
  /** Whether it is down at some moment from `from` to before `to`; asked with times that never go back. */
  failedWithin(from: number, to: number): boolean;
}

const FAILURES = 2;

/** Failures come as a Poisson process while the server is up, and each lasts for the repair time. */
export function failurePlan(pool: SimulatedPool, seed: number, slot: number, start: number): FailurePlan {
  const { meanTimeBetweenFailures: mean, repairTime } = pool;
  if (mean === undefined || !(mean > 0)) return { failedWithin: () => false };
  const rng = stream(seed, FAILURES, slot);
  let failsAt = start + exponential(rng, mean);
  return {
    failedWithin: (from, to) => {
      while (failsAt + repairTime <= from) failsAt += repairTime + exponential(rng, mean);
      return failsAt < to;
    },
  };
}
