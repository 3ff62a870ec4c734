// The claims of a StatefulSet's pods: made with them, and owned as the retention policy says (KEP-1847).
import type { SimObject } from '../../api/object.ts';
import type { ControllerContext } from '../controller.ts';
import { controllerReference, podStatus } from '../pods.ts';
import { newClaims } from './objects.ts';
import { ordinalOf, specOf } from './spec.ts';

const manager = 'kube-controller-manager';
const claimType = { group: '', plural: 'persistentvolumeclaims' };

/** Makes the claims of a pod that are not there. Throws if one is on its way out. */
export function createClaims(
  set: SimObject,
  ordinal: number,
  { client, view, record }: ControllerContext,
): void {
  for (const claim of newClaims(set, ordinal)) {
    const { name, namespace } = claim.metadata;
    const present = view.get(claimType, namespace, name);
    if (present?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${name} is being deleted`);
    if (present !== undefined) continue;
    client.create(claim, manager);
    const pod = `Pod ${set.metadata.name}-${ordinal}`;
    record(
      set,
      'SuccessfulCreate',
      `Create Claim ${name} ${pod} in StatefulSet ${set.metadata.name} success`,
    );
  }
}

/** Whether a claim is still to go with a pod of the same name that was there before. */
export function isClaimStale(set: SimObject, ordinal: number, { view }: ControllerContext): boolean {
  if (specOf(set).persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return false;
  const pod = `${set.metadata.name}-${ordinal}`;
  return newClaims(set, ordinal).some(({ metadata }) =>
    view
      .get(claimType, metadata.namespace, metadata.name)
      ?.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Pod' && name === pod),
  );
}

/** Under the policy `Delete` a claim belongs to the set, or to its pod while that is to go. */
export function syncClaimOwners(
  set: SimObject,
  pods: readonly SimObject[],
  { client, view, record }: ControllerContext,
): void {
  const { ordinals, replicas, persistentVolumeClaimRetentionPolicy: policy } = specOf(set);
  const start = ordinals?.start ?? 0;
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod.metadata.name) ?? -1;
    const isCondemned = ordinal < start || ordinal >= start + replicas;
    const goesWithPod = isCondemned && policy?.whenScaled === 'Delete';
    const owner = goesWithPod ? pod : policy?.whenDeleted === 'Delete' ? set : undefined;
    for (const { metadata } of newClaims(set, ordinal)) {
      const claim = view.get(claimType, metadata.namespace, metadata.name);
      if (claim === undefined) continue;
      const { ownerReferences = [], ...rest } = claim.metadata;
      const ours = ownerReferences.filter(({ kind, name }) =>
        [set, pod].some((each) => each.kind === kind && each.metadata.name === name),
      );
      // What belongs to one of the same name that is gone goes with it.
      if (ours.some(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid)) continue;
      const others = ownerReferences.filter((reference) => !ours.includes(reference));
      const wanted = owner === undefined ? others : [...others, controllerReference(owner)];
      const same = (one: readonly { readonly uid: string }[]): string => one.map(({ uid }) => uid).join();
      if (same(wanted) === same(ownerReferences)) continue;
      client.update({ ...claim, metadata: { ...rest, ownerReferences: wanted } }, manager);
      if (isCondemned || podStatus(pod).phase === 'Pending') continue;
      const message = `Update Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
      record(set, 'SuccessfulUpdate', message);
    }
  }
}
