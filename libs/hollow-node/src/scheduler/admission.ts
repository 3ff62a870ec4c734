// What a node itself thinks of a pod that somebody has bound to it. Order and wording are a kubelet's.
import type { Admission } from '../kubelet/contract.ts';
import { hasFreePorts } from './filters.ts';
import { isWantedNode, untoleratedTaints } from './node-fit.ts';
import type { SchedulableNode, SchedulablePod } from './objects.ts';
import { requestsOf } from './requests.ts';
import { type NodeView, viewOf } from './snapshot.ts';

/** Refuses pods that the node has no room for, or that do not want it. */
export function createAdmission(nodeNow: () => SchedulableNode | undefined): Admission {
  return (pod, others) => {
    const node = nodeNow();
    if (node === undefined) return undefined;
    return refusal(pod as unknown as SchedulablePod, viewOf(node, others as unknown as SchedulablePod[]));
  };
}

function refusal(pod: SchedulablePod, view: NodeView): { reason: string; message: string } | undefined {
  const lacking = firstLacking(pod, view);
  if (lacking !== undefined) return lacking;
  if (!isWantedNode(pod, view.node)) {
    return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  }
  const [ports] = hasFreePorts(pod)(view)?.reasons ?? [];
  if (ports !== undefined) return failed('NodePorts', ports);
  return untoleratedTaints(pod, view.node, ['NoExecute']) > 0
    ? failed('TaintToleration', "node(s) had taints that the pod didn't tolerate")
    : undefined;
}

function firstLacking(
  pod: SchedulablePod,
  { allocatable, requested, pods }: NodeView,
): { reason: string; message: string } | undefined {
  const needs = [
    { name: 'pods', amount: 1000, used: pods.length * 1000 },
    ...Object.entries(requestsOf(pod)).map(([name, amount]) => ({
      name,
      amount,
      used: requested[name] ?? 0,
    })),
  ];
  for (const { name, amount, used } of needs) {
    const there = allocatable[name];
    // What the node has never heard of may be a resource of the whole cluster.
    if (there === undefined || amount === 0 || used + amount <= there) continue;
    const unit = name === 'cpu' ? 1 : 1000;
    const [wanted, taken, capacity] = [amount, used, there].map((each) => String(Math.ceil(each / unit)));
    return {
      reason: `OutOf${name}`,
      message: `Node didn't have enough resource: ${name}, requested: ${wanted ?? ''}, used: ${taken ?? ''}, capacity: ${capacity ?? ''}`,
    };
  }
  return undefined;
}

function failed(predicate: string, why: string): { reason: string; message: string } {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${why}` };
}
