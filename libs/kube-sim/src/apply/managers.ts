// The entries of `metadata.managedFields`: reading, writing, their order and number.
import type { ManagedFieldsEntry } from '../api/object.ts';
import type { FieldSet } from './field-set.ts';
import { isEmpty, union } from './field-set.ts';
import { inOrder } from './path-element.ts';

/** Who owns fields, and by which kind of request. Appliers are the same whatever version they apply. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
}

/** What a manager owns. */
export interface Ownership extends Manager {
  readonly time?: string;
  readonly set: FieldSet;
}

const mostUpdaters = 10;

/** Undefined if it cannot be understood. */
export function decodeManagers(entries: readonly unknown[] | undefined): readonly Ownership[] | undefined {
  let managers: Ownership[] = [];
  for (const entry of entries ?? []) {
    if (!isEntry(entry)) return undefined;
    const { manager, operation, apiVersion, time, subresource, fieldsV1 } = entry;
    const owner: Ownership = {
      manager,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      ...(subresource === undefined ? {} : { subresource }),
      set: fieldsV1 as FieldSet,
    };
    // Of two entries of the same manager the later counts.
    if (managers.some((other) => isSame(other, owner)))
      managers = managers.filter((other) => !isSame(other, owner));
    managers.push(owner);
  }
  return managers;
}

/** In the order of the server, without those that own nothing; undefined if none is left. */
export function encodeManagers(managers: readonly Ownership[]): ManagedFieldsEntry[] | undefined {
  const entries = managers
    .filter(({ set }) => !isEmpty(set))
    .map(({ set, time, manager, operation, apiVersion, subresource }): ManagedFieldsEntry => ({
      manager,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: inOrder(set),
      ...(subresource === undefined ? {} : { subresource }),
    }));
  if (entries.length > 1) entries.sort(compareEntries);
  return entries.length === 0 ? undefined : entries;
}

/** Whether two entries are the same manager's. */
export function isSame(left: Manager, right: Manager): boolean {
  return (
    left.manager === right.manager &&
    left.operation === right.operation &&
    left.subresource === right.subresource &&
    (left.operation === 'Apply' || left.apiVersion === right.apiVersion)
  );
}

/** The text by which the server sorts managers when it tells of conflicts. */
export function managerKey({ manager, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify({
    manager,
    operation,
    apiVersion: operation === 'Apply' ? undefined : apiVersion,
    subresource,
  });
}

/** Puts the oldest updates together while there are more than ten, those of each version as one. */
export function capUpdaters(managers: readonly Ownership[]): readonly Ownership[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update');
  let excess = updaters.length - mostUpdaters;
  if (excess <= 0) return managers;
  updaters.sort(
    (left, right) =>
      seconds(left.time) - seconds(right.time) || (managerKey(left) < managerKey(right) ? -1 : 1),
  );
  const kept = new Set(managers);
  const buckets = new Map<string, Ownership>();
  for (const updater of updaters) {
    if (excess === 0) break;
    const { apiVersion, set, time } = updater;
    const bucket = buckets.get(apiVersion);
    if (bucket === undefined) {
      buckets.set(apiVersion, updater);
      continue;
    }
    const merged: Ownership = {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion,
      ...(time === undefined ? {} : { time }),
      set: union(bucket.set, set),
    };
    kept.delete(bucket);
    kept.delete(updater);
    kept.add(merged);
    buckets.set(apiVersion, merged);
    excess -= 1;
  }
  return [...kept];
}

function isEntry(entry: unknown): entry is ManagedFieldsEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { manager, operation, apiVersion, fieldsType, fieldsV1 } = entry as Partial<Record<string, unknown>>;
  return (
    typeof manager === 'string' &&
    (operation === 'Apply' || operation === 'Update') &&
    typeof apiVersion === 'string' &&
    apiVersion !== '' &&
    fieldsType === 'FieldsV1' &&
    typeof fieldsV1 === 'object' &&
    fieldsV1 !== null
  );
}

function compareEntries(left: ManagedFieldsEntry, right: ManagedFieldsEntry): number {
  return (
    compareTexts(left.operation, right.operation) ||
    seconds(left.time) - seconds(right.time) ||
    compareTexts(left.manager, right.manager) ||
    compareTexts(left.apiVersion, right.apiVersion) ||
    compareTexts(left.subresource ?? '', right.subresource ?? '')
  );
}

function seconds(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
