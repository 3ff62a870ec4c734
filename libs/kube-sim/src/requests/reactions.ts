// What the control plane does by itself after a write, once the request that made it is done.

/** Work that waits for the end of a request. */
export class Reactions {
  #waiting: (() => void)[] = [];
  #running = false;

  add(reaction: () => void): void {
    this.#waiting.push(reaction);
  }

  /** Does what is waiting, and what that leads to. */
  run(): void {
    if (this.#running || this.#waiting.length === 0) return;
    this.#running = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    } finally {
      this.#running = false;
    }
  }
}
