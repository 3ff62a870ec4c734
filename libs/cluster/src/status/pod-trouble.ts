import type { Claim, ContainerStatus, Pod } from '../model/resources.ts';
import type { ServerState } from '../model/state.ts';
import { epochMs, podGraceMs } from './grace.ts';
import type { Reason } from './reasons.ts';
import type { Trouble } from './trouble.ts';

/** When it is now, and since when the cluster has not been ready, in epoch milliseconds. */
export interface Times {
  readonly now: number;
  readonly notReadySince: number;
}

/** One that ends more often than this does not do so by chance. */
const mostRestarts = 1;

/** The longest part of a log line or of a message of Kubernetes that is passed on. */
const longestDetail = 400;

/** What keeps the process of a server from running; undefined if it runs, which says nothing about Neo4j. */
export function podTrouble(server: ServerState, times: Times): Trouble | undefined {
  const { name, statefulSet, claim, pod } = server;
  if (claim === undefined || statefulSet === undefined) {
    return trouble(server, 'Forming', false, 'the server is being made', 'wait');
  }
  if (pod === undefined) {
    return trouble(
      server,
      'PodMissing',
      isOver(times, statefulSet.metadata.creationTimestamp),
      'there is no pod',
      `the Events of StatefulSet ${name} say why Kubernetes makes none, such as a quota or a policy`,
    );
  }
  return (
    stoppingTrouble(server, pod, times) ??
    placingTrouble(server, claim, pod, times) ??
    containerTrouble(server, pod, times)
  );
}

/** When the container of a server that runs was started, in epoch milliseconds. */
export function runningSince({ pod }: ServerState): number | undefined {
  return epochMs(containerOf(pod)?.state?.running?.startedAt);
}

function stoppingTrouble(server: ServerState, pod: Pod, { now }: Times): Trouble | undefined {
  // The time at which it will be killed, not the one at which it was told to stop.
  const end = epochMs(pod.metadata.deletionTimestamp);
  if (end === undefined) return undefined;
  const node = pod.spec.nodeName ?? '';
  const remedy = `its node does not say that it has ended: bring back node ${node} or, only if the machine is off for good, delete the Node`;
  return isNodeLost(pod)
    ? trouble(server, 'PodStuckStopping', true, `node ${node} has not answered for long`, remedy)
    : trouble(server, 'PodStuckStopping', now - end > podGraceMs, 'the pod is stopping', remedy);
}

/** Kubernetes deletes the pods of a node that it has not heard of for some minutes, and nobody can tell it that they have ended. */
function isNodeLost({ status }: Pod): boolean {
  return (
    status?.conditions?.some(
      ({ reason, type }) => type === 'DisruptionTarget' && reason === 'DeletionByTaintManager',
    ) ?? false
  );
}

function placingTrouble(server: ServerState, claim: Claim, pod: Pod, times: Times): Trouble | undefined {
  if (pod.spec.nodeName !== undefined || containerOf(pod) !== undefined) return undefined;
  const isLasting = isOver(times, pod.metadata.creationTimestamp);
  const why = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )?.message;
  // The scheduler has one reason for everything, so that its words are all there is to tell the two apart.
  if (
    claim.status?.phase === 'Lost' ||
    (claim.status?.phase !== 'Bound' && /persistent ?volume/i.test(why ?? ''))
  ) {
    return trouble(
      server,
      'VolumeNotBound',
      isLasting,
      `the claim has no volume${inBrackets(why)}`,
      `the Events of claim ${server.name} say why; spec.storage.className has to name a class that provides volumes`,
    );
  }
  return trouble(
    server,
    'PodUnschedulable',
    isLasting,
    `no node takes the pod${inBrackets(why)}`,
    'add nodes, or ask for less under spec.resources.requests',
  );
}

const pullFailures: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]);

const startFailures: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

function containerTrouble(server: ServerState, pod: Pod, times: Times): Trouble | undefined {
  const container = containerOf(pod);
  const isLasting = isOver(times, pod.metadata.creationTimestamp);
  const waiting = container?.state?.waiting;
  if (waiting?.reason !== undefined && pullFailures.has(waiting.reason)) {
    // The words of the kubelet change with each try.
    return trouble(
      server,
      'ImagePullFailed',
      isLasting,
      `the image ${pod.spec.containers[0]?.image ?? ''} cannot be pulled`,
      'correct spec.image, or give the credentials of the registry under spec.image.pullSecrets; the Events of the pod have the answer of the registry',
    );
  }
  if (waiting?.reason !== undefined && startFailures.has(waiting.reason)) {
    return trouble(
      server,
      'ContainerNotStarted',
      isLasting,
      `the container cannot be started${inBrackets(waiting.message)}`,
      'make what is missing, or correct spec.env',
    );
  }
  const crash = crashTrouble(server, container, isLasting);
  if (crash !== undefined) return crash;
  if (container?.state?.running !== undefined) return undefined;
  return trouble(
    server,
    'PodNotStarted',
    isLasting,
    'the container has not started',
    `the Events of pod ${pod.metadata.name} say what it waits for, such as a volume or the network`,
  );
}

/** A server that has ended is in trouble until it is ready again, not only while it is down: it would come and go otherwise. */
function crashTrouble(
  server: ServerState,
  container: ContainerStatus | undefined,
  isOld: boolean,
): Trouble | undefined {
  const end = container?.state?.terminated ?? container?.lastState?.terminated;
  if (container === undefined || container.ready || end === undefined) return undefined;
  const isLasting = isOld || container.restartCount > mostRestarts;
  if (end.reason === 'OOMKilled') {
    return trouble(
      server,
      'OutOfMemory',
      isLasting,
      'killed for using more memory than its limit',
      'raise spec.resources.limits.memory, or lower spec.memory',
    );
  }
  if (end.exitCode === 0) return undefined;
  return trouble(
    server,
    'ServerCrashing',
    isLasting,
    `ended with exit code ${end.exitCode}${inBrackets(lastLine(end.message))}`,
    `kubectl logs --previous ${server.pod?.metadata.name ?? ''} has more; most often it is a setting under spec.config`,
  );
}

function containerOf(pod: Pod | undefined): ContainerStatus | undefined {
  return pod?.status?.containerStatuses?.[0];
}

/** The last line that says something, without the time that makes it differ each time. */
function lastLine(text: string | undefined): string | undefined {
  const line = text?.split('\n').findLast((each) => each.trim() !== '');
  return line?.replace(/^\s*\d{4}-\d{2}-\d{2}[T ][\d:.,]+\S*\s*/, '').trim();
}

function inBrackets(detail: string | undefined): string {
  const text = detail?.trim() ?? '';
  return text === '' ? '' : ` (${text.slice(0, longestDetail)})`;
}

function isOver({ now, notReadySince }: Times, begin: string | undefined): boolean {
  return now - Math.max(notReadySince, epochMs(begin) ?? notReadySince) > podGraceMs;
}

function trouble(
  server: ServerState,
  reason: Reason,
  isLasting: boolean,
  what: string,
  remedy: string,
): Trouble {
  return { reason, isLasting, servers: [server.name], what, remedy };
}
