import type { Clock } from '@neo4j-operator/clock';

/** Long enough to amortise the turn, short enough for a lease to be renewed and a probe to be answered. */
const turnMs = 8;
const turnItems = 256;

/** Gives way to other work after a while; for loops, also several at once, that may have thousands of items at hand. */
export class Turn {
  readonly #clock: Clock;
  #startedAt: number;
  #items = 0;
  #yielding: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Counts one item; true when it is time to `yield`. */
  isOver(): boolean {
    this.#items++;
    return (
      this.#yielding !== undefined ||
      this.#items >= turnItems ||
      (this.#items % 16 === 0 && this.#clock.monotonic() - this.#startedAt >= turnMs)
    );
  }

  /** All who wait here wait for the same moment: if one loop gave way alone, another would go on in its place. */
  yield(): Promise<void> {
    this.#yielding ??= this.#clock.yield().then(() => {
      this.#yielding = undefined;
      this.#items = 0;
      this.#startedAt = this.#clock.monotonic();
    });
    return this.#yielding;
  }
}
