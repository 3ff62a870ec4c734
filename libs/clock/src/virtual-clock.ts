import type { Clock, Timer } from './clock.ts';

interface Pending {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock for tests and simulations: time stands still until somebody advances it.
 * Timers fire in order of their due time, ties in the order they were set.
 */
export class VirtualClock implements Clock {
  #elapsedMs = 0;
  #order = 0;
  readonly #startedAtMs: number;
  readonly #pending = new Set<Pending>();

  /** @param startedAtMs - what `now()` says before the first advance; epoch milliseconds */
  constructor(startedAtMs = Date.UTC(2026, 0, 1)) {
    this.#startedAtMs = startedAtMs;
  }

  now(): number {
    return this.#startedAtMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const entry = { dueAt: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#pending.add(entry);
    return {
      cancel: () => {
        this.#pending.delete(entry);
      },
    };
  }

  async yield(): Promise<void> {
    await settle();
  }

  /** How many timers are set. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /**
   * Moves time forward by `byMs` milliseconds, firing every timer that falls due on the way. Between timers,
   * and before the first, promises that are ready get to run, so a loop that sleeps sees each of its turns.
   */
  async advance(byMs: number): Promise<void> {
    const until = this.#elapsedMs + byMs;
    for (;;) {
      await settle();
      const next = this.#next();
      if (next === undefined || next.dueAt > until) break;
      this.#fire(next);
    }
    this.#elapsedMs = until;
    await settle();
  }

  /** Moves straight to the next timer and fires it; false when none is set. */
  async advanceToNext(): Promise<boolean> {
    await settle();
    const next = this.#next();
    if (next === undefined) return false;
    this.#fire(next);
    await settle();
    return true;
  }

  #next(): Pending | undefined {
    let next: Pending | undefined;
    for (const entry of this.#pending) {
      if (
        next === undefined ||
        entry.dueAt < next.dueAt ||
        (entry.dueAt === next.dueAt && entry.order < next.order)
      ) {
        next = entry;
      }
    }
    return next;
  }

  #fire(entry: Pending): void {
    this.#pending.delete(entry);
    this.#elapsedMs = Math.max(this.#elapsedMs, entry.dueAt);
    entry.callback();
  }
}

/** Lets every promise that is ready run to its next wait. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
