// Which of the objects with a cluster's labels are its own.
import { clusterOf, labels, objectsOf } from '@neo4j-operator/cluster-access';
import { isOwnedBy, keyOf, type KubeObject, type Lister, type Stored } from '@neo4j-operator/reconcile-kit';

/** Everything of a kind that has the labels of the cluster. */
export function labelled<T extends KubeObject>(lister: Lister<T>, cluster: Stored): readonly Stored<T>[] {
  return [...objectsOf(lister, keyOf(cluster))];
}

/**
 * Whether an object was made for this cluster. One with the right labels whose owner is another object was made for an earlier cluster of
 * the same name, and the garbage collector is about to take it; one that has lost its owner may be taken up again.
 */
export function isMadeFor(cluster: Stored, object: Stored): boolean {
  if (clusterOf(object) !== keyOf(cluster)) return false;
  return isOwnedBy(object, cluster.metadata.uid) || !hasController(object);
}

/** Whether an object was made for an earlier cluster of the same name. */
export function isOfEarlier(cluster: Stored, object: Stored): boolean {
  return (
    clusterOf(object) === keyOf(cluster) && hasController(object) && !isOwnedBy(object, cluster.metadata.uid)
  );
}

/** Others that belong to the cluster are no settings, and must never be taken for some that nothing names. */
export function isOfServer({ metadata }: Stored): boolean {
  return metadata.labels?.[labels.server] !== undefined;
}

function hasController({ metadata }: Stored): boolean {
  return metadata.ownerReferences?.some(({ controller }) => controller === true) ?? false;
}
