// What a PodDisruptionBudget allows at the moment: pure.
import type { SimObject } from '../../api/object.ts';
import { selects } from '../../builtins/checks.ts';
import { isReady, isTerminating, podStatus } from '../pods.ts';

/** What a budget asks for. */
export interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: object;
  readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow';
}

/** The counts of a budget's status. */
export interface Allowance {
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
}

export function budgetSpec(budget: SimObject): BudgetSpec {
  return budget['spec'] as BudgetSpec;
}

/** The pods that a budget is about. */
export function selectedPods(budget: SimObject, pods: readonly SimObject[]): readonly SimObject[] {
  const { selector } = budgetSpec(budget);
  return pods.filter((pod) => selects(selector, pod.metadata.labels ?? {}));
}

/**
 * Counts.
 *
 * @param expected - how many pods the controllers of these pods want
 * @param beingDisrupted - names of pods whose eviction was granted and that are still there
 */
export function allowance(
  budget: SimObject,
  pods: readonly SimObject[],
  expected: number,
  beingDisrupted: ReadonlySet<string>,
): Allowance {
  const { minAvailable, maxUnavailable } = budgetSpec(budget);
  const currentHealthy = pods.filter(
    (pod) => isReady(pod) && !isTerminating(pod) && !beingDisrupted.has(pod.metadata.name),
  ).length;
  const wanted =
    maxUnavailable !== undefined
      ? expected - scaled(maxUnavailable, expected)
      : minAvailable === undefined
        ? 0
        : scaled(minAvailable, expected);
  const desiredHealthy = Math.max(0, wanted);
  const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return { currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods: expected };
}

/** Whether the expected number is that of the controllers; else it is that of the pods. */
export function asksControllers(budget: SimObject): boolean {
  const { minAvailable, maxUnavailable } = budgetSpec(budget);
  return maxUnavailable !== undefined || typeof minAvailable === 'string';
}

/** A pod that is over needs no budget's leave to go. */
export function isOver(pod: SimObject): boolean {
  const { phase } = podStatus(pod);
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Percentages are rounded up, for the smallest and for the largest number alike. */
function scaled(value: number | string, of: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * of) / 100);
}
