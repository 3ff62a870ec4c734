// The controller of Jobs.
import type { SimObject } from '../../api/object.ts';
import { isSameJson } from '../../schema/json.ts';
import { controlledPods, takersOf } from '../adopt.ts';
import {
  type ControllerContext,
  controllerOf,
  type InsideController,
  keyOfObject,
  splitKey,
} from '../controller.ts';
import { isTerminating, podType } from '../pods.ts';
import type { View } from '../view.ts';
import { type Backoff, noFailures } from './backoff.ts';
import { newPod } from './objects.ts';
import { type JobPlan, planJob, settle } from './plan.ts';
import { finished, isTracked, jobType, specOf, statusOf, trackingFinalizer } from './spec.ts';
import { uidOf } from './tally.ts';

const manager = 'kube-controller-manager';
const ourselves = 'kubernetes.io/job-controller';
/** Keys of pods that no Job counts any more begin with it. */
const strayKey = 'pod ';

/** Keeps the pods of Jobs. */
export function jobController(): InsideController {
  const backoffs = new Map<string, Backoff>();
  return {
    name: 'job-controller',
    keysOf: ({ type, resource, namespace = '', name, object }, view) => {
      if (resource.group === jobType.group && resource.plural === jobType.plural) {
        const own = `${namespace}/${name}`;
        if (type !== 'DELETED' && finished(object()) === undefined) return [own];
        backoffs.delete(own);
        return view.dependents(uidOf(object())).map((each) => strayKey + keyOfObject(each.object));
      }
      if (resource.group !== '' || resource.plural !== podType.plural) return [];
      return keysOfPod(object(), type, view);
    },
    reconcile: (key, context) => {
      if (key.startsWith(strayKey)) {
        const pod = context.view.get(podType, ...splitKey(key.slice(strayKey.length)));
        if (pod !== undefined && isStray(pod, context.view)) release(pod, context);
        return undefined;
      }
      const job = context.view.get(jobType, ...splitKey(key));
      if (job === undefined || finished(job) !== undefined) return undefined;
      const { managedBy = ourselves } = specOf(job);
      if (managedBy !== ourselves) return undefined;
      const pods = controlledPods(job, context, { finalizer: trackingFinalizer });
      const backoff = backoffs.get(key) ?? noFailures;
      const plan = planJob({ job, pods, backoff, nowMs: context.clock.now() });
      backoffs.set(key, plan.backoff);
      carryOut(plan, job, pods, context);
      return plan.againMs < Infinity ? plan.againMs : undefined;
    },
  };
}

function keysOfPod(pod: SimObject, type: string, view: View): readonly string[] {
  const owner = controllerOf(pod);
  const stray = isTracked(pod) && type !== 'DELETED' ? [strayKey + keyOfObject(pod)] : [];
  if (owner === undefined) return type === 'DELETED' ? [] : [...takersOf(pod, jobType, view), ...stray];
  return owner.kind === 'Job' ? [`${pod.metadata.namespace ?? ''}/${owner.name}`, ...stray] : stray;
}

/** Whether there is no Job that would count it. */
function isStray(pod: SimObject, view: View): boolean {
  const owner = controllerOf(pod);
  if (owner === undefined) return true;
  if (owner.kind !== 'Job') return false;
  const job = view.get(jobType, pod.metadata.namespace, owner.name);
  return job?.metadata.uid !== owner.uid || finished(job) !== undefined;
}

function carryOut(
  plan: JobPlan,
  job: SimObject,
  pods: readonly SimObject[],
  context: ControllerContext,
): void {
  const { client, view, record } = context;
  for (const pod of plan.remove) {
    // One that is to be counted keeps its finalizer until it is.
    if (plan.ending === undefined) release(pod, context);
    const { namespace, name } = pod.metadata;
    client.delete(podType, namespace, name);
    record(job, 'SuccessfulDelete', `Deleted pod: ${name}`);
  }
  const { made, error } = createPods(plan, job, context);
  const { turn } = plan;
  if (turn !== undefined) record(job, turn.status === 'True' ? 'Suspended' : 'Resumed', turn.message);
  const missing = plan.create.length - made;
  const status =
    missing === 0 ? plan.status : { ...plan.status, active: (plan.status.active ?? 0) - missing };
  const written = write(job, status, context);
  for (const pod of plan.release) release(pod, context);
  const remaining = pods
    .map(({ metadata }) => view.get(podType, metadata.namespace, metadata.name))
    .filter((pod) => pod !== undefined)
    .filter(isTracked)
    .map(uidOf);
  const isIndexed = specOf(job).completionMode === 'Indexed';
  const end = settle(statusOf(written), new Set(remaining), plan.ending, isIndexed);
  write(written, end.status, context);
  if (end.isOver && plan.ending !== undefined) {
    const { type, reason, message } = plan.ending;
    if (type === 'Complete') record(job, 'Completed', 'Job completed');
    else record(job, reason, message, 'Warning');
  }
  if (error !== undefined) throw error;
}

interface Made {
  readonly made: number;
  readonly error?: Error;
}

function createPods(plan: JobPlan, job: SimObject, { client, record }: ControllerContext): Made {
  let made = 0;
  try {
    for (const { index, annotations } of plan.create) {
      const pod = client.create(newPod(job, index, annotations), manager);
      record(job, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      made += 1;
    }
    return { made };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    record(job, 'FailedCreate', `Error creating: ${error.message}`, 'Warning');
    return { made, error };
  }
}

function write(job: SimObject, status: object, { client }: ControllerContext): SimObject {
  return isSameJson(status, job['status']) ? job : client.update({ ...job, status }, manager, 'status');
}

function release({ metadata: { namespace, name } }: SimObject, { client, view }: ControllerContext): void {
  const pod = view.get(podType, namespace, name);
  if (pod === undefined || !isTracked(pod)) return;
  const { finalizers = [], ...metadata } = pod.metadata;
  const others = finalizers.filter((each) => each !== trackingFinalizer);
  client.update({ ...pod, metadata: { ...metadata, finalizers: others } }, manager);
}

/** Deletes Jobs some time after they have finished (KEP-592). */
export const finishedJobs: InsideController = {
  name: 'ttl-after-finished-controller',
  keysOf: ({ resource, namespace = '', name, type }) =>
    resource.group === jobType.group && resource.plural === jobType.plural && type !== 'DELETED'
      ? [`${namespace}/${name}`]
      : [],
  reconcile: (key, { view, client, clock }) => {
    const job = view.get(jobType, ...splitKey(key));
    const end = job === undefined ? undefined : finished(job);
    if (job === undefined || end === undefined || isTerminating(job)) return undefined;
    const { ttlSecondsAfterFinished } = specOf(job);
    if (ttlSecondsAfterFinished === undefined) return undefined;
    const leftMs = Date.parse(end.lastTransitionTime) + ttlSecondsAfterFinished * 1000 - clock.now();
    if (leftMs > 0) return leftMs;
    const { namespace, name, uid } = job.metadata;
    const preconditions = uid === undefined ? {} : { uid };
    client.delete(jobType, namespace, name, { propagationPolicy: 'Foreground', preconditions });
    return undefined;
  },
};
