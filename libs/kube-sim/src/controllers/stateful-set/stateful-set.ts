// The StatefulSet controller.
import { ApiFailure } from '../../api/failure.ts';
import type { SimObject } from '../../api/object.ts';
import { controlledPods, takersOf } from '../adopt.ts';
import { type ControllerContext, controllerOf, type InsideController, splitKey } from '../controller.ts';
import { isReady, isTerminating, podsOf, podStatus, podType, readySince } from '../pods.ts';
import { createClaims, isClaimStale, syncClaimOwners } from './claims.ts';
import { newPod } from './objects.ts';
import { isAvailable, planPods, type Step } from './plan.ts';
import { type Revisions, syncRevisions } from './revisions.ts';
import { ordinalOf, revisionLabel, specOf, type StatefulSetStatus } from './spec.ts';

const name = 'statefulset-controller';
const manager = 'kube-controller-manager';
const setType = { group: 'apps', plural: 'statefulsets' };

/** Keeps the pods of StatefulSets. */
export const statefulSetController: InsideController = {
  name,
  keysOf: ({ type, resource, namespace = '', name, object }, view) => {
    if (resource.plural === setType.plural && resource.group === setType.group)
      return [`${namespace}/${name}`];
    if (resource.plural !== podType.plural || resource.group !== '') return [];
    const owner = controllerOf(object());
    if (owner === undefined) return type === 'DELETED' ? [] : takersOf(object(), setType, view);
    return owner.kind === 'StatefulSet' ? [`${namespace}/${owner.name}`] : [];
  },
  reconcile: (key, context) => {
    const set = context.view.get(setType, ...splitKey(key));
    return set === undefined ? undefined : reconcile(set, context);
  },
};

function reconcile(set: SimObject, context: ControllerContext): number | undefined {
  const { view, clock } = context;
  const pods = controlledPods(set, context, {
    mayTake: ({ metadata }) => ordinalOf(set, metadata.name) !== undefined,
  });
  const inUse = new Set(pods.map(({ metadata }) => metadata.labels?.[revisionLabel] ?? ''));
  const revisions = syncRevisions(set, context, inUse);
  try {
    if (!isTerminating(set)) act(set, pods, revisions, context);
  } finally {
    const after = statusOf(set, podsOf(set, view), revisions, clock.now());
    if (JSON.stringify(after) !== JSON.stringify(set['status'])) {
      context.client.update({ ...set, status: after }, manager, 'status');
    }
  }
  return untilAvailable(set, pods, clock.now());
}

function act(
  set: SimObject,
  pods: readonly SimObject[],
  revisions: Revisions,
  context: ControllerContext,
): void {
  const steps = planPods({
    set,
    pods,
    update: revisions.update.metadata.name,
    isStale: (ordinal) => isClaimStale(set, ordinal, context),
    nowMs: context.clock.now(),
  });
  // A pod that goes has to own its claims before.
  syncClaimOwners(set, pods, context);
  for (const step of steps) take(step, set, revisions, context);
  syncClaimOwners(set, podsOf(set, context.view), context);
}

function take(step: Step, set: SimObject, revisions: Revisions, context: ControllerContext): void {
  const { client, record } = context;
  const where = `in StatefulSet ${set.metadata.name}`;
  if (step.do === 'delete') {
    const { namespace, name, uid } = step.pod.metadata;
    client.delete(podType, namespace, name, { preconditions: uid === undefined ? {} : { uid } });
    record(set, 'SuccessfulDelete', `Delete Pod ${name} ${where} successful`);
    return;
  }
  if (step.do === 'claim') {
    createClaims(set, step.ordinal, context);
    return;
  }
  const pod = newPod(set, step.ordinal, revisions[step.revision]);
  const { name } = pod.metadata;
  try {
    createClaims(set, step.ordinal, context);
    client.create(pod, manager);
    record(set, 'SuccessfulCreate', `Create Pod ${name} ${where} successful`);
  } catch (error) {
    const isTaken = error instanceof ApiFailure && error.status.reason === 'AlreadyExists';
    const why = error instanceof Error ? error.message : String(error);
    if (!isTaken) record(set, 'FailedCreate', `Create Pod ${name} ${where} failed error: ${why}`, 'Warning');
    throw error;
  }
}

function statusOf(
  set: SimObject,
  pods: readonly SimObject[],
  { current, update }: Revisions,
  nowMs: number,
): StatefulSetStatus {
  const { minReadySeconds = 0, replicas } = specOf(set);
  const { conditions } = (set['status'] ?? {}) as Partial<StatefulSetStatus>;
  const count = (is: (pod: SimObject) => boolean): number => pods.filter(is).length;
  const ofRevision = (revision: SimObject): number =>
    count((pod) => !isTerminating(pod) && pod.metadata.labels?.[revisionLabel] === revision.metadata.name);
  const readyReplicas = count((pod) => podStatus(pod).phase === 'Running' && isReady(pod));
  const updatedReplicas = ofRevision(update);
  const isComplete = updatedReplicas === replicas && readyReplicas === replicas && pods.length === replicas;
  const currentRevision = isComplete ? update : current;
  return {
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    replicas: pods.length,
    ...positive({ readyReplicas, currentReplicas: ofRevision(currentRevision), updatedReplicas }),
    currentRevision: currentRevision.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: 0,
    availableReplicas: count((pod) => isAvailable(pod, minReadySeconds, nowMs)),
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/** Zeros are left out. */
function positive<T extends Record<string, number>>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) as Partial<T>;
}

/** Milliseconds until the next pod has been ready for long enough. */
function untilAvailable(set: SimObject, pods: readonly SimObject[], nowMs: number): number | undefined {
  const { minReadySeconds = 0 } = specOf(set);
  if (minReadySeconds === 0) return undefined;
  const waits = pods
    .map((pod) => (readySince(pod) ?? Infinity) + minReadySeconds * 1000 - nowMs)
    .filter((wait) => wait > 0 && wait < Infinity);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
