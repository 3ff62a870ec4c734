import type { Clock } from '@neo4j-operator/clock';

/** Bookmarks come about every minute; one may be late. */
const silenceMs = 90_000;
/** A server that has been watched for so long without a bookmark sends none. */
const bookmarkWaitMs = 180_000;
/**
 * Milliseconds that no watch may be silent, whatever the server: the shortest idle time-out of common load balancers, after which the
 * connection is gone anyway. Whoever judges by silence from outside must allow for it.
 */
export const longestSilenceMs = 240_000;

/**
 * How long a watch may be silent. Bookmarks are its heartbeat, so silence means that the connection is dead; from a server that
 * sends none, only the end of the watch can be expected.
 */
export class BookmarkPatience {
  readonly #clock: Clock;
  #isBookmarking = false;
  /** Milliseconds of watching, over all watches that have ended, before the first bookmark. */
  #watchedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param watchMs - when the server should have ended this watch, with a margin */
  startWatch(watchMs: number): {
    /** Milliseconds of silence after which to give this watch up. */
    limitMs(): number;
    heardBookmark(): void;
    endWatch(): void;
  } {
    const startedAt = this.#clock.monotonic();
    const watchedMs = (): number => this.#watchedMs + this.#clock.monotonic() - startedAt;
    return {
      limitMs: () =>
        this.#isBookmarking || watchedMs() < bookmarkWaitMs ? silenceMs : Math.min(watchMs, longestSilenceMs),
      heardBookmark: () => {
        this.#isBookmarking = true;
      },
      endWatch: () => {
        this.#watchedMs = watchedMs();
      },
    };
  }
}
