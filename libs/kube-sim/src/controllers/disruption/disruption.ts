// The disruption controller: keeps the status of PodDisruptionBudgets.
import type { SimObject } from '../../api/object.ts';
import { timestamp } from '../../requests/system-fields.ts';
import { withConditions } from '../conditions.ts';
import { type ControllerContext, controllerOf, type InsideController, splitKey } from '../controller.ts';
import { type Condition, isTerminating, podType } from '../pods.ts';
import { allowance, asksControllers, selectedPods } from './budget.ts';

export const budgetType = { group: 'policy', plural: 'poddisruptionbudgets' };
const manager = 'kube-controller-manager';
/** An eviction that was granted and whose pod still is not marked after this time was never carried out. */
const forgetDisruptionMs = 120_000;

export interface BudgetStatus {
  readonly observedGeneration?: number;
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  readonly conditions?: readonly Condition[];
}

/** How many pods a controller wants; undefined if it cannot be scaled. */
export type ReplicasOf = (
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
) => number | undefined;

/** Keeps the status of budgets. */
export function disruptionController(replicasOf: ReplicasOf): InsideController {
  return {
    name: 'disruption-controller',
    keysOf: ({ resource, namespace = '', name }, view) => {
      if (resource.plural === budgetType.plural && resource.group === budgetType.group)
        return [`${namespace}/${name}`];
      const concerns = resource.plural === podType.plural || resource.group === 'apps';
      return concerns
        ? view.list(budgetType, namespace).map(({ metadata }) => `${namespace}/${metadata.name}`)
        : [];
    },
    reconcile: (key, context) => {
      const budget = context.view.get(budgetType, ...splitKey(key));
      return budget === undefined ? undefined : reconcile(budget, context, replicasOf);
    },
  };
}

function reconcile(
  budget: SimObject,
  context: ControllerContext,
  replicasOf: ReplicasOf,
): number | undefined {
  const { client, view, clock } = context;
  const { namespace = '' } = budget.metadata;
  const pods = selectedPods(budget, view.list(podType, namespace));
  const before = (budget['status'] ?? {}) as Partial<BudgetStatus>;
  const disruptedPods = stillDisrupted(before.disruptedPods ?? {}, pods, clock.now());
  const expected = asksControllers(budget) ? wantedBy(pods, replicasOf) : pods.length;
  const disrupted = new Set(Object.keys(disruptedPods));
  const { currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods } = allowance(
    budget,
    pods,
    expected,
    disrupted,
  );
  const isAllowed = disruptionsAllowed > 0;
  const conditions = withConditions(
    before.conditions ?? [],
    [
      {
        type: 'DisruptionAllowed',
        status: isAllowed ? 'True' : 'False',
        reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
        message: '',
      },
    ],
    clock.now(),
  ).map((condition) => ({ ...condition, observedGeneration: budget.metadata.generation }));
  const status = {
    conditions,
    currentHealthy,
    desiredHealthy,
    ...(disrupted.size === 0 ? {} : { disruptedPods }),
    disruptionsAllowed,
    expectedPods,
    observedGeneration: budget.metadata.generation,
  };
  if (JSON.stringify(sorted(status)) !== JSON.stringify(sorted(before))) {
    client.update({ ...budget, status }, manager, 'status');
  }
  return disrupted.size === 0 ? undefined : forgetDisruptionMs;
}

/** Of each controller of the pods once. Pods without one count for themselves. */
function wantedBy(pods: readonly SimObject[], replicasOf: ReplicasOf): number {
  const wanted = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) continue;
    const { apiVersion, kind, name, uid } = owner;
    const replicas = replicasOf(apiVersion, kind, pod.metadata.namespace ?? '', name);
    if (replicas !== undefined) wanted.set(uid, replicas);
  }
  return [...wanted.values()].reduce((sum, replicas) => sum + replicas, 0);
}

function stillDisrupted(
  disrupted: Readonly<Record<string, string>>,
  pods: readonly SimObject[],
  nowMs: number,
): Record<string, string> {
  const waiting = new Set(pods.filter((pod) => !isTerminating(pod)).map(({ metadata }) => metadata.name));
  return Object.fromEntries(
    Object.entries(disrupted).filter(
      ([name, since]) => waiting.has(name) && nowMs < Date.parse(since) + forgetDisruptionMs,
    ),
  );
}

/** Marks a pod as being disrupted, so that no second one is granted on the same count. */
export function claimDisruption(budget: SimObject, pod: string, nowMs: number): SimObject {
  const status = budget['status'] as BudgetStatus;
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: status.disruptionsAllowed - 1,
      disruptedPods: { ...status.disruptedPods, [pod]: timestamp(nowMs) },
    },
  };
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
