// What a metric that is one number for the whole asks for: external metrics of the Horizontal Pod Autoscaler.
import { ceilReplicas, checkTarget, withinTolerance } from './arithmetic.ts';
import type { Proposal, Tolerance } from './types.ts';

export interface TotalInput {
  /** In thousandths; undefined if it could not be read. */
  readonly value: number | undefined;
  /** In thousandths: for each replica, or for the whole. */
  readonly target: number;
  readonly type: 'AverageValue' | 'Value';
  /** The size that is asked for now. */
  readonly current: number;
  /** Replicas that are there. */
  readonly running: number;
  /** Pods that run and are ready; undefined if there is no pod at all. */
  readonly ready: number | undefined;
}

/**
 * `AverageValue`: as many replicas as share the value at the target each. `Value`: the ready ones times value by target; from zero, value by
 * target. Within tolerance it is the size as it is.
 *
 * @returns `NoSamples` if the value is not a finite number, or for `Value` above zero replicas without a pod.
 * @throws RangeError if the target is not above 0.
 */
export function proposeFromTotal(input: TotalInput, tolerance: Tolerance): Proposal {
  const { value, target, current } = input;
  checkTarget(target);
  if (value === undefined || !Number.isFinite(value)) return { failed: 'NoSamples' };
  if (input.type === 'AverageValue') return proposeAverage(value, input, tolerance);
  const ratio = value / target;
  if (current === 0) return { replicas: ceilReplicas(ratio), value };
  if (withinTolerance(ratio, tolerance)) return { replicas: current, value };
  if (input.ready === undefined) return { failed: 'NoSamples' };
  return { replicas: ceilReplicas(ratio * input.ready), value };
}

function proposeAverage(value: number, { target, running }: TotalInput, tolerance: Tolerance): Proposal {
  if (running <= 0) return { replicas: ceilReplicas(value / target), value: 0 };
  const keep = withinTolerance(value / (target * running), tolerance);
  return { replicas: keep ? running : ceilReplicas(value / target), value: Math.ceil(value / running) + 0 };
}
