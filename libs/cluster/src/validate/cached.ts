import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { validateCluster, type Verdict } from './cluster.ts';

/** What is wrong with a cluster, and what is odd. */
export type VerdictOn = (cluster: Stored<ClusterObject>) => Verdict;

/** Checks each spec once, for as long as the cache holds the object: most passes come from elsewhere. */
export function cachedVerdicts(): VerdictOn {
  const known = new WeakMap<object, Verdict>();
  return (cluster) => {
    const found = known.get(cluster) ?? validateCluster(cluster);
    known.set(cluster, found);
    return found;
  };
}
