// What requests of any kind have in common in deciding who owns what.
import type { Json, SimObject } from '../api/object.ts';
import { apiVersionOf, type ResourceDefinition } from '../api/resource.ts';
import { isRecord, isSameJson } from '../schema/json.ts';
import { compare, type Comparison } from './compare.ts';
import { difference, type FieldSet, type Path, without } from './field-set.ts';
import { decodeManagers, type Ownership } from './managers.ts';

/** What is to be known of a resource to tell who owns its fields. */
export type OwnedResource = Pick<ResourceDefinition, 'group' | 'version' | 'kind' | 'plural'> &
  Pick<ResourceDefinition, 'schema' | 'custom' | 'subresources'>;

/** Whom a request comes from, and through which door. */
export interface Requester {
  readonly definition: OwnedResource;
  /** The `fieldManager` of the request, or what its user agent begins with. */
  readonly manager: string;
  readonly subresource?: string | undefined;
  /** Now, as objects have it: `2026-11-28T18:05:05Z`. */
  readonly time: string;
}

/** Fields that identify an object, or that the server alone sets, belong to nobody. */
const unowned: FieldSet = {
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    '.': {},
    'f:name': {},
    'f:namespace': {},
    'f:creationTimestamp': {},
    'f:selfLink': {},
    'f:uid': {},
    'f:clusterName': {},
    'f:generation': {},
    'f:managedFields': {},
    'f:resourceVersion': {},
  },
};

/** A set without the fields that belong to nobody. */
export function ownable(set: FieldSet): FieldSet {
  return difference(set, unowned);
}

/** The fields that requests through this door do not change: `spec` of a status, `status` of everything else. */
export function resetFields(
  { custom, plural, group, subresources }: OwnedResource,
  subresource?: string,
): readonly Path[] {
  if (subresource !== 'status') {
    const protectsStatus = subresource === undefined && subresources.status;
    return protectsStatus || (group === '' && plural === 'namespaces' && subresource === 'finalize')
      ? [['f:status']]
      : [];
  }
  if (custom) return [['f:metadata'], ['f:spec']];
  if (group === '' && plural === 'pods') {
    return [['f:spec'], ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']];
  }
  return [['f:spec']];
}

/** What a request changes, as far as it can. */
export function changes(
  { definition, subresource }: Requester,
  before: SimObject | undefined,
  after: SimObject,
): Comparison {
  const { added, modified, removed } = compare(definition.schema, before && json(before), json(after));
  const reset = resetFields(definition, subresource);
  return {
    added: without(added, reset),
    modified: without(modified, reset),
    removed: without(removed, reset),
  };
}

/** Who owns what in a stored object; nobody owns anything if its entries make no sense. */
export function managersOf(object: SimObject | undefined): readonly Ownership[] {
  return decodeManagers(object?.metadata.managedFields) ?? [];
}

/** `apps/v1` */
export function versionOf(definition: OwnedResource): string {
  return apiVersionOf(definition);
}

/** The same object as plain JSON. */
export function json(object: SimObject): Record<string, Json> {
  return object as unknown as Record<string, Json>;
}

/**
 * Puts the managed fields of before back if nothing but their times differ, so that a request that changes nothing stays one. To be called
 * when the object is as it would be stored.
 */
export function keepTimes(before: SimObject, after: SimObject): void {
  const olds = before.metadata.managedFields;
  const news = after.metadata.managedFields;
  if (olds === undefined || olds.length !== news?.length) return;
  const timeless = (entries: typeof olds): Json => entries.map((entry) => ({ ...entry, time: null }));
  if (!isSameJson(timeless(olds), timeless(news))) return;
  if (isSameJson(withoutManagers(before), withoutManagers(after))) after.metadata.managedFields = olds;
}

function withoutManagers(object: SimObject): Json {
  return { ...json(object), metadata: { ...(json(object)['metadata'] as object), managedFields: null } };
}

/** Drops the nulls of metadata, which is of the same type for every resource. */
export function dropNulls(map: Record<string, Json>): void {
  for (const [name, value] of Object.entries(map)) {
    if (value === null) Reflect.deleteProperty(map, name);
    else if (isRecord(value)) dropNulls(value);
  }
}
