// Indexes by which objects of a cluster are found. Informers are shared by whoever gives the same value, so each of these is one.
import {
  type KubeObject,
  type Lister,
  type ObjectKey,
  objectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { clusterOf } from './names.ts';
import type { DatabaseObject } from './resources.ts';

/** Indexes of objects with our labels. */
export const ourIndexes = {
  /** By the cluster that the labels name. */
  cluster: (object: Stored): readonly string[] => {
    const cluster = clusterOf(object);
    return cluster === undefined ? [] : [cluster];
  },
};

/** Indexes of Neo4jDatabases. */
export const databaseIndexes = {
  /** By the cluster that `spec.clusterRef` names. */
  cluster: (object: Stored<DatabaseObject>): readonly string[] => [clusterOfDatabase(object)],
  /** By that cluster and the name of the database in it. */
  claim: (object: Stored<DatabaseObject>): readonly string[] => [
    claimKey(clusterOfDatabase(object), object.spec.name),
  ],
};

/** Objects whose labels name a cluster, of an informer with `ourIndexes`. */
export function objectsOf<T extends KubeObject>(lister: Lister<T>, cluster: ObjectKey): Iterable<Stored<T>> {
  return lister.byIndex('cluster', cluster);
}

/** The cluster that a database names. */
export function clusterOfDatabase({ metadata, spec }: DatabaseObject): ObjectKey {
  return objectKey(metadata.namespace, spec.clusterRef);
}

/** Objects of the databases of a cluster, of an informer with `databaseIndexes`. */
export function databasesOf(
  lister: Lister<DatabaseObject>,
  cluster: ObjectKey,
): Iterable<Stored<DatabaseObject>> {
  return lister.byIndex('cluster', cluster);
}

/** Objects that claim one database of a cluster, of an informer with `databaseIndexes`. */
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
