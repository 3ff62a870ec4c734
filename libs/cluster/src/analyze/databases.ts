import type { DatabaseObject } from '@neo4j-operator/cluster-access';
import { objectKey, type Stored } from '@neo4j-operator/reconcile-kit';

/** The index of databases by the cluster that they name. */
export const databaseIndex = 'cluster';

export const databasesByCluster: Readonly<
  Record<string, (database: Stored<DatabaseObject>) => readonly string[]>
> = {
  [databaseIndex]: ({ metadata, spec }) => [objectKey(metadata.namespace, spec.clusterRef)],
};
