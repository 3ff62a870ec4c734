import type { Clock } from '@neo4j-operator/clock';

/** When a circuit breaker opens, and for how long. */
export interface CircuitBreakerOptions {
  readonly clock: Clock;
  /** How many failures in a row open it. */
  readonly failures: number;
  /** How long it stays open the first time, in milliseconds; twice as long each time that the trial fails. */
  readonly openMs: number;
  /** The longest that it stays open. */
  readonly longestOpenMs: number;
}

/**
 * Leaves something alone that has failed several times in a row: calls are refused for a while, then a single one is let through as a
 * trial, and its outcome decides. (M. Nygard, "Release It!", chapter "Stability Patterns".)
 *
 * It only counts: the caller asks with `admits`, and reports with `succeeded` or `failed` what became of each call that was admitted.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #failures = 0;
  #openings = 0;
  /** Until when it is open, on the monotonic clock; while it is closed, `undefined`. */
  #openUntil: number | undefined;
  #isTrialUnderWay = false;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Whether a call may be made now. When it is half-open, that call is the trial, and others are refused until it is reported. */
  admits(): boolean {
    if (this.#openUntil === undefined) return true;
    if (this.#isTrialUnderWay || this.remainingMs() > 0) return false;
    this.#isTrialUnderWay = true;
    return true;
  }

  /** How long calls are refused still, in milliseconds. */
  remainingMs(): number {
    if (this.#openUntil === undefined) return 0;
    return Math.max(0, this.#openUntil - this.#options.clock.monotonic());
  }

  /** The call has shown that the thing works, whatever came of it otherwise. */
  succeeded(): void {
    this.#failures = 0;
    this.#openings = 0;
    this.#openUntil = undefined;
    this.#isTrialUnderWay = false;
  }

  /** The call has shown nothing, for instance since it was given up before it was made. */
  undecided(): void {
    this.#isTrialUnderWay = false;
  }

  failed(): void {
    const { clock, failures, longestOpenMs, openMs } = this.#options;
    this.#failures++;
    const isTrial = this.#isTrialUnderWay;
    this.#isTrialUnderWay = false;
    if (!isTrial && this.#failures < failures) return;
    // Calls that were under way when it opened say nothing new.
    if (!isTrial && this.#openUntil !== undefined) return;
    this.#openUntil = clock.monotonic() + Math.min(longestOpenMs, openMs * 2 ** this.#openings);
    this.#openings = Math.min(this.#openings + 1, 30);
  }
}
