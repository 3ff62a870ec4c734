import type { Rng } from '@neo4j-operator/clock';

/** How waits grow from failure to failure. */
export interface BackoffOptions {
  /** The wait after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** What each further failure multiplies the wait by. */
  readonly factor: number;
  /** Where the growth ends, in milliseconds. Jitter comes on top, so that waits stay apart at the cap too. */
  readonly maxMs: number;
  /** Up to this share of the wait is added at random: 0.1 adds up to a tenth, 0 adds nothing. */
  readonly jitter: number;
}

/**
 * How long to wait after `failures` failures in a row, in milliseconds. Whoever counts resets the count to start over;
 * without a failure there is no wait.
 */
export function backoffDelay(options: BackoffOptions, failures: number, rng: Rng): number {
  if (failures < 1) return 0;
  const grown = Math.min(options.baseMs * options.factor ** (failures - 1), options.maxMs);
  return options.jitter === 0 ? grown : grown * (1 + options.jitter * rng.next());
}
