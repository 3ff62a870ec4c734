import { type Clock, sleep } from '@neo4j-operator/clock';

const intervalMs = 1_000;

/** Measures how late the event loop comes to a timer: long synchronous work shows here. Runs as a part of the manager. */
export class LoopLagMeter {
  readonly name = 'loop-lag';
  readonly #clock: Clock;
  #largestMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async run(stop: AbortSignal): Promise<void> {
    let dueAt = this.#clock.monotonic() + intervalMs;
    while (await sleep(this.#clock, intervalMs, stop)) {
      const now = this.#clock.monotonic();
      this.#largestMs = Math.max(this.#largestMs, now - dueAt);
      dueAt = now + intervalMs;
    }
  }

  /** The largest lag since the last call, in milliseconds. */
  take(): number {
    const largestMs = this.#largestMs;
    this.#largestMs = 0;
    return largestMs;
  }
}
