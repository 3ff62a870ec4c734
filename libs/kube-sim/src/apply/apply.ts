// Server-side apply: merges what a manager wants into the object, takes out what it wanted before and nobody else does, and refuses to
// change what others own.
import { ApiFailure, badRequest, invalid } from '../api/failure.ts';
import type { Json, SimObject } from '../api/object.ts';
import { isRecord, isSameJson } from '../schema/json.ts';
import { conflictFailure, conflictsOf, conflictsWithout } from './conflicts.ts';
import { difference, type FieldSet, isEmpty, union, without } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { kubectlManager, lastAppliedFields, refreshLastApplied } from './last-applied.ts';
import { managersAfter } from './manage.ts';
import { encodeManagers, isSame, type Manager, type Ownership } from './managers.ts';
import { merge } from './merge.ts';
import {
  changes,
  dropNulls,
  json,
  keepTimes,
  managersOf,
  ownable,
  type Requester,
  resetFields,
  versionOf,
} from './ownership.ts';
import { prune } from './remove.ts';
import type { ShapeSchema } from './shape.ts';
import { checkApplied } from './typed.ts';

/** An apply. */
export interface Apply extends Requester {
  /** As it is stored; undefined if the object is not there yet. It is not changed. */
  readonly live: SimObject | undefined;
  /** What the request says. */
  readonly patch: SimObject;
  /** Whether to take over what others own. */
  readonly force: boolean;
  /** Fills in defaults, and whatever else happens to an object before it is stored. Who owns what has been decided by then. */
  readonly finish: (merged: SimObject) => void;
}

/**
 * @returns the object as it shall be, with its managed fields; equal to the live one if nothing changes
 * @throws ApiFailure 409 with the conflicts; 400, 422 or 500 for what cannot be applied
 */
export function applyPatch(apply: Apply): SimObject {
  checkRequest(apply);
  const { live, patch, definition, manager, subresource, finish } = apply;
  const { schema } = definition;
  checkApplied(schema, json(patch), described(patch));
  const self: Manager = {
    manager,
    operation: 'Apply',
    apiVersion: versionOf(definition),
    ...(subresource === undefined ? {} : { subresource }),
  };
  const managers = managersBefore(apply);
  const previous = managers.find((owner) => isSame(owner, self));
  const others = managers.filter((owner) => owner !== previous);
  const set = without(fieldsOf(schema, json(patch)), resetFields(definition, subresource));
  const merged = mergedObject(schema, apply, previous?.set ?? {}, [set, ...others.map((owner) => owner.set)]);
  const lost = lostFields(schema, apply, merged, others);
  const isUnchanged = live !== undefined && isSameJson(json(live), json(merged));
  const time = isUnchanged ? previous?.time : apply.time;
  const entries = encodeManagers([
    ...others.map((owner) => ({ ...owner, set: difference(owner.set, lost) })),
    { ...self, ...(time === undefined ? {} : { time }), set: ownable(set) },
  ]);
  dropNulls(json(merged)['metadata'] as Record<string, Json>);
  Reflect.deleteProperty(merged.metadata, 'managedFields');
  if (manager === kubectlManager) refreshLastApplied(merged, patch);
  try {
    finish(merged);
  } catch (error) {
    throw unconvertible(patch, error);
  }
  if (entries !== undefined) merged.metadata.managedFields = entries;
  if (live !== undefined) keepTimes(live, merged);
  return merged;
}

function checkRequest({ definition, patch, manager }: Apply): void {
  if (manager === '') {
    const message = 'Required value: is required for apply patch';
    throw invalid('meta.k8s.io', 'PatchOptions', '', [
      { reason: 'FieldValueRequired', message, field: 'fieldManager' },
    ]);
  }
  if (patch.apiVersion !== versionOf(definition) || patch.kind !== definition.kind) {
    throw badRequest(`invalid object type: ${typeText(patch)}`);
  }
  const metadata = json(patch)['metadata'];
  if (isRecord(metadata) && (metadata['managedFields'] ?? null) !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
}

/** `default/web; apps/v1, Kind=Deployment` */
function described(patch: SimObject): string {
  const { namespace = '', name = '' } = { ...(patch.metadata as Partial<SimObject['metadata']> | undefined) };
  return `${namespace}/${name}; ${typeText(patch)}`;
}

/** A text that is none of its type (a time, a quantity) is found out late, and the server has no code for that. */
function unconvertible(patch: SimObject, error: unknown): unknown {
  if (!(error instanceof ApiFailure) || error.status.code !== 400) return error;
  const what = `failed to convert new object (${described(patch)}) to proper version: unable to convert unstructured object to ${typeText(patch)}`;
  const why = error.message.replace(/^.* cannot be handled as a \w+: /, '');
  const how = why.startsWith('illegal base64') ? 'error decoding from json: ' : '';
  return new ApiFailure(500, undefined, `${what}: ${how}${why}`);
}

/** `apps/v1, Kind=Deployment` */
function typeText({ apiVersion = '', kind = '' }: Partial<SimObject>): string {
  return `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;
}

/** If nobody owns anything yet, what is there belongs to a manager of its own. */
function managersBefore(apply: Apply): readonly Ownership[] {
  const { live } = apply;
  const managers = managersOf(live);
  if (live === undefined || managers.length > 0) return managers;
  return managersAfter({ ...apply, manager: 'before-first-apply', old: undefined, next: live }, []);
}

/** A copy of the live object with what is applied, and without what no longer is. */
function mergedObject(
  schema: ShapeSchema,
  { live, patch }: Apply,
  last: FieldSet,
  owned: readonly FieldSet[],
): SimObject {
  const merged = merge(schema, live && json(live), json(patch)) as Record<string, Json>;
  const pruned = prune(schema, merged, last, owned.reduce(union));
  return JSON.parse(JSON.stringify({ metadata: {}, ...pruned })) as SimObject;
}

/** The fields that nobody but the applier owns from now on. */
function lostFields(
  schema: ShapeSchema,
  apply: Apply,
  merged: SimObject,
  others: readonly Ownership[],
): FieldSet {
  const { live, manager, force } = apply;
  const { added, modified, removed } = changes(apply, live, merged);
  const changed = union(modified, added);
  const conflicts = force ? [] : conflictsOf(changed, others);
  if (conflicts.length > 0) {
    const allowed = manager === kubectlManager && live ? lastAppliedFields(schema, live) : undefined;
    const refused = conflictsWithout(conflicts, allowed ?? {});
    if (refused.length > 0) throw conflictFailure(refused);
  }
  return isEmpty(removed) ? changed : union(changed, removed);
}
