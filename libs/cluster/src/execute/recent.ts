/** Remembers for a while what has just happened, so that it is not done again on every pass. A new process begins with nothing. */
export class Recent {
  readonly #forMs: number;
  readonly #noted = new Map<string, { readonly until: number; readonly message: string }>();

  /** @param forMs - how long something counts as recent */
  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  /**
   * What was noted recently; undefined if nothing was.
   *
   * @param what - a name that changes as soon as there is a reason to try again
   * @param now - monotonic milliseconds
   */
  get(what: string, now: number): string | undefined {
    const found = this.#noted.get(what);
    return found !== undefined && found.until > now ? found.message : undefined;
  }

  note(what: string, message: string, now: number): void {
    for (const [name, { until }] of this.#noted) if (until <= now) this.#noted.delete(name);
    this.#noted.set(what, { until: now + this.#forMs, message });
  }
}
