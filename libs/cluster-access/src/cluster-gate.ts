import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { ClusterView, Sight } from './cluster-view.ts';
import type { ClusterObject } from './resources.ts';
import type { ClusterSession } from './session.ts';

/** Whether what is in a cluster can be worked on, and if not, why, in words for users. */
export type ClusterGate =
  | { readonly ready: true; readonly view: ClusterView; readonly session: ClusterSession }
  | {
      readonly ready: false;
      readonly reason:
        | 'ClusterNotFound'
        | 'ClusterBeingDeleted'
        | 'ClusterNotSeen'
        | 'ClusterUnreachable'
        | 'ClusterForming';
      readonly message: string;
    };

/**
 * Readiness of a cluster for the controllers of what is in it: it is seen, and `system` takes writes. The cluster as a whole may still be on its way
 * to Ready.
 *
 * @param name - what the cluster is called where it is referred to, in `clusterRef`
 * @param sight - what the session has just given; it is passed along since the session's own may be a newer one at any time
 */
export function clusterGate(
  name: string,
  cluster: Stored<ClusterObject> | undefined,
  session: ClusterSession | undefined,
  sight: Sight,
): ClusterGate {
  if (cluster === undefined) {
    return closed(
      'ClusterNotFound',
      `spec.clusterRef: there is no Neo4jEnterpriseCluster ${name} in this namespace; create it, or correct the name`,
    );
  }
  if (cluster.metadata.deletionTimestamp !== undefined) {
    return closed('ClusterBeingDeleted', `The cluster ${name} is being deleted.`);
  }
  if (session === undefined || sight.kind === 'unknown') {
    return closed(
      'ClusterNotSeen',
      `The cluster ${name} has not been reached yet: its servers may be starting.`,
    );
  }
  if (sight.kind === 'failed') {
    const { message, reason } = sight.error;
    return closed('ClusterUnreachable', `The cluster ${name} cannot be reached (${reason}): ${message}`);
  }
  if (!takesWrites(sight.view, session)) {
    return closed(
      'ClusterForming',
      `The database system of the cluster ${name} takes no writes yet: its servers are forming a cluster, or are too few.`,
    );
  }
  return { ready: true, view: sight.view, session };
}

/** A server that is no member of a cluster leads nothing, and takes writes as soon as it is online. */
function takesWrites({ databases }: ClusterView, { target }: ClusterSession): boolean {
  const system = databases.find(({ name }) => name === 'system');
  return (system?.copies ?? []).some(
    ({ status, writer }) => status === 'online' && (writer || target.edition === 'community'),
  );
}

function closed(reason: Extract<ClusterGate, { ready: false }>['reason'], message: string): ClusterGate {
  return { ready: false, reason, message };
}
