// How long something may take before it is called a problem. A cluster that starts is not an error.
import { findCondition } from '@neo4j-operator/reconcile-kit';
import type { ClusterObject } from '@neo4j-operator/cluster-access';

/** Milliseconds until a pod has to be placed, pulled and started. */
export const podGraceMs = 60_000;

/** Milliseconds until servers that run have to have met, or to be back among the others. */
export const meetingGraceMs = 180_000;

/** Milliseconds after which a database that lacks a copy or a leader, or a cluster that does not answer, is told as such. */
export const settlingGraceMs = 60_000;

/**
 * Since when a cluster has not been ready, in epoch milliseconds: `now` if it was until now. Taken from the condition itself, so that it
 * outlives the process; if the status is lost the grace begins anew.
 */
export function notReadySince(object: ClusterObject, now: number): number {
  const ready = findCondition(object.status?.conditions, 'Ready');
  return ready === undefined || ready.status === 'True' ? now : (epochMs(ready.lastTransitionTime) ?? now);
}

/** A time of Kubernetes in epoch milliseconds. */
export function epochMs(time: string | undefined): number | undefined {
  const parsed = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(parsed) ? undefined : parsed;
}
