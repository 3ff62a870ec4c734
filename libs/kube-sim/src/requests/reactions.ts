// What the control plane does by itself after a write, once the request that made it is done.

/** Work that waits for the end of a request. */
export class Reactions {
  readonly #onError: (key: string, error: unknown) => void;
  #waiting: { readonly key: string; readonly react: () => void }[] = [];
  #running = false;

  /** @param onError - told what a reaction threw; whoever made the request is not to blame */
  constructor(onError: (key: string, error: unknown) => void) {
    this.#onError = onError;
  }

  /** @param key - the object that it is about */
  add(key: string, react: () => void): void {
    this.#waiting.push({ key, react });
  }

  /** Does what is waiting, and what that leads to. */
  run(): void {
    if (this.#running || this.#waiting.length === 0) return;
    this.#running = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        this.#one(next.key, next.react);
      }
    } finally {
      this.#running = false;
    }
  }

  #one(key: string, react: () => void): void {
    try {
      react();
    } catch (error) {
      this.#onError(key, error);
    }
  }
}
