// POST of `pods/eviction`: a pod goes only if the budget that is about it allows that.
import { ApiFailure, badRequest, notFound } from '../../api/failure.ts';
import type { SimObject } from '../../api/object.ts';
import type { ApiAnswer, DeleteOptions, InsideClient } from '../../api/request.ts';
import { jsonAnswer, methodNotAllowed } from '../../requests/answers.ts';
import type { Call } from '../../requests/core.ts';
import { readObject } from '../../requests/read-object.ts';
import { withConditions } from '../conditions.ts';
import { isReady, isTerminating, podStatus, podType } from '../pods.ts';
import { allowed, budgetSpec, budgetStatus, budgetType, isOver, selectedPods, syncFailed } from './budget.ts';
import { claimDisruption } from './disruption.ts';

const manager = 'kube-apiserver';
const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction', custom: false };
const retryAfterSeconds = 10;

/** Answers evictions. */
export function evict(call: Call, client: InsideClient): ApiAnswer {
  const { core, request, namespace = '', name = '' } = call;
  if (request.method !== 'POST') throw methodNotAllowed();
  const sent = readObject(call, undefined, evictionKind) as SimObject & {
    readonly deleteOptions?: DeleteOptions;
  };
  if (sent.metadata.name !== name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const { deleteOptions = {} } = sent;
  const isDryRun = request.query.getAll('dryRun').includes('All') || (deleteOptions.dryRun ?? []).length > 0;
  const options = { ...deleteOptions, ...(isDryRun ? { dryRun: ['All'] } : {}) };
  const pod = client.get(podType, namespace, name);
  if (pod === undefined) throw notFound(podType, name);
  const needsLeave = !isOver(pod) && podStatus(pod).phase !== 'Pending' && !isTerminating(pod);
  const budgets = needsLeave
    ? client.list(budgetType, namespace).filter((budget) => selectedPods(budget, [pod]).length > 0)
    : [];
  if (budgets.length > 1) {
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiFailure(500, undefined, message);
  }
  const [budget] = budgets;
  if (budget !== undefined && !goesAnyway(pod, budget)) {
    requireAllowance(budget);
    if (!isDryRun) client.update(claimDisruption(budget, name, core.clock.now()), manager, 'status');
  }
  remove(isDryRun ? pod : marked(pod, options, client, core.clock.now()), options, client);
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return jsonAnswer(201, JSON.stringify(status), call.warnings);
}

function remove({ metadata }: SimObject, options: DeleteOptions, client: InsideClient): void {
  const { namespace, name, resourceVersion = '' } = metadata;
  const { preconditions } = options;
  // The mark has changed the version that the client knows.
  const bumped =
    preconditions?.resourceVersion !== undefined && (options.dryRun ?? []).length === 0
      ? { preconditions: { ...preconditions, resourceVersion } }
      : {};
  client.delete(podType, namespace, name, { ...options, ...bumped });
}

/** Says why it goes on the pod itself. */
function marked(
  pod: SimObject,
  { preconditions: { uid, resourceVersion } = {} }: DeleteOptions,
  client: InsideClient,
  nowMs: number,
): SimObject {
  const { metadata } = pod;
  if (uid !== undefined && uid !== metadata.uid) {
    throw changed(
      metadata.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw changed(
      metadata.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''}). The object might have been modified`,
    );
  }
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const conditions = withConditions(podStatus(pod).conditions ?? [], [condition], nowMs);
  return client.update({ ...pod, status: { ...podStatus(pod), conditions } }, manager, 'status');
}

function changed(name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on Pod "${name}": ${why}`;
  return new ApiFailure(409, 'Conflict', message, { name, kind: 'Pod' });
}

/** A pod that is not well disrupts nothing, as long as enough others are well or the budget says that it never matters. */
function goesAnyway(pod: SimObject, budget: SimObject): boolean {
  if (isReady(pod)) return false;
  if (budgetSpec(budget).unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy, desiredHealthy } = budgetStatus(budget);
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function requireAllowance(budget: SimObject): void {
  const status = budgetStatus(budget);
  const { name, generation = 0 } = budget.metadata;
  if ((status.observedGeneration ?? 0) < generation) {
    throw refused(`The disruption budget ${name} is still being processed by the server.`, {
      retryAfterSeconds,
    });
  }
  if (status.disruptionsAllowed > 0) return;
  const { desiredHealthy, currentHealthy, conditions = [] } = status;
  const verdict = conditions.find(({ type }) => type === allowed);
  const not = `The disruption budget ${name} does not allow evicting pods currently`;
  if (verdict?.status === 'False' && verdict.reason === syncFailed && verdict.message !== '') {
    throw refused(`${not} because it failed sync: ${verdict.message ?? ''}`);
  }
  throw refused(
    currentHealthy <= desiredHealthy
      ? `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
      : not,
  );
}

function refused(cause: string, details: { readonly retryAfterSeconds?: number } = {}): ApiFailure {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  const causes = [{ reason: 'DisruptionBudget', message: cause }];
  return new ApiFailure(429, 'TooManyRequests', message, { causes, ...details });
}
