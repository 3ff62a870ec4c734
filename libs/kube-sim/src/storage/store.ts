// What etcd is to the API server: one counter of revisions, the present objects, and a bounded memory of what changed.
import type { SimObject } from '../api/object.ts';
import { Collection } from './collection.ts';
import { KeptManagers } from './managers-text.ts';
import { keyOf, store, type Stored } from './stored.ts';

/** A committed change. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `group/plural` */
  readonly resource: string;
  /** The state after it; of a deletion the last one, with the revision of the deletion. */
  readonly stored: Stored;
  readonly previous: Stored | undefined;
}

export interface StoreOptions {
  /** How many changes are remembered; older ones are compacted away. Default 10,000. */
  readonly historySize?: number;
}

/** Holds everything. Each write happens at once and as a whole; listeners have seen it when it returns. */
export class Store {
  readonly #historySize: number;
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #managers = new KeptManagers();
  #history: StoreEvent[] = [];
  #revision = 1;
  #compacted = 0;

  constructor({ historySize = 10_000 }: StoreOptions = {}) {
    this.#historySize = historySize;
  }

  /** The revision of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /** The oldest revision at which the store can still be seen. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  /** The present state of an object. */
  get(resource: string, key: string): Stored | undefined {
    return this.#collections.get(resource)?.get(key);
  }

  /** The present objects of a namespace, or of all, in the order of their keys. */
  list(resource: string, namespace?: string): readonly Stored[] {
    return this.#collections.get(resource)?.list(namespace) ?? [];
  }

  /** What there are objects of: `group/plural`. */
  resources(): readonly string[] {
    return Array.from(this.#collections.keys());
  }

  /** How many there are. */
  count(resource: string): number {
    return this.#collections.get(resource)?.size ?? 0;
  }

  /**
   * The objects as they were at a revision.
   *
   * @returns undefined if that has been compacted away
   */
  listAt(resource: string, namespace: string | undefined, revision: number): readonly Stored[] | undefined {
    if (revision >= this.#revision) return this.list(resource, namespace);
    if (revision < this.#compacted) return undefined;
    const undone = new Collection(this.list(resource));
    for (let at = this.#history.length - 1; at >= 0; at--) {
      const event = this.#history[at];
      if (event === undefined || event.stored.revision <= revision) break;
      if (event.resource !== resource) continue;
      if (event.previous === undefined) undone.delete(event.stored.key);
      else undone.set(event.previous);
    }
    return undone.list(namespace);
  }

  /**
   * The changes after a revision, of one resource or of all, oldest first.
   *
   * @returns undefined if some of them have been compacted away
   */
  since(revision: number, resource?: string): readonly StoreEvent[] | undefined {
    if (revision < this.#compacted) return undefined;
    let from = this.#history.length;
    while (from > 0 && (this.#history[from - 1]?.stored.revision ?? 0) > revision) from--;
    const events = this.#history.slice(from);
    return resource === undefined ? events : events.filter((event) => event.resource === resource);
  }

  /** Writes an object, new or changed; sets its resource version. */
  put(resource: string, object: SimObject, fields: Readonly<Record<string, string>> | undefined): Stored {
    const collection = this.#collection(resource);
    const { namespace, name } = object.metadata;
    const previous = collection.get(keyOf(namespace, name));
    const stored = store(object, {
      revision: this.#revision + 1,
      fields,
      previous,
      managers: this.#managers,
    });
    this.#revision++;
    collection.set(stored);
    this.#commit({ type: previous === undefined ? 'ADDED' : 'MODIFIED', resource, stored, previous });
    return stored;
  }

  /** Removes an object; returns its last state. */
  remove(resource: string, key: string): Stored | undefined {
    const collection = this.#collection(resource);
    const previous = collection.get(key);
    if (previous === undefined) return undefined;
    const stored = { ...previous, revision: ++this.#revision };
    collection.delete(key);
    this.#commit({ type: 'DELETED', resource, stored, previous });
    return stored;
  }

  /** Forgets the changes up to a revision, by default all. */
  compact(revision = this.#revision): void {
    const keep = this.#history.findIndex(({ stored }) => stored.revision > revision);
    this.#history = keep < 0 ? [] : this.#history.slice(keep);
    this.#compacted = Math.max(this.#compacted, Math.min(revision, this.#revision));
  }

  /** Calls `listener` with each change from now on, before the write returns. The result ends it. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #collection(resource: string): Collection {
    let collection = this.#collections.get(resource);
    if (collection === undefined) {
      collection = new Collection();
      this.#collections.set(resource, collection);
    }
    return collection;
  }

  #commit(event: StoreEvent): void {
    this.#history.push(event);
    // Cut in large pieces: taking one off the front costs as much as copying all.
    if (this.#history.length > 2 * this.#historySize) {
      const last = this.#history[this.#history.length - this.#historySize - 1];
      this.compact(last?.stored.revision);
    }
    for (const listener of this.#listeners) listener(event);
  }
}
