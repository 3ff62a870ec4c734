// Servers that cannot start as they are while nobody of their cluster runs: as after volumes were kept and the spec was applied again with a mistake.
import { annotations } from '@neo4j-operator/cluster-access';
import type { Pod } from '../model/resources.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { hasLostVolume, isNewcomer, isPodReady, runningContainer, viewOf } from './members.ts';

/**
 * Whether a server may get the template that the spec asks for now: it has never been a member, or it cannot start and there
 * is nobody to harm.
 */
export function mayStartAnew(state: ClusterState, server: ServerState): boolean {
  return isNewcomer(state, server) || isStranded(state, server);
}

/**
 * Whether a server that has been a member cannot start, no other of its cluster serves, and none has been well since the object of the cluster was
 * made. A cluster that was, and is down as a whole now, comes back as it was.
 */
export function isStranded(state: ClusterState, server: ServerState): boolean {
  if (hasBeenWell(state.shared) || viewOf(state) !== undefined || hasLostVolume(state, server)) return false;
  return areStranded(state.servers, server);
}

/** Whether everything was well at some time since the object of the cluster was made. */
export function hasBeenWell({ budget }: Pick<ClusterState['shared'], 'budget'>): boolean {
  return budget?.metadata.annotations?.[annotations.wasWell] === 'true';
}

/** As far as pods tell: whether one cannot start and none is ready. */
export function areStranded(
  all: readonly Pick<ServerState, 'pod'>[],
  { pod }: Pick<ServerState, 'pod'>,
): boolean {
  return cannotStart(pod) && !all.some((other) => isPodReady(other.pod));
}

/** Whether a pod is there, and neither runs nor will by itself. */
export function cannotStart(pod: Pod | undefined): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return false;
  if (isPodReady(pod) || runningContainer(pod) !== undefined) return false;
  const container = pod.status?.containerStatuses?.[0];
  if (container === undefined) {
    const conditions = pod.status?.conditions ?? [];
    return conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'False');
  }
  if (container.restartCount === 0) return failures.has(container.state?.waiting?.reason ?? '');
  const end = container.state?.terminated ?? container.lastState?.terminated;
  return container.restartCount >= fewestRestarts && end !== undefined && end.exitCode !== 0;
}

/** What ends once may have done so by chance. */
const fewestRestarts = 2;

/** Why the kubelet does not start a container that it has not started before. */
const failures: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);
