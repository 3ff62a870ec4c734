// What every write has in common, whether a client sent it or a controller inside.
import { alreadyExists, ApiFailure, conflict, type FieldCause, invalid, notFound } from '../api/failure.ts';
import type { Metadata, SimObject } from '../api/object.ts';
import type { UserInfo } from '../api/request.ts';
import type { ResourceDefinition, StrategyContext } from '../api/resource.ts';
import { isSameJson } from '../schema/json.ts';
import { keyOf, objectOf, type Stored } from '../storage/stored.ts';
import type { Core } from './core.ts';
import { storageKey } from './definitions.ts';
import { requireNamespace } from './lifecycle.ts';
import { metadataCauses, metadataUpdateCauses } from './metadata.ts';
import { selectableValues } from './selectors/fields.ts';
import { generateName, newMetadata, newUid } from './system-fields.ts';
import { read } from './versions.ts';
import { updateManagedFields } from '../apply/manage.ts';

/** Where and how something is written. */
export interface Target {
  readonly definition: ResourceDefinition;
  readonly namespace: string | undefined;
  readonly subresource?: string | undefined;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** A uid that differs is a field that may not change, not a precondition. */
  readonly uidIsKept?: boolean;
  /** Who is to own the fields; undefined if what is written says so itself. */
  readonly manager: string | undefined;
}

/** What a write has led to. */
export interface Written {
  readonly created: boolean;
  /** What the client is told. */
  readonly object: SimObject;
  /** The same as it was stored; undefined if it was not. */
  readonly stored: Stored | undefined;
}

/**
 * Creates an object, which becomes the result.
 *
 * @throws ApiFailure
 */
export function create(core: Core, object: SimObject, target: Target): Written {
  const { definition, namespace, manager, dryRun } = target;
  const { metadata } = object;
  if (definition.namespaced && namespace !== undefined) {
    metadata.namespace = namespace;
    requireNamespace(core, definition, namespace, metadata.name);
  } else {
    delete metadata.namespace;
  }
  const isNamed = metadata.name !== '';
  const resource = storageKey(definition);
  if (!isNamed && metadata.generateName !== undefined && metadata.generateName !== '') {
    do metadata.name = generateName(metadata.generateName, core.rng);
    while (core.store.get(resource, keyOf(namespace, metadata.name)) !== undefined);
  }
  const version = metadata.resourceVersion;
  object.metadata = newMetadata(metadata, newUid(core.rng), core.timestamp());
  const { strategy } = definition;
  if (strategy.generationChanges !== null) object.metadata.generation = 1;
  admit(core, 'CREATE', target, object, undefined);
  if (manager !== undefined) manage(core, target, manager, undefined, object);
  const { context } = core;
  strategy.prepareForCreate?.(object, context);
  refuse(definition, object, [
    ...metadataCauses(object.metadata, strategy.nameRule ?? 'subdomain'),
    ...(strategy.validate?.(object, undefined, context) ?? []),
  ]);
  if (version !== undefined && version !== '' && version !== '0') {
    throw new ApiFailure(500, undefined, 'resourceVersion should not be set on objects to be created');
  }
  const existing = core.store.get(resource, keyOf(namespace, object.metadata.name));
  if (existing !== undefined) throw taken(definition, existing);
  return dryRun ? { created: true, object, stored: undefined } : put(core, definition, object, true);
}

/** What is wrong with metadata; the server looks three times at labels and annotations of custom resources that are changed. */
function changedMetadataCauses(
  { strategy, custom }: ResourceDefinition,
  { metadata }: SimObject,
): readonly FieldCause[] {
  const causes = metadataCauses(metadata, strategy.nameRule ?? 'subdomain');
  if (!custom || causes.length === 0) return causes;
  const again = causes.filter(({ field }) => field === 'metadata.labels' || field === 'metadata.annotations');
  return [...causes, ...again, ...again];
}

/** What is to be written instead of an object. It is given copies of its own. */
export type Change = (old: SimObject, copy: () => SimObject) => SimObject;

/**
 * Changes an object.
 *
 * @throws ApiFailure
 */
export function update(core: Core, name: string, change: Change, target: Target): Written {
  const { definition, namespace, manager, subresource, dryRun } = target;
  const resource = storageKey(definition);
  const stored = core.store.get(resource, keyOf(namespace, name));
  if (stored === undefined) throw notFound(definition, name);
  const copy = (): SimObject => read(definition, stored);
  const old = copy();
  let next = change(old, copy);
  checkPreconditions(target, next, stored);
  next = { ...next, metadata: carryOver(next.metadata, old.metadata) };
  if (namespace !== undefined) next.metadata.namespace = namespace;
  if (manager !== undefined) manage(core, target, manager, old, next);
  admit(core, 'UPDATE', target, next, old);
  const { context } = core;
  prepare(definition, next, old, subresource, context);
  refuse(definition, next, [
    ...changedMetadataCauses(definition, next),
    ...metadataUpdateCauses(next.metadata, old.metadata),
    ...(definition.custom ? metadataUpdateCauses(next.metadata, old.metadata) : []),
    ...validateUpdate(definition, next, old, subresource, context),
  ]);
  next.metadata.resourceVersion = String(stored.revision);
  if (isSameJson(next, old)) return { created: false, object: next, stored };
  if (isDone(next.metadata) && definition.strategy.holds?.(next) !== true) {
    if (!dryRun) core.store.remove(resource, stored.key);
    return { created: false, object: next, stored: undefined };
  }
  return dryRun ? { created: false, object: next, stored: undefined } : put(core, definition, next, false);
}

/** Stores an object as it is. */
export function put(
  core: Core,
  definition: ResourceDefinition,
  object: SimObject,
  created: boolean,
): Written {
  const kept = definition.storedAs?.toStored(object) ?? object;
  const stored = core.store.put(storageKey(definition), kept, selectableValues(definition, kept));
  object.metadata.resourceVersion = String(stored.revision);
  return { created, object, stored };
}

function manage(
  core: Core,
  target: Target,
  manager: string,
  old: SimObject | undefined,
  next: SimObject,
): void {
  const { definition, subresource } = target;
  updateManagedFields({
    definition,
    old,
    next,
    manager,
    subresource,
    time: core.timestamp(),
    newFields: core.newFields,
  });
}

function admit(
  core: Core,
  operation: 'CREATE' | 'UPDATE',
  { definition, subresource, user, dryRun }: Target,
  object: SimObject,
  old: SimObject | undefined,
): void {
  for (const admission of core.admissions) {
    admission({ operation, definition, subresource, object, old, user, dryRun });
  }
}

function checkPreconditions(
  { definition, subresource, uidIsKept }: Target,
  { metadata }: SimObject,
  stored: Stored,
): void {
  const { uid, resourceVersion = '', name } = metadata;
  const isVersioned = resourceVersion !== '' && resourceVersion !== '0';
  if (uidIsKept !== true && uid !== undefined && uid !== '' && uid !== stored.uid) {
    throw conflict(definition, name, otherUid(definition, stored, uid));
  }
  if (!isVersioned) {
    if (definition.strategy.requiresVersionOnUpdate === true && subresource !== 'scale') {
      throw invalid(definition.group, definition.plural, name, [versionNeeded]);
    }
  } else if (!/^\d+$/.test(resourceVersion)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`;
    throw new ApiFailure(500, undefined, why);
  } else if (resourceVersion !== String(stored.revision)) {
    throw conflict(definition, name, modified);
  }
}

const versionNeeded: FieldCause = {
  reason: 'FieldValueInvalid',
  message: 'Invalid value: 0: must be specified for an update',
  field: 'metadata.resourceVersion',
};

const modified =
  'the object has been modified; please apply your changes to the latest version and try again';

/** How the server tells that an object is not the one that was meant. */
export function otherUid(
  { group, plural, custom }: ResourceDefinition,
  { key, uid }: Pick<Stored, 'key' | 'uid'>,
  wanted: string,
  dryRun = false,
): string {
  const place = custom ? `${group}/${plural}` : (unusualPlaces[plural] ?? plural);
  // What is only tried does not get as far as to the prefix of all keys.
  const path = `${dryRun ? '' : '/registry'}/${place}/${key}`;
  return `StorageError: invalid object, Code: 4, Key: ${path}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${uid}`;
}

/** Where etcd has built-in kinds that are not under their own name. */
const unusualPlaces: Readonly<Record<string, string>> = {
  services: 'services/specs',
  endpoints: 'services/endpoints',
  nodes: 'minions',
  ingresses: 'ingress',
  customresourcedefinitions: 'apiextensions.k8s.io/customresourcedefinitions',
};

/** What a request leaves out of metadata, or may not say. */
function carryOver(next: Metadata, old: Metadata): Metadata {
  const kept: Metadata = { ...next };
  delete kept.resourceVersion;
  delete kept.generation;
  Reflect.deleteProperty(kept, 'selfLink');
  if (old.uid !== undefined) kept.uid ??= old.uid;
  if (old.creationTimestamp !== undefined) kept.creationTimestamp = old.creationTimestamp;
  if (old.generation !== undefined) kept.generation = old.generation;
  if (old.deletionTimestamp !== undefined) kept.deletionTimestamp ??= old.deletionTimestamp;
  if (old.deletionGracePeriodSeconds !== undefined) {
    kept.deletionGracePeriodSeconds ??= old.deletionGracePeriodSeconds;
  }
  if (kept.finalizers?.length === 0) delete kept.finalizers;
  if (isEmpty(kept.labels)) delete kept.labels;
  if (isEmpty(kept.annotations)) delete kept.annotations;
  return kept;
}

function isEmpty(map: Readonly<Record<string, string>> | undefined): boolean {
  return map !== undefined && Object.keys(map).length === 0;
}

function prepare(
  definition: ResourceDefinition,
  next: SimObject,
  old: SimObject,
  subresource: string | undefined,
  context: StrategyContext,
): void {
  const { strategy } = definition;
  // What decides by itself about one part of an object changes no other.
  if (subresource === 'binding' || subresource === 'finalize') return;
  if (subresource === 'status') {
    if (strategy.prepareForStatusUpdate === undefined) keepAllButStatus(next, old);
    else strategy.prepareForStatusUpdate(next, old, context);
    return;
  }
  if (strategy.prepareForUpdate !== undefined) strategy.prepareForUpdate(next, old, context);
  else if (definition.subresources.status) restore(next, old, 'status');
  if (strategy.generationChanges === null) return;
  const changes = strategy.generationChanges ?? defaultGenerationChanges(definition);
  if (changes(next, old)) next.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

function validateUpdate(
  { strategy }: ResourceDefinition,
  next: SimObject,
  old: SimObject,
  subresource: string | undefined,
  context: StrategyContext,
): readonly FieldCause[] {
  if (subresource === 'binding' || subresource === 'finalize') return [];
  if (subresource === 'status' && strategy.validateStatusUpdate !== undefined) {
    return strategy.validateStatusUpdate(next, old, context);
  }
  return strategy.validate?.(next, old, context) ?? [];
}

function keepAllButStatus(next: SimObject, old: SimObject): void {
  const { managedFields } = next.metadata;
  for (const field of new Set([...Object.keys(next), ...Object.keys(old)])) {
    if (field !== 'status') restore(next, old, field);
  }
  next.metadata = { ...old.metadata, ...(managedFields === undefined ? {} : { managedFields }) };
}

function restore(next: SimObject, old: SimObject, field: string): void {
  if (old[field] !== undefined) next[field] = old[field];
  else Reflect.deleteProperty(next, field);
}

function defaultGenerationChanges({
  subresources,
}: ResourceDefinition): (next: SimObject, old: SimObject) => boolean {
  return (next, old) =>
    [...new Set([...Object.keys(next), ...Object.keys(old)])].some(
      (field) =>
        field !== 'metadata' &&
        !(field === 'status' && subresources.status) &&
        !isSameJson(next[field], old[field]),
    );
}

function refuse(
  { group, kind, storedAs }: ResourceDefinition,
  object: SimObject,
  causes: readonly FieldCause[],
): void {
  if (causes.length > 0) throw invalid(storedAs?.type.group ?? group, kind, object.metadata.name, causes);
}

function taken(definition: ResourceDefinition, existing: Stored): ApiFailure {
  const failure = alreadyExists(definition, existing.name);
  if (objectOf(existing).metadata.deletionTimestamp === undefined) return failure;
  const { status } = failure;
  return new ApiFailure(409, status.reason, `object is being deleted: ${status.message}`, status.details);
}

/** An object that was to be deleted and that nobody holds back any longer. */
function isDone({ deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] }: Metadata): boolean {
  return deletionTimestamp !== undefined && finalizers.length === 0 && deletionGracePeriodSeconds === 0;
}
