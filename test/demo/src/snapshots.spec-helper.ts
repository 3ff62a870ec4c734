// What is seen of a cluster and its databases.
import type { ClusterObject, DatabaseObject } from '@neo4j-operator/cluster-access';
import type { Condition, Stored } from '@neo4j-operator/reconcile-kit';

/** A condition as `Type=Status Reason: message`. */
export function conditions(...texts: readonly string[]): readonly Condition[] {
  return texts.map((text) => {
    const [, type = '', status = '', reason = 'Reason', message = ''] =
      /^(\w+)=(\w+)(?: (\w+): (.*))?$/.exec(text) ?? [];
    const lastTransitionTime = '2026-01-01T00:00:00Z';
    return { type, status: status as 'True', reason, message, observedGeneration: 2, lastTransitionTime };
  });
}

/** A cluster of three primaries and a secondary, at generation 2. */
export function cluster(status: object = {}, topology = { primaries: 3, secondaries: 1 }) {
  return {
    kind: 'Neo4jEnterpriseCluster',
    metadata: { name: 'graph', generation: 2 },
    spec: { topology },
    status,
  } as unknown as Stored<ClusterObject>;
}

/** A database, at generation 2. */
export function database(status: object = {}) {
  return {
    kind: 'Neo4jDatabase',
    metadata: { name: 'movies', generation: 2 },
    status,
  } as unknown as Stored<DatabaseObject>;
}

/** Pods in these phases. */
export function pods(...phases: readonly string[]) {
  return phases.map((phase, index) => ({ metadata: { name: `graph-${index}` }, status: { phase } }));
}

/** All that there is to see when all is well. */
export const ready = {
  clusters: [
    cluster({
      conditions: conditions('Formed=True', 'Ready=True'),
      replicas: { primaries: 3, secondaries: 1, ready: 4 },
      servers: [1, 2, 3, 4],
    }),
  ],
  databases: [database({ conditions: conditions('Ready=True') })],
  pods: pods('Running', 'Running', 'Running', 'Running'),
};
