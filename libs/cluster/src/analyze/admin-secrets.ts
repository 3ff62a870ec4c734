import type { ClusterObject } from '@neo4j-operator/cluster-access';
import { type Delta, keyOf, type ObjectKey } from '@neo4j-operator/reconcile-kit';
import { adminSecretKey } from './accounts.ts';

/** Which clusters name which Secret: users' Secrets have no label that tells. */
export class AdminSecretIndex {
  readonly #bySecret = new Map<ObjectKey, Set<ObjectKey>>();

  /** Takes in a change of a cluster. */
  note(delta: Delta<ClusterObject>): void {
    if (delta.type !== 'added') this.#forget(delta.prev);
    if (delta.type === 'deleted') return;
    const secret = adminSecretKey(delta.next);
    const clusters = this.#bySecret.get(secret) ?? new Set();
    clusters.add(keyOf(delta.next));
    this.#bySecret.set(secret, clusters);
  }

  clustersOf(secret: ObjectKey): readonly ObjectKey[] {
    return [...(this.#bySecret.get(secret) ?? [])];
  }

  #forget(cluster: ClusterObject): void {
    const secret = adminSecretKey(cluster);
    const clusters = this.#bySecret.get(secret);
    clusters?.delete(keyOf(cluster));
    if (clusters?.size === 0) this.#bySecret.delete(secret);
  }
}
