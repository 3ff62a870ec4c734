/** The values that an index files an object under. */
export type Indexer<V> = (value: V) => readonly string[];

/** Keys filed under one value of an index: most values have one key, and a Set of one costs as much as ten strings. */
type Keys = string | Set<string>;

/**
 * A map of keyed values with secondary indexes. Reads and writes are synchronous; writing costs as many map operations as the value has
 * index entries.
 */
export class IndexedStore<V extends object> {
  readonly #values = new Map<string, V>();
  readonly #indexers: ReadonlyMap<string, Indexer<V>>;
  readonly #indexes: ReadonlyMap<string, Map<string, Keys>>;

  constructor(indexers: Readonly<Record<string, Indexer<V>>> = {}) {
    this.#indexers = new Map(Object.entries(indexers));
    this.#indexes = new Map(Object.keys(indexers).map((name) => [name, new Map<string, Keys>()]));
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
    const filed = [...this.#indexers].map(([name, indexer]) => [name, indexer(value)] as const);
    this.delete(key);
    this.#values.set(key, value);
    for (const [name, names] of filed) for (const entry of names) addKey(this.#index(name), entry, key);
  }

  /** @returns whether there was such a key */
  delete(key: string): boolean {
    const value = this.#values.get(key);
    if (value === undefined) return false;
    for (const [name, indexer] of this.#indexers) {
      for (const entry of indexer(value)) removeKey(this.#index(name), entry, key);
    }
    return this.#values.delete(key);
  }

  /**
   * The values that an index files under `entry`.
   *
   * @throws TypeError when there is no index of that name
   */
  *byIndex(name: string, entry: string): Iterable<V> {
    const keys = this.#index(name).get(entry);
    for (const key of typeof keys === 'string' ? [keys] : (keys ?? [])) {
      const value = this.#values.get(key);
      if (value !== undefined) yield value;
    }
  }

  #index(name: string): Map<string, Keys> {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`there is no index named ${name}`);
    return index;
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
