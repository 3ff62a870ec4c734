// The volume controller: claims and volumes find each other. Making volumes for claims is up to whoever plays the provisioner.
import type { SimObject } from '../../api/object.ts';
import { selects } from '../../builtins/checks.ts';
import { quantityNanos } from '../../builtins/quantity.ts';
import { type ControllerContext, type InsideController, keyOfObject, splitKey } from '../controller.ts';
import { isTerminating } from '../pods.ts';
import type { View } from '../view.ts';
import { claimSpec, claimType, classType, volumeSpec, volumeType } from './objects.ts';

const manager = 'kube-controller-manager';
const boundByController = 'pv.kubernetes.io/bound-by-controller';
const bindCompleted = 'pv.kubernetes.io/bind-completed';

/** Keys are `claim namespace/name` and `volume name`. */
export const volumeBinder: InsideController = {
  name: 'persistentvolume-controller',
  keysOf: (change, view) => {
    const { resource, namespace = '', name, type } = change;
    if (resource.group !== '') return [];
    if (resource.plural === claimType.plural) {
      const { volumeName } = claimSpec(change.object());
      return [
        `claim ${namespace}/${name}`,
        ...(type === 'DELETED' && volumeName ? [`volume ${volumeName}`] : []),
      ];
    }
    if (resource.plural !== volumeType.plural) return [];
    const waiting = view
      .list(claimType)
      .filter((claim) => needsVolume(claim) || claimSpec(claim).volumeName === name);
    return [`volume ${name}`, ...waiting.map((claim) => `claim ${keyOfObject(claim)}`)];
  },
  reconcile: (key, context) => {
    const [what, place = ''] = key.split(' ');
    if (what === 'claim') {
      const claim = context.view.get(claimType, ...splitKey(place));
      if (claim !== undefined && !isTerminating(claim)) reconcileClaim(claim, context);
    } else {
      const volume = context.view.get(volumeType, undefined, place);
      if (volume !== undefined) reconcileVolume(volume, context);
    }
    return undefined;
  },
};

function reconcileClaim(claim: SimObject, context: ControllerContext): void {
  const { client, view, record } = context;
  const { volumeName } = claimSpec(claim);
  if (volumeName === undefined || volumeName === '') {
    const volume = view.list(volumeType).find((candidate) => fits(candidate, claim, view));
    if (volume !== undefined) bind(claim, volume, context);
    else explainWaiting(claim, context);
    return;
  }
  const volume = view.get(volumeType, undefined, volumeName);
  if (volume === undefined) {
    if (phaseOf(claim) !== 'Bound') return;
    client.update({ ...claim, status: { ...(claim['status'] as object), phase: 'Lost' } }, manager, 'status');
    record(
      claim,
      'ClaimLost',
      'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
      'Warning',
    );
    return;
  }
  const { claimRef } = volumeSpec(volume);
  if (claimRef === undefined || refersTo(claimRef, claim)) bind(claim, volume, context);
}

function bind(claim: SimObject, volume: SimObject, { client }: ControllerContext): void {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  let bound = volume;
  if (volumeSpec(volume).claimRef?.uid !== uid) {
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      namespace,
      name,
      uid,
      apiVersion: 'v1',
      resourceVersion,
    };
    const own = volumeSpec(volume).claimRef === undefined ? { [boundByController]: 'yes' } : {};
    bound = client.update({ ...annotated(volume, own), spec: { ...volumeSpec(volume), claimRef } }, manager);
  }
  if (phaseOf(bound) !== 'Bound') {
    bound = client.update(
      { ...bound, status: { ...(bound['status'] as object), phase: 'Bound' } },
      manager,
      'status',
    );
  }
  let filled = claim;
  if (claim.metadata.annotations?.[bindCompleted] === undefined) {
    const chosen = (claimSpec(claim).volumeName ?? '') === '' ? { [boundByController]: 'yes' } : {};
    filled = client.update(
      {
        ...annotated(claim, { [bindCompleted]: 'yes', ...chosen }),
        spec: { ...claimSpec(claim), volumeName: volume.metadata.name },
      },
      manager,
    );
  }
  if (phaseOf(filled) === 'Bound') return;
  const { accessModes, capacity } = volumeSpec(bound);
  client.update({ ...filled, status: { accessModes, capacity, phase: 'Bound' } }, manager, 'status');
}

function reconcileVolume(volume: SimObject, { client, view }: ControllerContext): void {
  const { claimRef } = volumeSpec(volume);
  const phase = phaseOf(volume);
  let next = phase ?? 'Available';
  if (claimRef === undefined) next = 'Available';
  else if (claimRef.uid !== undefined && claimRef.uid !== '') {
    const claim = view.get(claimType, claimRef.namespace, claimRef.name ?? '');
    if (claim?.metadata.uid !== claimRef.uid) next = 'Released';
  } else next = 'Available';
  if (next === phase) return;
  client.update(
    { ...volume, status: { ...(volume['status'] as object | undefined), phase: next } },
    manager,
    'status',
  );
}

function needsVolume(claim: SimObject): boolean {
  return (claimSpec(claim).volumeName ?? '') === '' && !isTerminating(claim);
}

function fits(volume: SimObject, claim: SimObject, view: View): boolean {
  const has = volumeSpec(volume);
  const wants = claimSpec(claim);
  if (isTerminating(volume)) return false;
  if (has.claimRef !== undefined) return refersTo(has.claimRef, claim);
  return (
    !waitsForPod(claim, view) &&
    (has.storageClassName ?? '') === (wants.storageClassName ?? '') &&
    (has.volumeMode ?? 'Filesystem') === (wants.volumeMode ?? 'Filesystem') &&
    (wants.accessModes ?? []).every((mode) => has.accessModes?.includes(mode) === true) &&
    amount(has.capacity?.storage) >= amount(wants.resources?.requests?.storage) &&
    (wants.selector === undefined || selects(wants.selector, volume.metadata.labels ?? {}))
  );
}

/** A scheduler chooses the node first, and writes it on the claim. */
function waitsForPod(claim: SimObject, view: View): boolean {
  const storageClass = view.get(classType, undefined, claimSpec(claim).storageClassName ?? '');
  const chosen = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
  return storageClass?.['volumeBindingMode'] === 'WaitForFirstConsumer' && chosen === undefined;
}

function explainWaiting(claim: SimObject, { view, record }: ControllerContext): void {
  const name = claimSpec(claim).storageClassName ?? '';
  if (waitsForPod(claim, view)) {
    record(claim, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  } else if (name === '') {
    record(
      claim,
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
  } else if (view.get(classType, undefined, name) === undefined) {
    record(claim, 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`, 'Warning');
  }
}

function refersTo(
  { namespace, name, uid }: { readonly namespace?: string; readonly name?: string; readonly uid?: string },
  { metadata }: SimObject,
): boolean {
  const isSame = uid === undefined || uid === '' || uid === metadata.uid;
  return isSame && namespace === metadata.namespace && name === metadata.name;
}

function phaseOf(object: SimObject): string | undefined {
  return ((object['status'] ?? {}) as { readonly phase?: string }).phase;
}

function annotated(object: SimObject, annotations: Readonly<Record<string, string>>): SimObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

function amount(quantity = '0'): bigint {
  return quantityNanos(quantity) ?? 0n;
}
