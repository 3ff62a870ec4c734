import { clusters, configMaps, secrets } from '@neo4j-operator/cluster-access';
import { mergeRules, passRules, type PolicyRule, rule } from '@neo4j-operator/reconcile-kit';
import { ownedResources, watchedResources } from './analyze/sources.ts';
import { claims, pods } from './model/resources.ts';
import { clusterFinalizer } from './reconciler.ts';

/** What the controller of clusters asks of the API server, and nothing else. */
export const clusterRules: readonly PolicyRule[] = mergeRules(
  ...passRules({
    resource: clusters,
    owns: ownedResources,
    watches: watchedResources.map((resource) => ({ resource })),
    finalizer: clusterFinalizer,
  }),
  // An apply that makes an object is asked for both.
  ...ownedResources.map((resource) => rule(resource, ['create', 'patch'])),
  rule(configMaps, ['delete']),
  rule(claims, ['create', 'patch', 'delete']),
  rule(secrets, ['create', 'patch', 'delete']),
  // The note which settings the running process was told; and pods that are stuck before their server has ever come to be.
  rule(pods, ['patch', 'delete']),
);
