/** Remembers what was refused, and why, so that it is not tried on every pass. */
export class Attempts {
  readonly #pauseMs: number;
  readonly #refused = new Map<string, { readonly until: number; readonly message: string }>();

  /** @param pauseMs - how long what was refused is not tried again */
  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs;
  }

  /**
   * Why something must not be tried now; undefined if it may.
   *
   * @param what - a name that changes as soon as there is a reason to try again
   * @param now - monotonic milliseconds
   */
  refusal(what: string, now: number): string | undefined {
    const found = this.#refused.get(what);
    return found !== undefined && found.until > now ? found.message : undefined;
  }

  refuse(what: string, message: string, now: number): void {
    for (const [name, { until }] of this.#refused) if (until <= now) this.#refused.delete(name);
    this.#refused.set(what, { until: now + this.#pauseMs, message });
  }
}
