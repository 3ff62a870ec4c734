import type { Clock, Timer } from '@neo4j-operator/clock';

/** Calls `onSilence` once when nothing has been heard for `limitMs` milliseconds. Hearing something costs one clock reading. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #onSilence: () => void;
  #limitMs: number;
  #heardAt: number;
  #timer: Timer;

  constructor(clock: Clock, limitMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#onSilence = onSilence;
    this.#limitMs = limitMs;
    this.#heardAt = clock.monotonic();
    this.#timer = this.#arm(limitMs);
  }

  heard(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  /** Changes how long silence may last, counted from the last sign of life. */
  setLimit(limitMs: number): void {
    if (limitMs === this.#limitMs) return;
    this.#limitMs = limitMs;
    this.#timer.cancel();
    this.#timer = this.#arm(this.#heardAt + limitMs - this.#clock.monotonic());
  }

  stop(): void {
    this.#timer.cancel();
  }

  #arm(delayMs: number): Timer {
    return this.#clock.setTimer(delayMs, () => {
      const leftMs = this.#heardAt + this.#limitMs - this.#clock.monotonic();
      if (leftMs <= 0) this.#onSilence();
      else this.#timer = this.#arm(leftMs);
    });
  }
}
