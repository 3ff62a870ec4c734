/** The life of one process. After its end nothing that it has begun goes on, and it hears of nothing any more. */
export class Life {
  #isOver = false;
  readonly #whenOver = new Set<() => void>();

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Called once at the end, at once if that has come. */
  onEnd(callback: () => void): void {
    if (this.#isOver) callback();
    else this.#whenOver.add(callback);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const callback of this.#whenOver) callback();
    this.#whenOver.clear();
  }

  /** What was got, or failed, unless it comes too late: then nothing, for ever. */
  async hears<T>(what: Promise<T>): Promise<T> {
    try {
      const got = await what;
      if (!this.#isOver) return got;
    } catch (error) {
      if (!this.#isOver) throw error;
    }
    return silence();
  }
}

/** Never comes. A new one each time, so that what waits for it can be forgotten together with it. */
export function silence(): Promise<never> {
  return new Promise<never>(() => undefined);
}
