// The API server's watch cache: what reads that may be old, and watches, are served from. Normally it is as new as the store.
import type { Clock } from '@neo4j-operator/clock';
import type { ResourceType } from '../api/resource.ts';
import type { Store, StoreEvent } from '../storage/store.ts';
import type { Stored } from '../storage/stored.ts';
import { typeKey } from './definitions.ts';

/** Follows changes of one resource. */
export interface CacheListener {
  readonly event: (event: StoreEvent) => void;
  /** The server ends all watches. */
  readonly end: () => void;
}

/** What it has not seen yet. */
interface Held {
  readonly revision: number;
  readonly waiting: StoreEvent[];
  /** On the monotonic clock; Infinity until somebody says so. */
  readonly until: number;
}

/** Serves the store, possibly as it was some time ago. */
export class WatchCache {
  readonly #store: Store;
  readonly #listeners = new Map<string, Set<CacheListener>>();
  /** Of all resources, or of one while it is held back. */
  readonly #held = new Map<string, Held>();
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    store.subscribe((event) => {
      const held = this.#heldFor(event.resource);
      if (held === undefined) this.#deliver(event);
      else held.waiting.push(event);
    });
  }

  /** Up to which revision it has seen a resource. */
  revision(resource: string): number {
    return this.#heldFor(resource)?.revision ?? this.#store.revision;
  }

  list(resource: string, namespace?: string): readonly Stored[] {
    const revision = this.revision(resource);
    return this.#store.listAt(resource, namespace, revision) ?? this.#store.list(resource, namespace);
  }

  get(resource: string, key: string): Stored | undefined {
    if (this.#heldFor(resource) === undefined) return this.#store.get(resource, key);
    return this.list(resource).find((stored) => stored.key === key);
  }

  /** What it has seen after a revision; undefined if that is too long ago. */
  since(revision: number, resource: string): readonly StoreEvent[] | undefined {
    const events = this.#store.since(revision, resource);
    const seen = this.revision(resource);
    return events?.filter(({ stored }) => stored.revision <= seen);
  }

  /** The result ends it. */
  subscribe(resource: string, listener: CacheListener): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** Ends every watch. */
  endWatches(): void {
    for (const listeners of [...this.#listeners.values()]) {
      for (const listener of [...listeners]) listener.end();
    }
  }

  /**
   * Stands still at a revision from now on, for one resource or for all of them, until what is returned is called or `forMs` have
   * passed; then those who watch are told what they have missed.
   */
  hold(revision: number, type?: ResourceType, forMs = Infinity): () => void {
    const key = type === undefined ? everything : typeKey(type);
    // What the store has forgotten cannot be seen again.
    const from = Math.max(revision, this.#store.compactedRevision);
    const waiting = [...(this.#store.since(from, type === undefined ? undefined : key) ?? [])];
    const held = { revision: from, waiting, until: this.#clock.monotonic() + forMs };
    this.#held.set(key, held);
    const release = (): void => {
      if (this.#held.get(key) !== held) return;
      this.#held.delete(key);
      for (const event of waiting) this.#deliver(event);
    };
    if (forMs !== Infinity) this.#clock.setTimer(forMs, release);
    return release;
  }

  /** Milliseconds until it sees more than now; Infinity if it sees all there is, or nobody knows. */
  catchUpMs(resource: string): number {
    const held = this.#heldFor(resource);
    return held === undefined ? Infinity : held.until - this.#clock.monotonic();
  }

  #heldFor(resource: string): Held | undefined {
    return this.#held.size === 0 ? undefined : (this.#held.get(resource) ?? this.#held.get(everything));
  }

  #deliver(event: StoreEvent): void {
    const listeners = this.#listeners.get(event.resource);
    if (listeners === undefined) return;
    for (const listener of listeners) listener.event(event);
  }
}

const everything = '*';
