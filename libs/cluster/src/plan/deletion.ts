import { type ClusterObject, clusterOf, labels, secrets } from '@neo4j-operator/cluster-access';
import { type Blocked, keyOf, type Plan, type Resource, type Stored } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import { claims } from '../model/resources.ts';
import type { ClusterState } from '../model/state.ts';
import { ourSecrets } from './secrets.ts';

/**
 * What goes with a cluster that is deleted: by default nothing, so that the same YAML finds its data again; under `Delete` its volumes and the
 * Secrets that open them. The Secret of a user is never touched. Everything else is owned by the cluster object and collected.
 *
 * Claims go first: if the process dies in between, what is left can still be opened. A claim that a pod uses stays until the pod is gone.
 */
export function planDeletion(object: Stored<ClusterObject>, state: ClusterState): Plan<ClusterAction> {
  if (object.spec.storage.retentionPolicy !== 'Delete') return { actions: [] };
  const actions = [
    ...state.servers.flatMap(({ claim }) =>
      claim === undefined ? [] : [deletion(state, claims, claim, 'data')],
    ),
    ...ourSecrets(state).map(([role, secret]) => deletion(state, secrets, secret, role)),
  ].filter((action) => action !== undefined);
  if (state.isPaused && actions.length > 0) return { actions: [], blocked: [paused(actions.length)] };
  return { actions };
}

/** Only what the labels show to be of this cluster and for this purpose. */
function deletion(
  state: ClusterState,
  resource: Resource,
  kept: Stored,
  role: string,
): ClusterAction | undefined {
  const { deletionTimestamp, labels: found, uid } = kept.metadata;
  if (deletionTimestamp !== undefined || clusterOf(kept) !== state.key || found?.[labels.role] !== role) {
    return undefined;
  }
  return {
    kind: 'DeleteKept',
    target: { resource, key: keyOf(kept) },
    risk: 'data',
    precondition: { uid },
    reason: 'RetentionPolicyDelete',
    message: `delete ${resource.kind} ${keyOf(kept)}, as spec.storage.retentionPolicy says`,
  };
}

function paused(count: number): Blocked {
  return {
    rule: 'Paused',
    action: 'DeleteKept',
    message: `${count} volumes and Secrets are to be deleted with the cluster, and it is paused: remove the annotation, or set spec.storage.retentionPolicy to Retain`,
  };
}
