// POST of `pods/eviction`: a pod goes only if every budget that is about it allows that.
import { ApiFailure, notFound } from '../../api/failure.ts';
import type { SimObject } from '../../api/object.ts';
import type { ApiAnswer, DeleteOptions, InsideClient } from '../../api/request.ts';
import { jsonAnswer, methodNotAllowed } from '../../requests/answers.ts';
import type { Call } from '../../requests/core.ts';
import { readObject } from '../../requests/read-object.ts';
import { isReady, isTerminating, podStatus, podType } from '../pods.ts';
import { budgetSpec, isOver, selectedPods } from './budget.ts';
import { type BudgetStatus, budgetType, claimDisruption } from './disruption.ts';

const manager = 'kube-apiserver';

const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction', custom: false };

/** Answers evictions. */
export function evict(call: Call, client: InsideClient): ApiAnswer {
  const { core, request, namespace = '', name = '' } = call;
  if (request.method !== 'POST') throw methodNotAllowed();
  const { deleteOptions: options = {} } = readObject(call, name, evictionKind) as SimObject & {
    readonly deleteOptions?: DeleteOptions;
  };
  const pod = client.get(podType, namespace, name);
  if (pod === undefined) throw notFound(podType, name);
  const dryRun = request.query.getAll('dryRun').includes('All') || (options.dryRun ?? []).length > 0;
  const needsLeave = !isOver(pod) && podStatus(pod).phase !== 'Pending' && !isTerminating(pod);
  const budgets = needsLeave
    ? client.list(budgetType, namespace).filter((budget) => selectedPods(budget, [pod]).length > 0)
    : [];
  if (budgets.length > 1) {
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiFailure(500, 'InternalError', message);
  }
  const [budget] = budgets;
  if (budget !== undefined && !goesAnyway(pod, budget)) {
    requireAllowance(budget);
    if (!dryRun) client.update(claimDisruption(budget, name, core.clock.now()), manager, 'status');
  }
  const preconditions = {
    ...(pod.metadata.uid === undefined ? {} : { uid: pod.metadata.uid }),
    ...options.preconditions,
  };
  client.delete(podType, namespace, name, {
    ...options,
    preconditions,
    ...(dryRun ? { dryRun: ['All'] } : {}),
  });
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return jsonAnswer(201, JSON.stringify(status), call.warnings);
}

/** A pod that is not well disrupts nothing, as long as enough others are well or the budget says that it never matters. */
function goesAnyway(pod: SimObject, budget: SimObject): boolean {
  if (isReady(pod)) return false;
  if (budgetSpec(budget).unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy, desiredHealthy } = budget['status'] as BudgetStatus;
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function requireAllowance(budget: SimObject): void {
  const status = (budget['status'] ?? {}) as Partial<BudgetStatus>;
  const { name, generation = 0 } = budget.metadata;
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  const refused = (cause: string, retryAfterSeconds?: number): ApiFailure =>
    new ApiFailure(429, 'TooManyRequests', message, {
      causes: [{ reason: 'DisruptionBudget', message: cause }],
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  if ((status.observedGeneration ?? 0) < generation) {
    throw refused(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if ((status.disruptionsAllowed ?? 0) > 0) return;
  const { desiredHealthy = 0, currentHealthy = 0 } = status;
  throw refused(
    `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
  );
}
