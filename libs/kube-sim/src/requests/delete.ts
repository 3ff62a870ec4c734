// Deletion: at once, after a time of grace, or when the last finalizer is gone.
import { conflict, notFound } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import { keyOf, type Stored } from '../storage/stored.ts';
import type { Core } from './core.ts';
import { storageKey } from './definitions.ts';
import type { SentDeleteOptions } from './delete-options.ts';
import { timestamp } from './system-fields.ts';
import { read } from './versions.ts';
import { put, type Target } from './write.ts';

/** What a deletion has led to. */
export interface Deleted {
  /** Its last state, or the state in which it waits for its end. */
  readonly object: SimObject;
  /** Whether it is gone. */
  readonly gone: boolean;
}

/**
 * Deletes an object, or marks it so that it goes later.
 *
 * @throws ApiFailure
 */
export function deleteObject(
  core: Core,
  name: string,
  options: SentDeleteOptions,
  target: Omit<Target, 'manager' | 'dryRun'>,
): Deleted {
  const { definition, namespace, user } = target;
  const resource = storageKey(definition);
  const stored = core.store.get(resource, keyOf(namespace, name));
  if (stored === undefined) throw notFound(definition, name);
  const object = read(definition, stored);
  requirePreconditions(definition, stored, options);
  const dryRun = (options.dryRun ?? []).length > 0;
  for (const admission of core.admissions) {
    admission({
      operation: 'DELETE',
      definition,
      subresource: undefined,
      object: undefined,
      old: object,
      user,
      dryRun,
    });
  }
  const { changed, held } = mark(core, definition, object, options);
  const { finalizers = [], deletionGracePeriodSeconds = 0 } = object.metadata;
  const stays = held || finalizers.length > 0 || deletionGracePeriodSeconds > 0;
  if (stays) {
    if (!changed || dryRun) return { object, gone: false };
    return { object: put(core, definition, object, false).object, gone: false };
  }
  if (!dryRun) {
    // Time of grace that is over is written down before the end.
    if (isGraceful(definition) && changed) put(core, definition, object, false);
    const last = core.store.remove(resource, stored.key);
    if (last !== undefined) object.metadata.resourceVersion = String(last.revision);
  }
  return { object, gone: true };
}

/** Writes down that an object is to be deleted, when, and what has to happen before. */
function mark(
  core: Core,
  definition: ResourceDefinition,
  object: SimObject,
  options: SentDeleteOptions,
): { readonly changed: boolean; readonly held: boolean } {
  const { metadata } = object;
  const before = JSON.stringify(object);
  const grace = graceSeconds(definition, object, options);
  const isMarked = metadata.deletionTimestamp !== undefined;
  const { deletionGracePeriodSeconds: left = -1 } = metadata;
  // While time of grace runs, a deletion can only shorten it.
  if (isMarked && isGraceful(definition) && (options.gracePeriodSeconds ?? left) >= left && left >= 0)
    return { changed: false, held: false };
  // Namespaces and resource definitions are marked in a way of their own.
  const ownWay = definition.strategy.prepareForDelete !== undefined;
  definition.strategy.prepareForDelete?.(object, core.context);
  const held = definition.strategy.holds?.(object) === true;
  const finalizers = collectorFinalizers(metadata.finalizers ?? [], options, definition);
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  if (!isMarked && (held || isGraceful(definition) || finalizers.length > 0)) {
    if (!ownWay && metadata.generation !== undefined && metadata.generation > 0) metadata.generation += 1;
    metadata.deletionTimestamp = timestamp(core.clock.now() + grace * 1000);
    if (!ownWay) metadata.deletionGracePeriodSeconds = grace;
  } else if (isMarked && options.gracePeriodSeconds !== undefined) {
    const current = metadata.deletionGracePeriodSeconds ?? 0;
    if (grace < current) {
      const startMs = Date.parse(metadata.deletionTimestamp ?? '') - current * 1000;
      metadata.deletionTimestamp = timestamp(startMs + grace * 1000);
      metadata.deletionGracePeriodSeconds = grace;
    }
  }
  return { changed: JSON.stringify(object) !== before, held };
}

function isGraceful({ strategy }: ResourceDefinition): boolean {
  return strategy.gracePeriodSeconds !== undefined;
}

function graceSeconds(
  { strategy }: ResourceDefinition,
  object: SimObject,
  { gracePeriodSeconds }: SentDeleteOptions,
): number {
  if (strategy.gracePeriodSeconds === undefined) return 0;
  const own = strategy.gracePeriodSeconds(object);
  // What has not been started needs no time to end.
  if (own === 0) return 0;
  if (gracePeriodSeconds === undefined) return own;
  return gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds;
}

/** The finalizers by which the garbage collector is told what to do with dependents. */
function collectorFinalizers(
  present: readonly string[],
  { propagationPolicy, orphanDependents }: SentDeleteOptions,
  { strategy }: ResourceDefinition,
): string[] {
  const isUnsaid = propagationPolicy === undefined && orphanDependents === undefined;
  if (isUnsaid && (strategy.orphansByDefault !== true || present.some(isCollectors))) return [...present];
  const others = present.filter((finalizer) => !isCollectors(finalizer));
  if (isUnsaid || propagationPolicy === 'Orphan' || orphanDependents === true) return [...others, 'orphan'];
  return propagationPolicy === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
}

function isCollectors(finalizer: string): boolean {
  return finalizer === 'orphan' || finalizer === 'foregroundDeletion';
}

function requirePreconditions(
  { group, kind }: ResourceDefinition,
  stored: Stored,
  { preconditions }: SentDeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const type = { group, plural: kind };
  if (uid !== undefined && uid !== stored.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${stored.uid}). The object might have been deleted and then recreated`;
    throw conflict(type, stored.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== String(stored.revision)) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${stored.revision}). The object might have been modified`;
    throw conflict(type, stored.name, why);
  }
}
