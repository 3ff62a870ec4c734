// The API server's watch cache: what reads that may be old, and watches, are served from. Normally it is as new as the store.
import type { Clock, Timer } from '@neo4j-operator/clock';
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

/** Nothing newer is seen of a resource, or of all. */
interface Hold {
  readonly resource: string | undefined;
  readonly revision: number;
  /** On the monotonic clock; Infinity until somebody says so. */
  readonly until: number;
}

/** Serves the store, possibly as it was some time ago. */
export class WatchCache {
  readonly #store: Store;
  readonly #listeners = new Map<string, Set<CacheListener>>();
  /** Each for itself: what one of them hides stays hidden when another one ends. */
  readonly #holds = new Map<Hold, Timer | undefined>();
  readonly #clock: Clock;
  /** Of resources that are held back, oldest first. Who has seen some of it already passes over that. */
  #undelivered: StoreEvent[] = [];

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    let compacted = store.compactedRevision;
    store.subscribe((event) => {
      if (this.#isHeld(event.resource)) this.#undelivered.push(event);
      else this.#deliver(event);
      if (compacted === store.compactedRevision) return;
      compacted = store.compactedRevision;
      this.catchUp();
    });
  }

  /** Up to which revision it has seen a resource: what the store has forgotten cannot be seen again. */
  revision(resource: string): number {
    let revision = this.#store.revision;
    for (const hold of this.#holdsOf(resource)) revision = Math.min(revision, hold.revision);
    return Math.max(revision, this.#store.compactedRevision);
  }

  list(resource: string, namespace?: string): readonly Stored[] {
    const revision = this.revision(resource);
    return this.#store.listAt(resource, namespace, revision) ?? this.#store.list(resource, namespace);
  }

  get(resource: string, key: string): Stored | undefined {
    if (!this.#isHeld(resource)) return this.#store.get(resource, key);
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

  /** Ends every watch, and waits for nothing any more. */
  close(): void {
    this.endWatches();
    for (const timer of this.#holds.values()) timer?.cancel();
  }

  /**
   * Stands still at a revision from now on, for one resource or for all of them, until what is returned is called or `forMs` have
   * passed; then those who watch are told what they have missed.
   */
  hold(revision: number, type?: ResourceType, forMs = Infinity): () => void {
    const resource = type === undefined ? undefined : typeKey(type);
    const until = this.#clock.monotonic() + forMs;
    const hold: Hold = { resource, revision: Math.min(revision, this.#store.revision), until };
    const again = this.#store.since(Math.max(revision, this.#store.compactedRevision), resource) ?? [];
    this.#undelivered = [...new Set([...again, ...this.#undelivered])].sort(
      (one, other) => one.stored.revision - other.stored.revision,
    );
    const release = (): void => {
      this.#holds.get(hold)?.cancel();
      if (this.#holds.delete(hold)) this.catchUp();
    };
    this.#holds.set(hold, forMs === Infinity ? undefined : this.#clock.setTimer(forMs, release));
    return release;
  }

  /** Tells those who watch what is not held back any longer, as after a compaction. */
  catchUp(): void {
    const seen = new Map<string, number>();
    const due: StoreEvent[] = [];
    const left: StoreEvent[] = [];
    for (const event of this.#undelivered) {
      const { resource, stored } = event;
      const revision = seen.get(resource) ?? this.revision(resource);
      seen.set(resource, revision);
      (stored.revision <= revision ? due : left).push(event);
    }
    this.#undelivered = left;
    for (const event of due) this.#deliver(event);
  }

  /** Milliseconds until it sees all there is; Infinity if it does, or nobody knows. */
  catchUpMs(resource: string): number {
    const holds = this.#holdsOf(resource);
    if (holds.length === 0) return Infinity;
    return Math.max(...holds.map(({ until }) => until)) - this.#clock.monotonic();
  }

  #holdsOf(resource: string): readonly Hold[] {
    if (this.#holds.size === 0) return [];
    return [...this.#holds.keys()].filter((hold) => (hold.resource ?? resource) === resource);
  }

  #isHeld(resource: string): boolean {
    return this.#holdsOf(resource).length > 0;
  }

  #deliver(event: StoreEvent): void {
    const listeners = this.#listeners.get(event.resource);
    if (listeners === undefined) return;
    for (const listener of listeners) listener.event(event);
  }
}
