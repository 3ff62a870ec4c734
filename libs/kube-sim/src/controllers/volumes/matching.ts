// Which volume a claim gets: pure.
import type { SimObject } from '../../api/object.ts';
import { selects } from '../../builtins/checks.ts';
import { quantityNanos } from '../../builtins/quantity.ts';
import { isTerminating } from '../pods.ts';
import { claimSpec, phaseOf, volumeSpec } from './objects.ts';

/**
 * The best volume for a claim that names none: with as few other access modes as possible, then one that was made for it, then the
 * smallest that is large enough.
 *
 * @param waits - a scheduler has the choice; only a volume that was made for the claim will do
 */
export function bestVolume(
  claim: SimObject,
  volumes: readonly SimObject[],
  waits: boolean,
): SimObject | undefined {
  const rank = (volume: SimObject): readonly [number, number, bigint] => [
    volumeSpec(volume).accessModes?.length ?? 0,
    isFor(volume, claim) ? 0 : 1,
    sizeOf(volume),
  ];
  const fitting = volumes.filter((volume) => fits(volume, claim, waits));
  const [best] = fitting.sort((one, other) => {
    const [modes, own, size] = rank(one);
    const [otherModes, otherOwn, otherSize] = rank(other);
    return modes - otherModes || own - otherOwn || (size < otherSize ? -1 : size > otherSize ? 1 : 0);
  });
  return best;
}

/** Why a volume that a claim names cannot be the claim's. */
export function mismatch(volume: SimObject, claim: SimObject): string | undefined {
  if (isTerminating(volume)) return `the volume is marked for deletion "${volume.metadata.name}"`;
  if (sizeOf(volume) < requested(claim)) return 'requested PV is too small';
  if (!hasClass(volume, claim)) return 'storageClassName does not match';
  if (!hasMode(volume, claim)) return 'incompatible volumeMode';
  return hasAccessModes(volume, claim) ? undefined : 'incompatible accessMode';
}

/** Whether a volume refers to a claim, be it only by name. */
export function isFor(volume: SimObject, { metadata }: SimObject): boolean {
  const { claimRef } = volumeSpec(volume);
  if (claimRef === undefined) return false;
  const isSame = (claimRef.uid ?? '') === '' || claimRef.uid === metadata.uid;
  return isSame && claimRef.namespace === metadata.namespace && claimRef.name === metadata.name;
}

function fits(volume: SimObject, claim: SimObject, waits: boolean): boolean {
  if (isTerminating(volume) || sizeOf(volume) < requested(claim)) return false;
  if (!hasMode(volume, claim) || !hasAccessModes(volume, claim)) return false;
  if (volumeSpec(volume).claimRef !== undefined) return isFor(volume, claim);
  const { selector } = claimSpec(claim);
  return (
    !waits &&
    phaseOf(volume) === 'Available' &&
    hasClass(volume, claim) &&
    (selector === undefined || selects(selector, volume.metadata.labels ?? {}))
  );
}

function hasClass(volume: SimObject, claim: SimObject): boolean {
  return (volumeSpec(volume).storageClassName ?? '') === (claimSpec(claim).storageClassName ?? '');
}

function hasMode(volume: SimObject, claim: SimObject): boolean {
  return (volumeSpec(volume).volumeMode ?? 'Filesystem') === (claimSpec(claim).volumeMode ?? 'Filesystem');
}

function hasAccessModes(volume: SimObject, claim: SimObject): boolean {
  const has = volumeSpec(volume).accessModes ?? [];
  return (claimSpec(claim).accessModes ?? []).every((mode) => has.includes(mode));
}

function sizeOf(volume: SimObject): bigint {
  return amount(volumeSpec(volume).capacity?.storage);
}

function requested(claim: SimObject): bigint {
  return amount(claimSpec(claim).resources?.requests?.storage);
}

function amount(quantity = '0'): bigint {
  return quantityNanos(quantity) ?? 0n;
}
