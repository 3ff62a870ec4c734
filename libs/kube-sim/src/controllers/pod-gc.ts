// Pods that nobody will ever end go: those of nodes that are gone or out of service, and those that were deleted before they had a node.
import type { SimObject } from '../api/object.ts';
import { withConditions } from './conditions.ts';
import type { ControllerContext, InsideController } from './controller.ts';
import { nodeNameOf, nodeSpec, nodeType, readyCondition } from './nodes/nodes.ts';
import { isTerminating, podStatus, podType } from './pods.ts';

const manager = 'kube-controller-manager';
const all = '*';
const periodMs = 20_000;
/** A node may come back under its name. */
const quarantineMs = 40_000;
const outOfService = 'node.kubernetes.io/out-of-service';
const nodeIsGone = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByPodGC',
  message: 'PodGC: node no longer exists',
};

/** Collects pods in rounds; its only key is `*`. */
export function podGarbageCollector(): InsideController {
  /** When a node was first missed; epoch milliseconds. */
  const missedSince = new Map<string, number>();
  let nextRoundMs = -Infinity;
  return {
    name: 'pod-garbage-collector-controller',
    keysOf: ({ resource, type }) =>
      resource.plural === podType.plural && resource.group === '' && type === 'ADDED' ? [all] : [],
    reconcile: (_, context) => {
      const now = context.clock.now();
      if (now < nextRoundMs) return nextRoundMs - now;
      nextRoundMs = now + periodMs;
      const pods = context.view.list(podType);
      for (const pod of pods) collect(pod, missedSince, context);
      return pods.length === 0 ? undefined : periodMs;
    },
  };
}

function collect(pod: SimObject, missedSince: Map<string, number>, context: ControllerContext): void {
  const { view, clock } = context;
  const name = nodeNameOf(pod);
  if (name === '') {
    if (isTerminating(pod)) remove(pod, context);
    return;
  }
  const node = view.get(nodeType, undefined, name);
  if (node !== undefined) {
    missedSince.delete(name);
    if (isTerminating(pod) && isOut(node)) remove(pod, context);
    return;
  }
  const since = missedSince.get(name) ?? clock.now();
  missedSince.set(name, since);
  if (clock.now() >= since + quarantineMs) remove(pod, context, nodeIsGone);
}

function isOut(node: SimObject): boolean {
  const { taints = [] } = nodeSpec(node);
  return readyCondition(node)?.status !== 'True' && taints.some(({ key }) => key === outOfService);
}

/** Nobody else will say that it has failed. */
function remove(pod: SimObject, { client, clock }: ControllerContext, condition?: typeof nodeIsGone): void {
  const { namespace, name, generation: observedGeneration } = pod.metadata;
  const { phase, conditions = [] } = podStatus(pod);
  if (phase !== 'Succeeded' && phase !== 'Failed') {
    const said = condition === undefined ? [] : [{ ...condition, observedGeneration }];
    const next = said.length === 0 ? {} : { conditions: withConditions(conditions, said, clock.now()) };
    const status = { ...podStatus(pod), ...next, phase: 'Failed', observedGeneration };
    client.update({ ...pod, status }, manager, 'status');
  }
  client.delete(podType, namespace, name, { gracePeriodSeconds: 0 });
}
