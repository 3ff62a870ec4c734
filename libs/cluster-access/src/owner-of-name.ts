import type { KubeObject, Stored } from '@neo4j-operator/reconcile-kit';

/**
 * Of several objects that claim one name the oldest owns it, also while it is being deleted: until it is gone, its work is not done. Objects of the
 * same second are told apart by uid, so that everybody comes to the same answer.
 */
export function ownerOfName<T extends KubeObject>(claimants: Iterable<Stored<T>>): Stored<T> | undefined {
  return [...claimants].reduce<Stored<T> | undefined>(
    (owner, claimant) => (owner === undefined || isOlder(claimant, owner) ? claimant : owner),
    undefined,
  );
}

function isOlder(a: Stored, b: Stored): boolean {
  const [createdA = '', createdB = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  return createdA === createdB ? a.metadata.uid < b.metadata.uid : createdA < createdB;
}
