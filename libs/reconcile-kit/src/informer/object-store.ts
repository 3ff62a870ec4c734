import { IndexedStore } from '@neo4j-operator/cache';
import { keyOf, type ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import type { ObjectEvent } from '../reflector/reflector.ts';
import type { Delta, InformerOptions, Lister } from './informer.ts';

/** Deletions of our own that the watch has not confirmed yet; more than this many at once forget the oldest. */
const tombstoneLimit = 10_000;

const ownerIndex = 'reconcile-kit/owner';
const namespaceIndex = 'reconcile-kit/namespace';

/**
 * The objects of an informer, and what changes when something is heard of them. It holds of each object the newest version that was seen:
 * of one uid, versions never go back, whether they come from the watch, a snapshot, or the answer to a write of our own.
 */
export class ObjectStore<T extends KubeObject> implements Lister<T> {
  readonly #store: IndexedStore<Stored<T>>;
  /** Uids that we deleted; late news of them is stale. */
  readonly #tombstones = new Set<string>();

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
    if (this.#tombstones.has(object.metadata.uid)) return [];
    const key = keyOf(object);
    const prev = this.#store.get(key);
    if (prev === undefined) {
      this.#store.set(key, object);
      return [{ type: 'added', key, next: object, initial: false }];
    }
    if (!isNewer(object, prev)) return [];
    this.#store.set(key, object);
    return prev.metadata.uid === object.metadata.uid
      ? [{ type: 'updated', key, next: object, prev }]
      : [
          { type: 'deleted', key, prev, finalStateUnknown: true },
          { type: 'added', key, next: object, initial: false },
        ];
  }

  /** The object with this uid is gone, by the answer to our own request. */
  remove(key: ObjectKey, uid: string): readonly Delta<T>[] {
    const prev = this.#store.get(key);
    if (prev === undefined || prev.metadata.uid !== uid) return [];
    this.#bury(uid);
    this.#store.delete(key);
    return [{ type: 'deleted', key, prev, finalStateUnknown: true }];
  }

  /**
   * A complete snapshot. What it lacks is gone, unless it is newer than the snapshot: an object that we have just created.
   *
   * @param isReset - versions of before mean nothing any more: the snapshot is right in everything
   */
  replace(objects: readonly Stored<T>[], resourceVersion: string, isReset: boolean): readonly Delta<T>[] {
    const deltas: Delta<T>[] = [];
    const listed = new Set(objects.map(keyOf));
    const uids = new Set(objects.map(({ metadata }) => metadata.uid));
    for (const uid of this.#tombstones) if (isReset || !uids.has(uid)) this.#tombstones.delete(uid);
    for (const [key, prev] of [...this.#store.entries()] as [ObjectKey, Stored<T>][]) {
      if (isReset && listed.has(key)) {
        this.#store.delete(key);
        deltas.push({ type: 'deleted', key, prev, finalStateUnknown: true });
      } else if (!listed.has(key)) {
        const isAhead = compareResourceVersions(prev.metadata.resourceVersion, resourceVersion) > 0;
        if (isAhead && !isReset) continue;
        this.#store.delete(key);
        deltas.push({ type: 'deleted', key, prev, finalStateUnknown: true });
      }
    }
    for (const object of objects) deltas.push(...this.upsert(object));
    return deltas;
  }

  #deleted(object: Stored<T>): readonly Delta<T>[] {
    this.#tombstones.delete(object.metadata.uid);
    const key = keyOf(object);
    const prev = this.#store.get(key);
    if (prev === undefined) return [];
    const isSame = prev.metadata.uid === object.metadata.uid;
    if (!isSame && !isNewer(object, prev)) return [];
    this.#store.delete(key);
    return [{ type: 'deleted', key, prev: isSame ? object : prev, finalStateUnknown: !isSame }];
  }

  #bury(uid: string): void {
    this.#tombstones.add(uid);
    if (this.#tombstones.size <= tombstoneLimit) return;
    const [oldest] = this.#tombstones;
    if (oldest !== undefined) this.#tombstones.delete(oldest);
  }
}

function isNewer(object: Stored, than: Stored): boolean {
  return compareResourceVersions(object.metadata.resourceVersion, than.metadata.resourceVersion) > 0;
}
