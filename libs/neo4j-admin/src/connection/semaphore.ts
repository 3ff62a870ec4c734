import type { Clock, Timer } from '@neo4j-operator/clock';

/** Gives a permit back; harmless when called again. */
export type Release = () => void;

interface Waiter {
  readonly settle: (isGranted: boolean) => void;
  readonly timer: Timer;
}

/** A number of permits that are handed out in the order in which they were asked for. */
export class Semaphore {
  readonly #clock: Clock;
  readonly #permits: number;
  readonly #waiting: Waiter[] = [];
  #taken = 0;

  constructor(clock: Clock, permits: number) {
    this.#clock = clock;
    this.#permits = permits;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @returns what gives the permit back, or `undefined` if there was none within the time, or `cancel` was called */
  async acquire(timeoutMs: number): Promise<Release | undefined> {
    if (this.#taken < this.#permits) {
      this.#taken++;
      return this.#release();
    }
    const isGranted = await new Promise<boolean>((resolve) => {
      const timer = this.#clock.setTimer(timeoutMs, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        resolve(false);
      });
      const waiter: Waiter = { settle: resolve, timer };
      this.#waiting.push(waiter);
    });
    return isGranted ? this.#release() : undefined;
  }

  /** Sends all away that wait. */
  cancel(): void {
    for (const { settle, timer } of this.#waiting.splice(0)) {
      timer.cancel();
      settle(false);
    }
  }

  #release(): Release {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      // The permit goes to the next in line without becoming free in between, where a newcomer could take it.
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#taken--;
        return;
      }
      next.timer.cancel();
      next.settle(true);
    };
  }
}
