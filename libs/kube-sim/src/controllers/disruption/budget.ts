// What a PodDisruptionBudget allows at the moment: pure.
import type { SimObject } from '../../api/object.ts';
import { selects } from '../../builtins/checks.ts';
import { withConditions } from '../conditions.ts';
import { type Condition, isReady, isTerminating, podStatus } from '../pods.ts';

export const budgetType = { group: 'policy', plural: 'poddisruptionbudgets' };
export const allowed = 'DisruptionAllowed';
export const syncFailed = 'SyncFailed';

/** What a budget asks for. */
export interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly {
      readonly key: string;
      readonly operator: string;
      readonly values?: readonly string[];
    }[];
  };
  readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow';
}

/** The counts of a budget's status. */
export interface Allowance {
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
}

export interface BudgetStatus extends Allowance {
  readonly observedGeneration?: number;
  /** When the eviction of a pod was granted, by its name. */
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly conditions?: readonly BudgetCondition[];
}

interface BudgetCondition extends Condition {
  readonly observedGeneration?: number;
}

export function budgetSpec(budget: SimObject): BudgetSpec {
  return budget['spec'] as BudgetSpec;
}

export function budgetStatus(budget: SimObject): BudgetStatus {
  const none = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  return { ...none, ...(budget['status'] as Partial<BudgetStatus> | undefined) };
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

/** A status whose condition says what its counts say; or why there are no counts to be trusted. */
export function withVerdict(status: BudgetStatus, nowMs: number, failure?: string): BudgetStatus {
  const { disruptionsAllowed, conditions = [], observedGeneration } = status;
  const isAllowed = disruptionsAllowed > 0;
  const said = {
    type: allowed,
    status: isAllowed ? 'True' : 'False',
    reason: failure === undefined ? (isAllowed ? 'SufficientPods' : 'InsufficientPods') : syncFailed,
    message: failure ?? '',
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
  return { ...status, conditions: withConditions(conditions, [said], nowMs) };
}

/** A pod that is over needs no budget's leave to go. */
export function isOver(pod: SimObject): boolean {
  const { phase } = podStatus(pod);
  return phase === 'Succeeded' || phase === 'Failed';
}

/** As the disruption controller prints a selector in an Event. */
export function selectorText({ selector = {} }: BudgetSpec): string {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key] ?? ''},`);
  const terms = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${terms.join('')}},}`;
}

/** Percentages are rounded up, for the smallest and for the largest number alike. */
function scaled(value: number | string, of: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * of) / 100);
}
