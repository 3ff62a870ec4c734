// Which nodes a pod may go to. The order and the wording are kube-scheduler's, whose message people look for.
import { type Check, type Filter, never, notNow } from './failure.ts';
import { hardEffects, isTolerated, isWantedNode, untoleratedTaints } from './node-fit.ts';
import type { SchedulablePod, Taint } from './objects.ts';
import { hasPodAffinity } from './pod-affinity.ts';
import { requestsOf } from './requests.ts';
import { hasEvenSpread } from './topology-spread.ts';
import { hasItsVolumes } from './volumes.ts';

/** In the order in which they are asked; the first that refuses a node gives the reason. */
export const filters: readonly Filter[] = [
  namedByAffinity,
  isSchedulable,
  tolerates,
  matchesSelectors,
  hasFreePorts,
  hasRoom,
  hasItsVolumes,
  hasEvenSpread,
  hasPodAffinity,
];

/** A pod of a DaemonSet names its node by the field; kube-scheduler does not even look at the others. */
function namedByAffinity({ spec }: SchedulablePod): Check {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const names = terms.map(({ matchFields }) =>
    matchFields?.find(({ key, operator }) => key === 'metadata.name' && operator === 'In'),
  );
  if (names.length === 0 || names.includes(undefined)) return () => undefined;
  const named = new Set(names.flatMap((field) => field?.values ?? []));
  return ({ node }) =>
    named.has(node.metadata.name) ? undefined : never("node(s) didn't satisfy plugin(s) [NodeAffinity]");
}

function isSchedulable(pod: SchedulablePod): Check {
  const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  const isAllowed = isTolerated(pod, cordon);
  return ({ node }) =>
    node.spec?.unschedulable === true && !isAllowed ? never('node(s) were unschedulable') : undefined;
}

function tolerates(pod: SchedulablePod): Check {
  return ({ node }) =>
    untoleratedTaints(pod, node, hardEffects) > 0 ? never('node(s) had untolerated taint(s)') : undefined;
}

function matchesSelectors(pod: SchedulablePod): Check {
  return ({ node }) =>
    isWantedNode(pod, node) ? undefined : never("node(s) didn't match Pod's node affinity/selector");
}

/** Whether nobody else has the ports of the machine that the pod wants. */
export function hasFreePorts(pod: SchedulablePod): Check {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return () => undefined;
  return ({ pods }) => {
    const isTaken = pods.flatMap(hostPorts).some((taken) => wanted.some((port) => clash(port, taken)));
    return isTaken ? notNow("node(s) didn't have free ports for the requested pod ports") : undefined;
  };
}

function hasRoom(pod: SchedulablePod): Check {
  const wanted = Object.entries(requestsOf(pod)).filter(([, amount]) => amount > 0);
  return ({ allocatable, requested, pods }) => {
    const reasons: string[] = [];
    const mostPods = (allocatable['pods'] ?? 0) / 1000;
    if (pods.length + 1 > mostPods) reasons.push('Too many pods');
    let resolvable = true;
    for (const [name, amount] of wanted) {
      const there = allocatable[name] ?? 0;
      if (amount <= there - (requested[name] ?? 0)) continue;
      reasons.push(`Insufficient ${name}`);
      if (amount > there) resolvable = false;
    }
    return reasons.length === 0 ? undefined : { reasons, resolvable };
  };
}

interface HostPort {
  readonly ip: string;
  readonly port: string;
}

const anyAddress = '0.0.0.0';

function hostPorts({ spec }: SchedulablePod): HostPort[] {
  const containers = [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ];
  return containers
    .flatMap(({ ports }) => ports ?? [])
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostPort, hostIP = '', protocol = 'TCP' }) => ({
      ip: hostIP === '' ? anyAddress : hostIP,
      port: `${protocol}/${String(hostPort)}`,
    }));
}

function clash(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress);
}
