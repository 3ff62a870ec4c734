import { IndexedStore } from '@neo4j-operator/cache';
import { keyOf, type ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import type { ObjectEvent } from '../reflector/watch-event.ts';
import type { Delta, InformerOptions, Lister } from './informer.ts';

/** How many deletions are remembered. What is late by more than so many deletions can only show for a moment. */
const tombstoneLimit = 1000;

const ownerIndex = 'reconcile-kit/owner';
const namespaceIndex = 'reconcile-kit/namespace';

/**
 * The objects of an informer, and what changes when something is heard of them. It holds of each object the newest version that was seen:
 * of one uid, versions never go back, whether they come from the watch, a snapshot, or the answer to a write of our own.
 */
export class ObjectStore<T extends KubeObject> implements Lister<T> {
  readonly #store: IndexedStore<Stored<T>>;
  /** Uids that are gone, with the version of their deletion. News that is not newer is stale. */
  readonly #tombstones = new Map<string, string>();
  /** Uids that our own requests deleted, which the server has yet to confirm; with the newest state that is kept back, if any. */
  readonly #withheld = new Map<string, Stored<T> | undefined>();

  constructor(indexers: InformerOptions<T>['indexers'] = {}) {
    this.#store = new IndexedStore<Stored<T>>({
      ...indexers,
      [ownerIndex]: ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid),
      [namespaceIndex]: ({ metadata }) => (metadata.namespace === undefined ? [] : [metadata.namespace]),
    });
  }

  get(key: ObjectKey): Stored<T> | undefined {
    return this.#store.get(key);
  }

  list(namespace?: string): Iterable<Stored<T>> {
    return namespace === undefined ? this.#store.values() : this.#store.byIndex(namespaceIndex, namespace);
  }

  byIndex(index: string, value: string): Iterable<Stored<T>> {
    return this.#store.byIndex(index, value);
  }

  ownedBy(ownerUid: string): Iterable<Stored<T>> {
    return this.#store.byIndex(ownerIndex, ownerUid);
  }

  get size(): number {
    return this.#store.size;
  }

  /** An event of the watch. */
  apply(event: ObjectEvent<T>): readonly Delta<T>[] {
    return event.type === 'DELETED' ? this.#deleted(event.object) : this.upsert(event.object);
  }

  /** An object as the server holds, or held, it. Anything not newer than what is stored changes nothing. */
  upsert(object: Stored<T>): readonly Delta<T>[] {
    const { uid } = object.metadata;
    if (this.#withheld.has(uid)) {
      const withheld = this.#withheld.get(uid);
      if (withheld === undefined || isNewer(object, withheld)) this.#withheld.set(uid, object);
      return [];
    }
    if (this.#isBuried(object)) return [];
    const prev = this.#store.get(keyOf(object));
    return prev !== undefined && !isNewer(object, prev) ? [] : this.#put(object);
  }

  /**
   * The object with this uid is gone, by the answer to our own request; the watch may not even have shown it yet. The answer tells no
   * version, so everything that is heard of the uid counts as older, until the server confirms the deletion, a snapshot lists the
   * object all the same, or the caller's patience ends: see `reveal`.
   */
  remove(key: ObjectKey, uid: string): readonly Delta<T>[] {
    const prev = this.#store.get(key);
    const isThere = prev?.metadata.uid === uid;
    this.#withheld.set(uid, isThere ? prev : this.#withheld.get(uid));
    if (!isThere) return [];
    this.#store.delete(key);
    return [{ type: 'deleted', key, prev, finalStateUnknown: true }];
  }

  /** Takes a `remove` back that the server has not confirmed: the answer was wrong, such as a proxy's, or the object is only terminating. */
  reveal(uid: string): readonly Delta<T>[] {
    const withheld = this.#withheld.get(uid);
    this.#withheld.delete(uid);
    return withheld === undefined ? [] : this.upsert(withheld);
  }

  /**
   * A complete snapshot. What it lacks is gone, unless it is newer than the snapshot: an object that we have just created.
   *
   * @param isReset - versions of before mean nothing any more: the snapshot is right in everything
   */
  replace(objects: readonly Stored<T>[], resourceVersion: string, isReset: boolean): readonly Delta<T>[] {
    if (isReset) {
      this.#tombstones.clear();
      this.#withheld.clear();
    }
    const deltas: Delta<T>[] = [];
    const listed = new Set(objects.map(keyOf));
    for (const [key, prev] of [...this.#store.entries()] as [ObjectKey, Stored<T>][]) {
      if (listed.has(key)) continue;
      const isAhead = compareResourceVersions(prev.metadata.resourceVersion, resourceVersion) > 0;
      if (isAhead && !isReset) continue;
      this.#store.delete(key);
      deltas.push({ type: 'deleted', key, prev, finalStateUnknown: true });
    }
    for (const object of objects) {
      deltas.push(...(isReset ? this.#put(object) : this.upsert(this.#release(object))));
    }
    for (const [uid, object] of this.#withheld) {
      const isAhead =
        object !== undefined && compareResourceVersions(object.metadata.resourceVersion, resourceVersion) > 0;
      if (!isAhead) this.#withheld.set(uid, undefined);
    }
    return deltas;
  }

  /** What a snapshot lists is kept back no more: if the snapshot is only older than our deletion, the watch goes on to show that. */
  #release(listed: Stored<T>): Stored<T> {
    const { uid } = listed.metadata;
    const withheld = this.#withheld.get(uid);
    this.#withheld.delete(uid);
    return withheld !== undefined && isNewer(withheld, listed) ? withheld : listed;
  }

  #put(next: Stored<T>): readonly Delta<T>[] {
    const key = keyOf(next);
    const prev = this.#store.get(key);
    this.#store.set(key, next);
    if (prev === undefined) return [{ type: 'added', key, next, initial: false }];
    return prev.metadata.uid === next.metadata.uid
      ? [{ type: 'updated', key, next, prev }]
      : [
          { type: 'deleted', key, prev, finalStateUnknown: true },
          { type: 'added', key, next, initial: false },
        ];
  }

  /** A namesake that was deleted says nothing of an object that is newer than its deletion. */
  #deleted(object: Stored<T>): readonly Delta<T>[] {
    this.#withheld.delete(object.metadata.uid);
    this.#bury(object.metadata.uid, object.metadata.resourceVersion);
    const key = keyOf(object);
    const prev = this.#store.get(key);
    if (prev === undefined) return [];
    const isSame = prev.metadata.uid === object.metadata.uid;
    if (!isSame && !isNewer(object, prev)) return [];
    this.#store.delete(key);
    return [{ type: 'deleted', key, prev: isSame ? object : prev, finalStateUnknown: !isSame }];
  }

  /** With a selector, an object that stops to match is reported as deleted; when it matches again, its version is newer. */
  #isBuried({ metadata }: Stored): boolean {
    const deletedAt = this.#tombstones.get(metadata.uid);
    return deletedAt !== undefined && compareResourceVersions(metadata.resourceVersion, deletedAt) <= 0;
  }

  #bury(uid: string, deletedAt: string): void {
    this.#tombstones.delete(uid);
    this.#tombstones.set(uid, deletedAt);
    if (this.#tombstones.size <= tombstoneLimit) return;
    const [oldest] = this.#tombstones.keys();
    if (oldest !== undefined) this.#tombstones.delete(oldest);
  }
}

function isNewer(object: Stored, than: Stored): boolean {
  return compareResourceVersions(object.metadata.resourceVersion, than.metadata.resourceVersion) > 0;
}
