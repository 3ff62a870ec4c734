import { clusters, configMaps, databases } from '@neo4j-operator/cluster-access';
import { mergeRules, passRules, type PolicyRule, rule } from '@neo4j-operator/reconcile-kit';
import { finalizer } from './execute/executors.ts';

/** All that the controller asks the API server for. */
export const databaseRules: readonly PolicyRule[] = mergeRules(
  ...passRules({
    resource: databases,
    watches: [{ resource: clusters }, { resource: configMaps }],
    finalizer,
  }),
  // Which database is an object's own is noted on the object.
  rule(databases, ['patch']),
  // Databases that were kept are remembered.
  rule(configMaps, ['create', 'patch']),
);
