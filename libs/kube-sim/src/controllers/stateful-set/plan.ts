// What to do next to the pods of a StatefulSet: pure. One step at a time where the pods are to come and go in order.
import type { SimObject } from '../../api/object.ts';
import { isReady, isTerminating, podStatus, readySince } from '../pods.ts';
import { ordinalOf, revisionLabel, specOf } from './spec.ts';

/** One step. */
export type Step =
  | { readonly do: 'create'; readonly ordinal: number; readonly revision: 'current' | 'update' }
  | { readonly do: 'replace' | 'scaleDown' | 'update'; readonly pod: SimObject };

export interface PlanInput {
  readonly set: SimObject;
  readonly pods: readonly SimObject[];
  /** Names of the revisions. */
  readonly update: string;
  /** How many pods are of the current revision. */
  readonly currentReplicas: number;
  readonly nowMs: number;
}

/** The steps that can be taken now; after them the pods have to move before there are more. */
export function planPods(input: PlanInput): readonly Step[] {
  const { set, nowMs } = input;
  const { replicas, podManagementPolicy, ordinals, minReadySeconds = 0, updateStrategy } = specOf(set);
  const start = ordinals?.start ?? 0;
  const inOrder = podManagementPolicy === 'OrderedReady';
  const byOrdinal = new Map(input.pods.map((pod) => [ordinalOf(set, pod.metadata.name) ?? -1, pod]));
  const steps: Step[] = [];

  for (let ordinal = start; ordinal < start + replicas; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) {
      steps.push({ do: 'create', ordinal, revision: revisionFor(ordinal, input) });
      if (inOrder) return steps;
      continue;
    }
    if (isOver(pod)) {
      if (!isTerminating(pod)) steps.push({ do: 'replace', pod });
      return steps;
    }
    if (inOrder && (isTerminating(pod) || !isAvailable(pod, minReadySeconds, nowMs))) return steps;
  }

  const condemned = Array.from(byOrdinal)
    .filter(([ordinal]) => ordinal < start || ordinal >= start + replicas)
    .sort(([one], [other]) => other - one)
    .map(([, pod]) => pod);
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (inOrder) return steps;
      continue;
    }
    steps.push({ do: 'scaleDown', pod });
    if (inOrder) return steps;
  }
  if (updateStrategy.type === 'OnDelete') return steps;

  const partition = updateStrategy.rollingUpdate?.partition ?? 0;
  for (let ordinal = start + replicas - 1; ordinal >= start + partition; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) continue;
    if (pod.metadata.labels?.[revisionLabel] !== input.update && !isTerminating(pod)) {
      return [...steps, { do: 'update', pod }];
    }
    if (isTerminating(pod) || !isAvailable(pod, minReadySeconds, nowMs)) return steps;
  }
  return steps;
}

/** Whether a pod has been ready for long enough. */
export function isAvailable(pod: SimObject, minReadySeconds: number, nowMs: number): boolean {
  if (podStatus(pod).phase !== 'Running' || !isReady(pod)) return false;
  return minReadySeconds === 0 || nowMs >= (readySince(pod) ?? Infinity) + minReadySeconds * 1000;
}

/** A pod that has ended is made anew, whatever way it ended. */
function isOver(pod: SimObject): boolean {
  const { phase } = podStatus(pod);
  return phase === 'Failed' || phase === 'Succeeded';
}

function revisionFor(ordinal: number, { set, currentReplicas }: PlanInput): 'current' | 'update' {
  const { updateStrategy, ordinals } = specOf(set);
  if (updateStrategy.type !== 'RollingUpdate') return 'update';
  const { partition } = updateStrategy.rollingUpdate ?? {};
  return ordinal < (ordinals?.start ?? 0) + (partition ?? currentReplicas) ? 'current' : 'update';
}
