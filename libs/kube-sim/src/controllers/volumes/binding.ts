// The volume controller: claims and volumes find each other. Making volumes for claims is up to whoever plays the provisioner.
import type { SimObject } from '../../api/object.ts';
import { type ControllerContext, type InsideController, splitKey } from '../controller.ts';
import { bestVolume, isFor, mismatch } from './matching.ts';
import { annotated, claimSpec, claimType, phaseOf, volumeSpec, volumeType } from './objects.ts';
import { bindsLate, wait } from './waiting.ts';

const manager = 'kube-controller-manager';
const boundByController = 'pv.kubernetes.io/bound-by-controller';
const bindCompleted = 'pv.kubernetes.io/bind-completed';
const provisionedBy = 'pv.kubernetes.io/provisioned-by';
/** Claims without a volume are looked at again after this time; that a volume appears wakes only the claim it refers to. */
const resyncMs = 15_000;

/** Keys are `claim namespace/name` and `volume name`. */
export const volumeBinder: InsideController = {
  name: 'persistentvolume-controller',
  keysOf: (change) => {
    const { resource, namespace = '', name, type } = change;
    if (resource.group !== '') return [];
    if (resource.plural === claimType.plural) {
      const { volumeName = '' } = claimSpec(change.object());
      const volumes = type === 'DELETED' && volumeName !== '' ? [`volume ${volumeName}`] : [];
      return [`claim ${namespace}/${name}`, ...volumes];
    }
    if (resource.plural !== volumeType.plural) return [];
    const { claimRef } = volumeSpec(change.object());
    const isBound = (claimRef?.uid ?? '') !== '';
    const claims = isBound ? [`claim ${claimRef?.namespace ?? ''}/${claimRef?.name ?? ''}`] : [];
    return [`volume ${name}`, ...claims];
  },
  reconcile: (key, context) => {
    const [what, place = ''] = key.split(' ');
    if (what === 'claim') {
      const claim = context.view.get(claimType, ...splitKey(place));
      if (claim === undefined) return undefined;
      if (claim.metadata.annotations?.[bindCompleted] !== undefined) keep(claim, context);
      else return seek(claim, context) ? undefined : resyncMs;
    } else {
      const volume = context.view.get(volumeType, undefined, place);
      if (volume !== undefined) follow(volume, context);
    }
    return undefined;
  },
};

/** Whether an unbound claim has found its volume. */
function seek(claim: SimObject, context: ControllerContext): boolean {
  const { view, record } = context;
  const { volumeName = '' } = claimSpec(claim);
  if (volumeName === '') {
    const volume = bestVolume(claim, view.list(volumeType), bindsLate(claim, view));
    if (volume === undefined) wait(claim, context);
    else bind(claim, volume, context);
    return volume !== undefined;
  }
  const volume = view.get(volumeType, undefined, volumeName);
  if (volume === undefined) return false;
  const { claimRef } = volumeSpec(volume);
  const why = claimRef === undefined ? mismatch(volume, claim) : undefined;
  if (why !== undefined) {
    record(claim, 'VolumeMismatch', `Cannot bind to requested volume "${volumeName}": ${why}`, 'Warning');
    return false;
  }
  if (claimRef !== undefined && !isFor(volume, claim)) {
    record(claim, 'FailedBinding', `volume "${volumeName}" already bound to a different claim.`, 'Warning');
    return false;
  }
  bind(claim, volume, context);
  return true;
}

/** A bound claim stays with its volume; without it, it is lost. */
function keep(claim: SimObject, context: ControllerContext): void {
  const { client, view, record } = context;
  const { volumeName = '' } = claimSpec(claim);
  const lose = (reason: string, message: string): void => {
    if (phaseOf(claim) === 'Lost') return;
    const { conditions } = claim['status'] as { readonly conditions?: unknown };
    const lost = client.update({ ...claim, status: { conditions, phase: 'Lost' } }, manager, 'status');
    record(lost, reason, message, 'Warning');
  };
  const volume = view.get(volumeType, undefined, volumeName);
  if (volumeName === '') {
    lose('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  } else if (volume === undefined) {
    lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  } else {
    const { claimRef } = volumeSpec(volume);
    if (claimRef === undefined || claimRef.uid === claim.metadata.uid) bind(claim, volume, context);
    else lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
  }
}

/** In this order, so that whatever is interrupted can be carried on: the volume's spec, its status, the claim's. */
function bind(claim: SimObject, volume: SimObject, { client }: ControllerContext): void {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  let bound = volume;
  if (volumeSpec(volume).claimRef?.uid !== uid) {
    const ref = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
    const marked = isFor(volume, claim) ? volume : annotated(volume, { [boundByController]: 'yes' });
    bound = client.update({ ...marked, spec: { ...volumeSpec(volume), claimRef: ref } }, manager);
  }
  bound = withPhase(bound, 'Bound', client);
  let filled = claim;
  const isChosen = claimSpec(claim).volumeName !== volume.metadata.name;
  if (isChosen || claim.metadata.annotations?.[bindCompleted] === undefined) {
    const marks = { [bindCompleted]: 'yes', ...(isChosen ? { [boundByController]: 'yes' } : {}) };
    const spec = { ...claimSpec(claim), volumeName: volume.metadata.name };
    filled = client.update({ ...annotated(claim, marks), spec }, manager);
  }
  if (phaseOf(filled) === 'Bound') return;
  const { accessModes, capacity } = volumeSpec(bound);
  const status = { ...(filled['status'] as object), accessModes, capacity, phase: 'Bound' };
  client.update({ ...filled, status }, manager, 'status');
}

/** What a volume is, given the claim that it refers to. */
function follow(volume: SimObject, { client, view }: ControllerContext): void {
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volumeSpec(volume);
  if (claimRef === undefined || (claimRef.uid ?? '') === '') {
    withPhase(volume, 'Available', client);
    return;
  }
  const claim = view.get(claimType, claimRef.namespace, claimRef.name ?? '');
  if (claim === undefined || claim.metadata.uid !== claimRef.uid) {
    release(volume, client);
    return;
  }
  const { volumeName = '' } = claimSpec(claim);
  if (volumeName === volume.metadata.name) withPhase(volume, 'Bound', client);
  else if (volumeName !== '') {
    const isMade = volume.metadata.annotations?.[provisionedBy] !== undefined;
    if (isMade && policy === 'Delete') release(volume, client);
    else unbind(volume, client);
  }
}

function release(volume: SimObject, client: ControllerContext['client']): void {
  if (phaseOf(volume) !== 'Failed') withPhase(volume, 'Released', client);
}

/** The claim has taken another one. */
function unbind(volume: SimObject, client: ControllerContext['client']): void {
  const { claimRef, ...spec } = volumeSpec(volume);
  const { [boundByController]: ours, ...annotations } = volume.metadata.annotations ?? {};
  const free =
    ours === undefined
      ? { ...volume, spec: { ...spec, claimRef: { ...claimRef, uid: '' } } }
      : { ...volume, metadata: { ...volume.metadata, annotations }, spec };
  withPhase(client.update(free, manager), 'Available', client);
}

function withPhase(volume: SimObject, phase: string, client: ControllerContext['client']): SimObject {
  if (phaseOf(volume) === phase) return volume;
  const status = { ...(volume['status'] as object | undefined), phase };
  return client.update({ ...volume, status }, manager, 'status');
}
