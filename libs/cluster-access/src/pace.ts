/** How often a poller looks. */
export interface Pace {
  /** Between two readings while something is going on, in milliseconds. */
  readonly quickMs: number;
  /** The longest time between two readings, in milliseconds. */
  readonly slowMs: number;
  /** What each reading that brings nothing new multiplies the time to the next one by. */
  readonly factor: number;
}

/** Below the time after which idle connections are closed, so that a settled cluster is not logged in to for each reading. */
export const defaultPace: Pace = { quickMs: 500, slowMs: 30_000, factor: 1.5 };
