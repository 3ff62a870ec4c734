import type { Stored } from './stored.ts';

/** The objects of one resource, in the order of their keys once somebody asks. */
export class Collection {
  readonly #byKey = new Map<string, Stored>();
  /** Undefined: has to be sorted again. */
  #sorted: string[] | undefined;

  constructor(content: readonly Stored[] = []) {
    for (const stored of content) this.#byKey.set(stored.key, stored);
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Stored | undefined {
    return this.#byKey.get(key);
  }

  set(stored: Stored): void {
    if (!this.#byKey.has(stored.key)) this.#sorted = undefined;
    this.#byKey.set(stored.key, stored);
  }

  delete(key: string): void {
    if (this.#byKey.delete(key)) this.#sorted = undefined;
  }

  list(namespace?: string): readonly Stored[] {
    this.#sorted ??= [...this.#byKey.keys()].sort(bytewise);
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    const found: Stored[] = [];
    for (let at = firstAtLeast(this.#sorted, prefix); at < this.#sorted.length; at++) {
      const key = this.#sorted[at] ?? '';
      if (!key.startsWith(prefix)) break;
      const stored = this.#byKey.get(key);
      if (stored !== undefined) found.push(stored);
    }
    return found;
  }
}

/** Keys are ASCII, so that code units are bytes. */
function bytewise(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function firstAtLeast(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
