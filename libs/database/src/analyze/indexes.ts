import type { DatabaseObject } from '@neo4j-operator/cluster-access';
import { type Lister, type ObjectKey, objectKey, type Stored } from '@neo4j-operator/reconcile-kit';

/** Indexes of the objects of the kind. One value for all who ask, since informers are shared by it. */
export const databaseIndexes = {
  /** By the key of the cluster. */
  cluster: (object: Stored<DatabaseObject>) => [clusterKeyOf(object)],
  /** By the cluster and the name of the database in it. */
  claim: (object: Stored<DatabaseObject>) => [claimKey(clusterKeyOf(object), object.spec.name)],
};

/** The cluster that an object names. */
export function clusterKeyOf(object: DatabaseObject): ObjectKey {
  return objectKey(object.metadata.namespace, object.spec.clusterRef);
}

/** Objects that name a cluster. */
export function inCluster(
  lister: Lister<DatabaseObject>,
  cluster: ObjectKey,
): Iterable<Stored<DatabaseObject>> {
  return lister.byIndex('cluster', cluster);
}

/** Objects that claim a database of a cluster. */
export function claimantsOf(
  lister: Lister<DatabaseObject>,
  cluster: ObjectKey,
  name: string,
): Iterable<Stored<DatabaseObject>> {
  return lister.byIndex('claim', claimKey(cluster, name));
}

function claimKey(cluster: ObjectKey, name: string): string {
  return `${cluster} ${name}`;
}
