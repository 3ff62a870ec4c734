// What controllers ask about pods.
import type { OwnerReference, SimObject } from '../api/object.ts';
import { controllerOf } from './controller.ts';
import type { View } from './view.ts';

export const podType = { group: '', plural: 'pods' };

/** A condition of an object. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The status of a pod as far as controllers read it. */
export interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
}

export function podStatus(pod: SimObject): PodStatus {
  return pod['status'] ?? {};
}

export function isReady(pod: SimObject): boolean {
  return (
    podStatus(pod).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  );
}

export function isTerminating({ metadata }: SimObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** When a pod became ready; epoch milliseconds. */
export function readySince(pod: SimObject): number | undefined {
  const ready = podStatus(pod).conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  return ready?.lastTransitionTime === undefined ? undefined : Date.parse(ready.lastTransitionTime);
}

/** The pods that an object controls. */
export function podsOf(owner: SimObject, view: View): readonly SimObject[] {
  return view
    .dependents(owner.metadata.uid ?? '')
    .filter(({ type, object }) => type.plural === 'pods' && controllerOf(object)?.uid === owner.metadata.uid)
    .map(({ object }) => object);
}

/** The reference by which a controller marks what is its own. */
export function controllerReference({ apiVersion, kind, metadata }: SimObject): OwnerReference {
  const { name, uid = '' } = metadata;
  return { apiVersion, kind, name, uid, blockOwnerDeletion: true, controller: true };
}
