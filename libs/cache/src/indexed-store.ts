/** The values that an index files an object under. */
export type Indexer<V> = (value: V) => readonly string[];

/** Keys filed under one value of an index: most values have one key, and a Set of one costs as much as ten strings. */
type Keys = string | Set<string>;

interface Index<V> {
  readonly entriesOf: Indexer<V>;
  readonly keys: Map<string, Keys>;
}

/**
 * A map of keyed values with secondary indexes. Reads and writes are synchronous; writing costs as many map operations as index
 * entries change. A value that is replaced keeps its place, so a loop that is under way meanwhile meets no key twice.
 */
export class IndexedStore<V extends object> {
  readonly #values = new Map<string, V>();
  readonly #indexes: ReadonlyMap<string, Index<V>>;

  constructor(indexers: Readonly<Record<string, Indexer<V>>> = {}) {
    this.#indexes = new Map(
      Object.entries(indexers).map(([name, entriesOf]) => [name, { entriesOf, keys: new Map() }]),
    );
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  values(): Iterable<V> {
    return this.#values.values();
  }

  entries(): Iterable<[string, V]> {
    return this.#values.entries();
  }

  /** Stores a value; if an indexer throws, nothing has changed. */
  set(key: string, value: V): void {
    const prev = this.#values.get(key);
    const changes = [...this.#indexes.values()].map(({ entriesOf, keys }) => ({
      keys,
      before: prev === undefined ? [] : entriesOf(prev),
      after: entriesOf(value),
    }));
    this.#values.set(key, value);
    for (const { keys, before, after } of changes) {
      for (const entry of before) if (!after.includes(entry)) removeKey(keys, entry, key);
      for (const entry of after) if (!before.includes(entry)) addKey(keys, entry, key);
    }
  }

  /** @returns whether there was such a key */
  delete(key: string): boolean {
    const value = this.#values.get(key);
    if (value === undefined) return false;
    for (const { entriesOf, keys } of this.#indexes.values()) {
      for (const entry of entriesOf(value)) removeKey(keys, entry, key);
    }
    return this.#values.delete(key);
  }

  /**
   * The values that an index files under `entry`.
   *
   * @throws TypeError when there is no index of that name
   */
  *byIndex(name: string, entry: string): Iterable<V> {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`there is no index named ${name}`);
    const keys = index.keys.get(entry);
    for (const key of typeof keys === 'string' ? [keys] : (keys ?? [])) {
      const value = this.#values.get(key);
      if (value !== undefined) yield value;
    }
  }
}

function addKey(index: Map<string, Keys>, entry: string, key: string): void {
  const keys = index.get(entry);
  if (keys === undefined) index.set(entry, key);
  else if (typeof keys !== 'string') keys.add(key);
  else if (keys !== key) index.set(entry, new Set([keys, key]));
}

function removeKey(index: Map<string, Keys>, entry: string, key: string): void {
  const keys = index.get(entry);
  if (keys === key) index.delete(entry);
  else if (typeof keys === 'object' && keys.delete(key) && keys.size === 0) index.delete(entry);
}
