// Who owns which fields after a POST, a PUT or a patch other than an apply.
import type { SimObject } from '../api/object.ts';
import { isSameJson } from '../schema/json.ts';
import { difference, type FieldSet, isEmpty, union } from './field-set.ts';
import {
  capUpdaters,
  decodeManagers,
  encodeManagers,
  isSame,
  type Manager,
  type Ownership,
  timeText,
} from './managers.ts';
import { changes, managersOf, ownable, type Requester, versionOf } from './ownership.ts';

/** A change that is not an apply. */
export interface Update extends Requester {
  /** As it is stored; undefined for a new object. */
  readonly old: SimObject | undefined;
  /** As the request wants it, with defaults, before rules of the resource take hold of it. Its managed fields are set. */
  readonly next: SimObject;
}

/**
 * Sets `metadata.managedFields` of the next object: who makes the request owns what it changes, and nobody else does any more. A request
 * may hand managed fields in, and clears them with `[{}]` or `[]`.
 */
export function updateManagedFields(update: Update): void {
  const { next } = update;
  const managers = currentManagers(update);
  Reflect.deleteProperty(next.metadata, 'managedFields');
  const entries =
    update.old !== undefined && managers.length === 0
      ? undefined
      : encodeManagers(managersAfter(update, managers));
  if (entries !== undefined) next.metadata.managedFields = entries;
}

/** The managers after an update, given those before. */
export function managersAfter(update: Update, managers: readonly Ownership[]): readonly Ownership[] {
  const { old, next, definition, manager, subresource, nowMs } = update;
  const { added, modified, removed } = changes(update, old, next);
  const changed = isEmpty(added) ? modified : union(modified, added);
  if (isEmpty(changed) && isEmpty(removed)) return managers;
  const lost = union(changed, removed);
  const rest = managers.map((owner) => ({ ...owner, set: difference(owner.set, lost) }));
  const own = ownable(changed);
  if (isEmpty(own)) return rest;
  const self: Manager = {
    manager: manager === '' ? 'unknown' : manager,
    operation: 'Update',
    apiVersion: versionOf(definition),
    ...(subresource === undefined ? {} : { subresource }),
  };
  return capUpdaters(withOwnership(rest, self, own, nowMs));
}

function withOwnership(
  managers: readonly Ownership[],
  self: Manager,
  set: FieldSet,
  nowMs: number,
): readonly Ownership[] {
  const previous = managers.find((owner) => isSame(owner, self));
  const others = managers.filter((owner) => owner !== previous && !isEmpty(owner.set));
  const owned = previous === undefined ? set : union(previous.set, set);
  // What a scale changes is told to its object without a time of its own.
  const time = self.subresource === 'scale' ? previous?.time : timeText(nowMs);
  return [...others, { ...self, ...(time === undefined ? {} : { time }), set: owned }];
}

function currentManagers({ old, next, subresource }: Update): readonly Ownership[] {
  const given = next.metadata.managedFields as readonly unknown[] | undefined;
  if (subresource !== undefined || given === undefined) return managersOf(old);
  if (given.length === 0 || isSameJson(given, [{}])) return [];
  return decodeManagers(given) ?? managersOf(old);
}
