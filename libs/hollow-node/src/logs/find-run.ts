// Which run of a container is meant, decided and refused as a kubelet does.
import type { ContainerState, ContainerStatus, Pod } from '../kubelet/resources.ts';

/** A run, or why there is none to show. */
export type FoundRun =
  { readonly restartCount: number } | { readonly status: 400 | 404; readonly message: string };

export function findRun(pod: Pod, container: string, previous: boolean): FoundRun {
  const { spec, status, metadata } = pod;
  const specified = [...(spec.initContainers ?? []), ...spec.containers];
  const which = `container "${container}" in pod "${metadata.name}"`;
  if (!specified.some(({ name }) => name === container)) {
    return { status: 404, message: `container "${container}" not found in pod "${metadata.name}"` };
  }
  const found = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(
    ({ name }) => name === container,
  );
  if (found === undefined) return { status: 400, message: `${which} is not available` };
  const isNow = found.state.running !== undefined || hasRun(found.state);
  // Between two runs the count is still that of the one before.
  const before = { restartCount: isNow ? found.restartCount - 1 : found.restartCount };
  if (previous) {
    return hasRun(found.lastState)
      ? before
      : { status: 400, message: `previous terminated ${which} not found` };
  }
  if (isNow) return { restartCount: found.restartCount };
  if (hasRun(found.lastState)) return before;
  return { status: 400, message: `${which} is ${whyNot(found)}` };
}

function hasRun({ terminated }: ContainerState): boolean {
  return (terminated?.containerID ?? '') !== '';
}

function whyNot({ state }: ContainerStatus): string {
  if (state.terminated !== undefined) return 'terminated';
  switch (state.waiting?.reason) {
    case undefined:
      return 'waiting to start - no logs yet';
    case 'ErrImagePull':
      return "waiting to start: image can't be pulled";
    case 'ImagePullBackOff':
      return 'waiting to start: trying and failing to pull image';
    default:
      return `waiting to start: ${state.waiting?.reason ?? ''}`;
  }
}

/** Whether the run that a log belongs to is over, as far as the pod's status tells. */
export function isOver(pod: Pod | undefined, container: string, restartCount: number): boolean {
  if (pod === undefined) return true;
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const now = [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container);
  return now === undefined || now.restartCount > restartCount || now.state.running === undefined;
}
