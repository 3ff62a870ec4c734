// Deletes what its owners have left behind (the rules: "Garbage Collection" and "Owners and Dependents" in the Kubernetes manual).
import type { OwnerReference, SimObject } from '../api/object.ts';
import type { Change, TypeRef } from '../api/request.ts';
import { isSameJson } from '../schema/json.ts';
import { type ControllerContext, type InsideController, keyOfObject, splitKey } from './controller.ts';
import type { Dependent, View } from './view.ts';

const collector = 'garbage-collector-controller';
const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Finds the resource of a kind; undefined if there is none. */
export type ResourceOfKind = (
  apiVersion: string,
  kind: string,
) => (TypeRef & { readonly namespaced: boolean }) | undefined;

/** Keys are `group/plural namespace/name`. */
export function garbageCollector(resourceOfKind: ResourceOfKind): InsideController {
  const ownerOf = (reference: OwnerReference, namespace: string | undefined, view: View): Owner => {
    const type = resourceOfKind(reference.apiVersion, reference.kind);
    // What is in no namespace cannot belong to what is in one: nobody can say whether that is there.
    if (type === undefined || (type.namespaced && namespace === undefined)) return 'unknown';
    // An owner in another namespace cannot be: what is meant is one here, and it is not there.
    const object = view.get(type, type.namespaced ? namespace : undefined, reference.name);
    return object?.metadata.uid === reference.uid ? { type, object } : 'absent';
  };

  /** Of a dependent that is gone, or has left them: an owner may be waiting for just that. */
  const owners = ({ metadata }: SimObject, view: View): readonly string[] =>
    (metadata.ownerReferences ?? []).flatMap((reference) => {
      const owner = ownerOf(reference, metadata.namespace, view);
      return typeof owner === 'string' ? [] : [keyOf(owner)];
    });

  const keysOf = ({ type, resource, object, old }: Change, view: View): readonly string[] => {
    const changed = object();
    const { metadata } = changed;
    const dependents = view.dependents(metadata.uid ?? '').map(keyOf);
    if (type === 'DELETED') return [...dependents, ...owners(changed, view)];
    const before = old();
    const left = before !== undefined && hasOtherOwners(before, changed) ? owners(before, view) : [];
    const isTold = metadata.deletionTimestamp !== undefined && waitsFor(changed) !== undefined;
    const own =
      isTold || metadata.ownerReferences !== undefined ? [keyOf({ type: resource, object: changed })] : [];
    return [...own, ...left, ...(isTold ? dependents : [])];
  };

  const collect = (item: Dependent, context: ControllerContext): void => {
    const { metadata } = item.object;
    if (metadata.deletionTimestamp === undefined) {
      collectDependent(item, context);
    } else if (waitsFor(item.object) === orphan) {
      releaseDependents(item, context);
    } else if (waitsFor(item.object) === foreground) {
      const blocking = context.view
        .dependents(metadata.uid ?? '')
        .filter(({ object }) => references(object, item.object)?.blockOwnerDeletion === true);
      if (blocking.length === 0) removeFinalizer(item, foreground, context);
    }
  };

  const collectDependent = ({ type, object }: Dependent, { client, view }: ControllerContext): void => {
    const { namespace, name, uid, ownerReferences = [] } = object.metadata;
    const found = ownerReferences.map((reference) => ({
      reference,
      owner: ownerOf(reference, namespace, view),
    }));
    if (found.length === 0 || found.some(({ owner }) => owner === 'unknown')) return;
    const waiting = found.filter(({ owner }) => typeof owner !== 'string' && isWaiting(owner.object));
    const solid = found.filter((each) => each.owner !== 'absent' && !waiting.includes(each));
    if (solid.length === found.length) return;
    if (solid.length > 0) {
      const kept = solid.map(({ reference }) => reference);
      client.update({ ...object, metadata: { ...object.metadata, ownerReferences: kept } }, collector);
      return;
    }
    const dependents = view.dependents(uid ?? '');
    if (waiting.length > 0 && dependents.some((each) => isWaiting(each.object))) {
      // Owners that wait for each other in a circle would wait for ever.
      const freed = ownerReferences.map((reference) => ({ ...reference, blockOwnerDeletion: false }));
      client.update({ ...object, metadata: { ...object.metadata, ownerReferences: freed } }, collector);
    }
    const propagationPolicy = waiting.length > 0 && dependents.length > 0 ? 'Foreground' : 'Background';
    client.delete(type, namespace, name, {
      propagationPolicy,
      preconditions: uid === undefined ? {} : { uid },
    });
  };

  return {
    name: collector,
    keysOf,
    reconcile: (key, context) => {
      const [resource = '', place = ''] = key.split(' ');
      const [group = '', plural = ''] = resource.split('/');
      const object = context.view.get({ group, plural }, ...splitKey(place));
      if (object !== undefined) collect({ type: { group, plural }, object }, context);
      return undefined;
    },
  };
}

type Owner = Dependent | 'absent' | 'unknown';

/** Whether an object is to go as soon as its dependents have gone. */
function isWaiting(object: SimObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && waitsFor(object) === foreground;
}

/** Frees the dependents of an object that is to be deleted without them. */
function releaseDependents(item: Dependent, context: ControllerContext): void {
  for (const { object } of context.view.dependents(item.object.metadata.uid ?? '')) {
    const { ownerReferences = [], ...metadata } = object.metadata;
    const kept = ownerReferences.filter(({ uid }) => uid !== item.object.metadata.uid);
    context.client.update(
      { ...object, metadata: { ...metadata, ...(kept.length === 0 ? {} : { ownerReferences: kept }) } },
      collector,
    );
  }
  removeFinalizer(item, orphan, context);
}

function removeFinalizer({ object }: Dependent, finalizer: string, { client }: ControllerContext): void {
  const { finalizers = [], ...metadata } = object.metadata;
  client.update(
    { ...object, metadata: { ...metadata, finalizers: finalizers.filter((each) => each !== finalizer) } },
    collector,
  );
}

/** What has to happen to the dependents before an object goes. */
function waitsFor({
  metadata: { finalizers = [] },
}: SimObject): typeof orphan | typeof foreground | undefined {
  return finalizers.includes(orphan) ? orphan : finalizers.includes(foreground) ? foreground : undefined;
}

function hasOtherOwners(one: SimObject, other: SimObject): boolean {
  return !isSameJson(one.metadata.ownerReferences, other.metadata.ownerReferences);
}

function references(dependent: SimObject, owner: SimObject): OwnerReference | undefined {
  return dependent.metadata.ownerReferences?.find(({ uid }) => uid === owner.metadata.uid);
}

function keyOf({ type: { group, plural }, object }: Dependent): string {
  return `${group}/${plural} ${keyOfObject(object)}`;
}
