// The disruption controller: keeps the status of PodDisruptionBudgets.
import type { SimObject } from '../../api/object.ts';
import { timestamp } from '../../requests/system-fields.ts';
import { withConditions } from '../conditions.ts';
import { type ControllerContext, type InsideController, keyOfObject, splitKey } from '../controller.ts';
import { isTerminating, podStatus, podType } from '../pods.ts';
import {
  allowance,
  asksControllers,
  budgetSpec,
  budgetStatus,
  type BudgetStatus,
  budgetType,
  isOver,
  selectedPods,
  selectorText,
  withVerdict,
} from './budget.ts';
import { type ScaleSource, wantedBy } from './scale.ts';

const manager = 'kube-controller-manager';
/** An eviction that was granted and whose pod still is not marked after this time was never carried out. */
const forgetDisruptionMs = 120_000;

/** Keeps the status of budgets. Keys are `budget namespace/name` and `pod namespace/name`. */
export function disruptionController(source: ScaleSource): InsideController {
  return {
    name: 'controllermanager',
    keysOf: (change, view) => {
      const { resource, namespace = '', name } = change;
      if (resource.plural === budgetType.plural && resource.group === budgetType.group)
        return [`budget ${namespace}/${name}`];
      const isPod = resource.plural === podType.plural && resource.group === '';
      if (!isPod && resource.group !== 'apps') return [];
      const budgets = view.list(budgetType, namespace).map((budget) => `budget ${keyOfObject(budget)}`);
      return isPod && isMarked(change.object()) ? [...budgets, `pod ${namespace}/${name}`] : budgets;
    },
    reconcile: (key, context) => {
      const [what, place = ''] = key.split(' ');
      if (what === 'pod') return unmark(context.view.get(podType, ...splitKey(place)), context);
      const budget = context.view.get(budgetType, ...splitKey(place));
      return budget === undefined ? undefined : reconcile(budget, context, source);
    },
  };
}

function reconcile(budget: SimObject, context: ControllerContext, source: ScaleSource): number | undefined {
  const { view, clock, record } = context;
  const pods = selectedPods(budget, view.list(podType, budget.metadata.namespace));
  if (pods.length === 0) record(budget, 'NoPods', 'No matching pods found');
  const before = budgetStatus(budget);
  const wanted = asksControllers(budget)
    ? wantedBy(pods, source)
    : { pods: pods.length, hasLoosePods: false };
  if ('failure' in wanted) {
    const { failure } = wanted;
    const message = `Failed to calculate the number of expected pods: ${failure}`;
    record(budget, 'CalculateExpectedPodCountFailed', message, 'Warning');
    save(budget, withVerdict({ ...before, disruptionsAllowed: 0 }, clock.now(), failure), context);
    return undefined;
  }
  if (wanted.hasLoosePods) record(budget, 'UnmanagedPods', looseMessage(budget), 'Warning');
  const disruptedPods = stillDisrupted(budget, pods, context);
  const disrupted = Object.keys(disruptedPods);
  const { conditions = [] } = before;
  const { generation } = budget.metadata;
  const status = {
    ...allowance(budget, pods, wanted.pods, new Set(disrupted)),
    conditions,
    ...(disrupted.length === 0 ? {} : { disruptedPods }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  save(budget, withVerdict(status, clock.now()), context);
  if (disrupted.length === 0) return undefined;
  const since = Math.min(...Object.values(disruptedPods).map((time) => Date.parse(time)));
  return since + forgetDisruptionMs - clock.now();
}

function save(budget: SimObject, status: BudgetStatus, { client }: ControllerContext): void {
  client.update({ ...budget, status }, manager, 'status');
}

function looseMessage(budget: SimObject): string {
  return `Pods selected by this PodDisruptionBudget (selector: ${selectorText(budgetSpec(budget))}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
}

function stillDisrupted(
  budget: SimObject,
  pods: readonly SimObject[],
  { clock, record }: ControllerContext,
): Record<string, string> {
  const { disruptedPods = {} } = budgetStatus(budget);
  const { namespace = '' } = budget.metadata;
  const still: Record<string, string> = {};
  for (const pod of pods) {
    const since = disruptedPods[pod.metadata.name];
    if (since === undefined || isTerminating(pod)) continue;
    if (clock.now() < Date.parse(since) + forgetDisruptionMs) still[pod.metadata.name] = since;
    else {
      const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
      record(pod, 'NotDeleted', message, 'Warning');
    }
  }
  return still;
}

function isMarked(pod: SimObject): boolean {
  return markedSince(pod) !== undefined && !isTerminating(pod) && !isOver(pod);
}

function markedSince(pod: SimObject): string | undefined {
  const mark = podStatus(pod).conditions?.find(({ type }) => type === 'DisruptionTarget');
  return mark?.status === 'True' && mark.reason !== 'TerminationByKubelet'
    ? mark.lastTransitionTime
    : undefined;
}

/** A pod that was to be disrupted and was not is told so. */
function unmark(pod: SimObject | undefined, { client, clock }: ControllerContext): number | undefined {
  if (pod === undefined || !isMarked(pod)) return undefined;
  const left = Date.parse(markedSince(pod) ?? '') + forgetDisruptionMs - clock.now();
  if (left > 0) return left;
  const said = {
    type: 'DisruptionTarget',
    status: 'False',
    observedGeneration: pod.metadata.generation,
  };
  const conditions = withConditions(podStatus(pod).conditions ?? [], [said], clock.now());
  client.update({ ...pod, status: { ...podStatus(pod), conditions } }, manager, 'status');
  return undefined;
}

/** Marks a pod as being disrupted, so that no second one is granted on the same count. */
export function claimDisruption(budget: SimObject, pod: string, nowMs: number): SimObject {
  const status = budgetStatus(budget);
  const next = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: { ...status.disruptedPods, [pod]: timestamp(nowMs) },
  };
  return { ...budget, status: next.disruptionsAllowed === 0 ? withVerdict(next, nowMs) : next };
}
