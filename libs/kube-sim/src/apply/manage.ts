// Who owns which fields after a POST, a PUT or a patch other than an apply.
import type { ManagedFieldsEntry, SimObject } from '../api/object.ts';
import { isRecord, isSameJson } from '../schema/json.ts';
import { difference, type FieldSet, intersection, isEmpty, member, union } from './field-set.ts';
import {
  capUpdaters,
  decodeManagers,
  encodeManagers,
  isSame,
  type Manager,
  type Ownership,
} from './managers.ts';
import type { NewFields } from './new-fields.ts';
import { changes, managersOf, ownable, type Requester, versionOf } from './ownership.ts';
import { fieldElement, inOrder } from './path-element.ts';

/** A change that is not an apply. */
export interface Update extends Requester {
  /** As it is stored; undefined for a new object. */
  readonly old: SimObject | undefined;
  /** As the request wants it, with defaults, before rules of the resource take hold of it. Its managed fields are set. */
  readonly next: SimObject;
  /** Knows the fields of objects like a new one. */
  readonly newFields?: NewFields;
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
    managers.length > 0
      ? encodeManagers(
          update.subresource === 'scale' ? scaled(update, managers) : managersAfter(update, managers),
        )
      : update.old === undefined && createdEntries(update);
  if (entries) next.metadata.managedFields = entries;
}

/** The managers after an update, given those before. */
export function managersAfter(update: Update, managers: readonly Ownership[]): readonly Ownership[] {
  const { old, next } = update;
  const { added, modified, removed } = changes(update, old, next);
  const changed = isEmpty(added) ? modified : union(modified, added);
  if (isEmpty(changed) && isEmpty(removed)) return managers;
  const lost = union(changed, removed);
  const rest = managers.map((owner) => ({ ...owner, set: difference(owner.set, lost) }));
  const own = ownable(changed);
  if (isEmpty(own)) return rest;
  return capUpdaters(withOwnership(rest, update, own));
}

/**
 * A scale knows only who owns the number: where nobody does, nobody comes to own it. Otherwise who owns it is written down as if they
 * had come to it through the scale, which tells no time. And none at all is what a scale leaves out: nobody owns that.
 */
function scaled(update: Update, managers: readonly Ownership[]): readonly Ownership[] {
  const path = (update.definition.subresources.scale?.specReplicas ?? '').split('.');
  const number = path.reduceRight<FieldSet>((inner, step) => ({ [fieldElement(step)]: inner }), member);
  const ofNumber = ({ set }: Ownership): FieldSet => intersection(set, number);
  if (managers.map(ofNumber).every(isEmpty)) return managers;
  const numberIn = (object: unknown): unknown => path.reduce(fieldOf, object);
  const isLetGo = numberIn(update.next) === 0 && numberIn(update.old) !== 0;
  return managersAfter(update, managers).flatMap((owner) => {
    const own = ofNumber(owner);
    if (isEmpty(own) || (owner.operation === 'Apply' && !isLetGo)) return [owner];
    const timeless = { ...owner, set: own };
    Reflect.deleteProperty(timeless, 'time');
    const rest = { ...owner, set: difference(owner.set, number) };
    return isLetGo ? [rest] : [timeless, rest];
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function createdEntries(update: Update): ManagedFieldsEntry[] | undefined {
  const { definition, next, newFields, subresource } = update;
  const make = (): FieldSet => inOrder(managersAfter(update, [])[0]?.set ?? {});
  const set =
    newFields === undefined || subresource !== undefined ? make() : newFields(definition, next, make);
  return encodeManagers(withOwnership([], update, set));
}

function withOwnership(
  managers: readonly Ownership[],
  { definition, manager, subresource, time }: Update,
  set: FieldSet,
): readonly Ownership[] {
  const self: Manager = {
    manager: manager === '' ? 'unknown' : manager,
    operation: 'Update',
    apiVersion: versionOf(definition),
    ...(subresource === undefined ? {} : { subresource }),
  };
  const previous = managers.find((owner) => isSame(owner, self));
  const others = managers.filter((owner) => owner !== previous && !isEmpty(owner.set));
  const owned = previous === undefined ? set : union(previous.set, set);
  return [...others, { ...self, time, set: owned }];
}

function currentManagers({ old, next, subresource }: Update): readonly Ownership[] {
  const given = next.metadata.managedFields as readonly unknown[] | undefined;
  if (subresource !== undefined || given === undefined) return managersOf(old);
  if (given.length === 0 || isSameJson(given, [{}])) return [];
  return decodeManagers(given) ?? managersOf(old);
}
