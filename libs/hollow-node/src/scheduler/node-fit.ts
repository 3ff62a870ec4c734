// What a pod says of nodes: its selectors and its tolerations.
import type { SchedulableNode, SchedulablePod, Taint, Toleration } from './objects.ts';
import { matchesNode } from './selectors.ts';

/** The effects that keep a pod away. */
export const hardEffects: readonly string[] = ['NoSchedule', 'NoExecute'];

/** Whether the pod's own selectors allow a node. */
export function isWantedNode({ spec }: SchedulablePod, node: SchedulableNode): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNode(required, node);
}

/** How many of a node's taints of these effects the pod does not tolerate. */
export function untoleratedTaints(
  pod: SchedulablePod,
  { spec }: SchedulableNode,
  effects: readonly string[],
): number {
  const taints = spec?.taints ?? [];
  return taints.filter((taint) => effects.includes(taint.effect) && !isTolerated(pod, taint)).length;
}

/** Whether the pod does not mind a taint. */
export function isTolerated({ spec }: SchedulablePod, taint: Taint): boolean {
  return (spec.tolerations ?? []).some(
    (toleration) =>
      isSameOrAny(toleration.effect, taint.effect) &&
      isSameOrAny(toleration.key, taint.key) &&
      coversValue(toleration, taint.value ?? ''),
  );
}

function coversValue({ operator = 'Equal', value = '' }: Toleration, tainted: string): boolean {
  return operator === 'Exists' || (operator === 'Equal' && value === tainted);
}

function isSameOrAny(wanted: string | undefined, actual: string): boolean {
  return wanted === undefined || wanted === '' || wanted === actual;
}
