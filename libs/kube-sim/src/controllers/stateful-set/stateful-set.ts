// The StatefulSet controller.
import type { SimObject } from '../../api/object.ts';
import { type ControllerContext, controllerOf, type InsideController, splitKey } from '../controller.ts';
import { isReady, isTerminating, podsOf, podStatus, podType, readySince } from '../pods.ts';
import { newClaims, newPod } from './objects.ts';
import { isAvailable, planPods, type Step } from './plan.ts';
import { type Revisions, syncRevisions } from './revisions.ts';
import { ordinalOf, revisionLabel, specOf, type StatefulSetStatus } from './spec.ts';

const name = 'statefulset-controller';
const manager = 'kube-controller-manager';
const setType = { group: 'apps', plural: 'statefulsets' };
const claimType = { group: '', plural: 'persistentvolumeclaims' };

/** Keeps the pods of StatefulSets. It adopts no pods that it has not made. */
export const statefulSetController: InsideController = {
  name,
  keysOf: ({ resource, namespace = '', name, object }) => {
    if (resource.plural === setType.plural && resource.group === setType.group)
      return [`${namespace}/${name}`];
    if (resource.plural !== podType.plural || resource.group !== '') return [];
    const owner = controllerOf(object());
    return owner?.kind === 'StatefulSet' ? [`${namespace}/${owner.name}`] : [];
  },
  reconcile: (key, context) => {
    const set = context.view.get(setType, ...splitKey(key));
    return set === undefined || isTerminating(set) ? undefined : reconcile(set, context);
  },
};

function reconcile(set: SimObject, context: ControllerContext): number | undefined {
  const { view, clock } = context;
  const pods = podsOf(set, view);
  const inUse = new Set(pods.map(({ metadata }) => metadata.labels?.[revisionLabel] ?? ''));
  const revisions = syncRevisions(set, context, inUse);
  const before = statusOf(set, pods, revisions, clock.now());
  const steps = planPods({
    set,
    pods,
    update: revisions.update.metadata.name,
    currentReplicas: before.currentReplicas ?? 0,
    nowMs: clock.now(),
  });
  for (const step of steps) take(step, set, revisions, context);
  syncClaimOwners(set, pods, context);
  const after = statusOf(set, podsOf(set, view), revisions, clock.now());
  if (JSON.stringify(after) !== JSON.stringify(set['status'])) {
    context.client.update({ ...set, status: after }, manager, 'status');
  }
  return untilAvailable(set, pods, clock.now());
}

function take(step: Step, set: SimObject, revisions: Revisions, context: ControllerContext): void {
  const { client, record } = context;
  if (step.do === 'create') {
    for (const claim of newClaims(set, step.ordinal)) {
      if (context.view.get(claimType, claim.metadata.namespace, claim.metadata.name) !== undefined) continue;
      client.create(claim, manager);
      const pod = `Pod ${set.metadata.name}-${step.ordinal}`;
      record(
        set,
        'SuccessfulCreate',
        `create Claim ${claim.metadata.name} ${pod} in StatefulSet ${set.metadata.name} success`,
      );
    }
    const pod = client.create(newPod(set, step.ordinal, revisions[step.revision]), manager);
    record(
      set,
      'SuccessfulCreate',
      `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
    );
    return;
  }
  const { namespace, name, uid } = step.pod.metadata;
  if (step.do === 'replace') {
    const { phase } = podStatus(step.pod);
    record(
      set,
      phase === 'Failed' ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod',
      `StatefulSet ${set.metadata.namespace ?? ''}/${set.metadata.name} is recreating ${phase === 'Failed' ? 'failed' : 'terminated'} Pod ${name}`,
      phase === 'Failed' ? 'Warning' : 'Normal',
    );
  }
  client.delete(podType, namespace, name, { preconditions: uid === undefined ? {} : { uid } });
  record(set, 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`);
}

/** Under the policy `Delete` a claim belongs to the set, or to its pod while that is to go. */
function syncClaimOwners(
  set: SimObject,
  pods: readonly SimObject[],
  { client, view }: ControllerContext,
): void {
  const policy = specOf(set).persistentVolumeClaimRetentionPolicy;
  if (policy?.whenDeleted !== 'Delete' && policy?.whenScaled !== 'Delete') return;
  const { ordinals, replicas } = specOf(set);
  const start = ordinals?.start ?? 0;
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod.metadata.name) ?? -1;
    const isCondemned = ordinal < start || ordinal >= start + replicas;
    const owner =
      isCondemned && policy.whenScaled === 'Delete' ? pod : policy.whenDeleted === 'Delete' ? set : undefined;
    for (const { metadata } of newClaims(set, ordinal)) {
      const claim = view.get(claimType, metadata.namespace, metadata.name);
      if (claim === undefined) continue;
      const { ownerReferences = [], ...rest } = claim.metadata;
      const others = ownerReferences.filter(
        ({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid,
      );
      const wanted = owner === undefined ? others : [...others, ownerReference(owner)];
      if (JSON.stringify(wanted) === JSON.stringify(ownerReferences)) continue;
      client.update({ ...claim, metadata: { ...rest, ownerReferences: wanted } }, manager);
    }
  }
}

function ownerReference({ apiVersion, kind, metadata: { name, uid = '' } }: SimObject) {
  return { apiVersion, kind, name, uid };
}

function statusOf(
  set: SimObject,
  pods: readonly SimObject[],
  { current, update }: Revisions,
  nowMs: number,
): StatefulSetStatus {
  const { minReadySeconds = 0, replicas } = specOf(set);
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
