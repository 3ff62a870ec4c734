import type { Clock, Timer } from '@neo4j-operator/clock';

/** A clock whose wall-clock time jumps when it is told to, as that of a machine whose time is set. Timers and durations do not notice. */
export class JumpingClock implements Clock {
  readonly #clock: Clock;
  #aheadMs = 0;

  /** @param clock - what time is taken from */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the wall-clock time forward, or back if `byMs` is negative. */
  jump(byMs: number): void {
    this.#aheadMs += byMs;
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#clock.setTimer(delayMs, callback);
  }

  yield(): Promise<void> {
    return this.#clock.yield();
  }
}
