// What to do next to the pods of a StatefulSet: pure. One step at a time where the pods are to come and go in order.
import type { SimObject } from '../../api/object.ts';
import { isReady, isTerminating, podStatus, readySince } from '../pods.ts';
import { ordinalOf, revisionLabel, specOf, type StatefulSetSpec } from './spec.ts';

/** One step. */
export type Step =
  | { readonly do: 'create'; readonly ordinal: number; readonly revision: 'current' | 'update' }
  | { readonly do: 'claim'; readonly ordinal: number }
  | { readonly do: 'delete'; readonly pod: SimObject };

export interface PlanInput {
  readonly set: SimObject;
  readonly pods: readonly SimObject[];
  /** Name of the revision. */
  readonly update: string;
  /** Whether the claims of an ordinal are still to go with an earlier pod. */
  readonly isStale: (ordinal: number) => boolean;
  readonly nowMs: number;
}

/** The steps that can be taken now; after them the pods have to move before there are more. */
export function planPods(input: PlanInput): readonly Step[] {
  const { set, nowMs } = input;
  const spec = specOf(set);
  const { replicas, ordinals, minReadySeconds = 0 } = spec;
  const start = ordinals?.start ?? 0;
  const inOrder = spec.podManagementPolicy === 'OrderedReady';
  const byOrdinal = new Map(input.pods.map((pod) => [ordinalOf(set, pod.metadata.name) ?? -1, pod]));
  const steps: Step[] = [];

  for (let ordinal = start; ordinal < start + replicas; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) {
      if (!input.isStale(ordinal)) {
        steps.push({ do: 'create', ordinal, revision: revisionFor(ordinal, spec) });
      }
    } else if (isOver(pod)) {
      // It is made anew when it is gone, whatever way it ended.
      if (!isTerminating(pod)) steps.push({ do: 'delete', pod });
    } else if (podStatus(pod).phase === 'Pending') {
      steps.push({ do: 'claim', ordinal });
    }
    if (inOrder && isUnavailable(pod, minReadySeconds, nowMs)) return steps;
  }

  const condemned = Array.from(byOrdinal)
    .filter(([ordinal]) => ordinal < start || ordinal >= start + replicas)
    .sort(([one], [other]) => other - one)
    .map(([, pod]) => pod);
  const firstUnavailable = condemned.findLast((pod) => isUnavailable(pod, minReadySeconds, nowMs));
  for (const pod of condemned) {
    const waits = pod !== firstUnavailable && isUnavailable(pod, minReadySeconds, nowMs);
    if (inOrder && (isTerminating(pod) || waits)) return steps;
    if (isTerminating(pod)) continue;
    steps.push({ do: 'delete', pod });
    if (inOrder) return steps;
  }
  if (spec.updateStrategy.type === 'OnDelete') return steps;
  const pods = Array.from({ length: replicas }, (_, index) => byOrdinal.get(start + index));
  return [...steps, ...planUpdate(pods, spec, input)];
}

/** Deletes pods of old revisions from the top, so that no more than `maxUnavailable` are missing at once (KEP-961). */
function planUpdate(
  pods: readonly (SimObject | undefined)[],
  spec: StatefulSetSpec,
  { update, nowMs }: PlanInput,
): readonly Step[] {
  const { minReadySeconds = 0, updateStrategy, podManagementPolicy } = spec;
  const isAway = (pod: SimObject | undefined): boolean => isUnavailable(pod, minReadySeconds, nowMs);
  const allowed = maxUnavailable(spec) - pods.filter(isAway).length;
  const old = pods
    .slice(updateStrategy.rollingUpdate?.partition ?? 0)
    .filter((pod) => pod !== undefined)
    .filter((pod) => pod.metadata.labels?.[revisionLabel] !== update && !isTerminating(pod))
    .reverse();
  const away = podManagementPolicy === 'Parallel' ? old.filter((pod) => isAway(pod) && !isOver(pod)) : [];
  const available = old.filter((pod) => !isAway(pod)).slice(0, Math.max(0, allowed));
  return [...away, ...available].map((pod) => ({ do: 'delete', pod }));
}

function maxUnavailable({ replicas, updateStrategy }: StatefulSetSpec): number {
  const wanted = updateStrategy.rollingUpdate?.maxUnavailable ?? 1;
  const number = typeof wanted === 'number' ? wanted : Math.floor((replicas * Number.parseInt(wanted)) / 100);
  return Math.max(1, number);
}

/** Whether a pod has been ready for long enough. */
export function isAvailable(pod: SimObject, minReadySeconds: number, nowMs: number): boolean {
  if (podStatus(pod).phase !== 'Running' || !isReady(pod)) return false;
  return minReadySeconds === 0 || nowMs >= (readySince(pod) ?? Infinity) + minReadySeconds * 1000;
}

function isUnavailable(pod: SimObject | undefined, minReadySeconds: number, nowMs: number): boolean {
  return pod === undefined || isTerminating(pod) || !isAvailable(pod, minReadySeconds, nowMs);
}

function isOver(pod: SimObject): boolean {
  const { phase } = podStatus(pod);
  return phase === 'Failed' || phase === 'Succeeded';
}

function revisionFor(ordinal: number, { updateStrategy, ordinals }: StatefulSetSpec): 'current' | 'update' {
  const { partition = 0 } = updateStrategy.rollingUpdate ?? {};
  return ordinal < (ordinals?.start ?? 0) + partition ? 'current' : 'update';
}
