// What can be told of single servers and of the cluster they form. Everything here is a question about observed facts.
import { annotations, type ClusterView, lastView } from '@neo4j-operator/cluster-access';
import { isTrue } from '@neo4j-operator/reconcile-kit';
import type { Condition } from '@neo4j-operator/reconcile-kit';
import type { Formation } from '../model/formation.ts';
import type { ContainerStatus, Pod } from '../model/resources.ts';
import type { ClusterState, ServerState } from '../model/state.ts';

/** The edition that the servers run: what was decided when they were made, else what is asked for. */
export function editionOf({ formation, spec }: ClusterState): Formation['edition'] {
  return formation?.edition ?? spec.edition;
}

/** What the cluster says now; undefined while it cannot be seen. */
export function viewOf({ sight }: ClusterState): ClusterView | undefined {
  return sight.kind === 'seen' ? sight.view : undefined;
}

/**
 * Whether the servers have met already. Before that all of them may be made at once; afterwards whoever joins is added to what has data.
 * Identities are written down only for members, so one that is recorded says it for good, whatever can be seen.
 */
export function isFormed(state: ClusterState): boolean {
  const { servers } = state;
  const view = lastView(state.sight);
  if (editionOf(state) === 'community') {
    return view !== undefined || (hadLogin(state) && servers.some(({ claim }) => claim !== undefined));
  }
  if (servers.some(({ recordedId, row }) => recordedId !== undefined || row?.state === 'Enabled'))
    return true;
  const addresses = new Set(servers.map(({ boltAddress }) => boltAddress));
  return (
    view?.servers.some(
      ({ address, state: known }) => known === 'Enabled' && address !== undefined && addresses.has(address),
    ) ?? false
  );
}

/**
 * Whether the volume of a server is gone with its data. A StatefulSet is only ever made for a claim that exists. Where everything that
 * recorded the formation may be gone as well, a sign that the cluster was ever used is enough.
 */
export function hasLostVolume(state: ClusterState, { claim, statefulSet }: ServerState): boolean {
  if (claim !== undefined || statefulSet === undefined) return false;
  return isFormed(state) || lastView(state.sight) !== undefined || hadLogin(state);
}

/** Ids that answer at the address of a server whose claim says another one. None: it is who it was. */
export function strangersAt(
  state: ClusterState,
  { boltAddress, recordedId }: ServerState,
): readonly string[] {
  if (recordedId === undefined) return [];
  return (viewOf(state)?.servers ?? [])
    .filter(
      ({ address, id, state: known }) => address === boltAddress && known !== 'Dropped' && id !== recordedId,
    )
    .map(({ id }) => id);
}

/** Whether a server takes part: Enabled and reached by the others; in Community Edition, whether it answers. */
export function isMember(state: ClusterState, { row }: ServerState): boolean {
  if (editionOf(state) === 'community') return viewOf(state) !== undefined;
  return row?.state === 'Enabled' && row.health === 'Available';
}

/** Whether Kubernetes sends clients to the pod. */
export function isPodReady(pod: Pod | undefined): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return false;
  return isTrue(pod.status?.conditions as readonly Condition[] | undefined, 'Ready');
}

/**
 * Whether a server has never been one of the cluster and does not run now. Nothing depends on it, so it may be made anew in all but its volume.
 * After the cluster has formed only what is seen tells: an id is written down before a later server is enabled, and after a first one is.
 */
export function isNewcomer(state: ClusterState, server: ServerState): boolean {
  const { boltAddress, pod, recordedId, row } = server;
  if (recordedId !== undefined || isPodReady(pod) || hasLostVolume(state, server)) return false;
  if (!isFormed(state)) return true;
  if (editionOf(state) === 'community') return false;
  if (row !== undefined) return row.state === 'Free';
  return (
    viewOf(state)?.servers.every(
      ({ address, state: known }) => address !== boltAddress || known === 'Dropped',
    ) ?? false
  );
}

/** The container of Neo4j, if it runs. */
export function runningContainer(pod: Pod | undefined): ContainerStatus | undefined {
  const name = pod?.spec.containers[0]?.name;
  return pod?.status?.containerStatuses?.find(
    (container) => container.name === name && container.state?.running !== undefined,
  );
}

/** Whether the operator's account was ever used to the end of its first task. */
function hadLogin({ accounts }: ClusterState): boolean {
  return accounts.operator.secret?.metadata.annotations?.[annotations.adminPassword] !== undefined;
}
