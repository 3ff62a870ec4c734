import { isDeepStrictEqual } from 'node:util';
import { type ObjectKey, objectKey } from '../core/key.ts';
import type { KubeObject, OwnerReference } from '../core/object.ts';
import { apiVersionOf, type Resource } from '../core/resource.ts';
import type { Delta } from '../informer/informer.ts';
import { versionsOf } from '../informer/versions.ts';

/** The object that changed. */
export function ownKey(delta: Delta<KubeObject>): readonly ObjectKey[] {
  return [delta.key];
}

/**
 * The owners of the object that changed: those of the given kind that its controller owner reference names, before and after the
 * change. An owner lives in its dependent's namespace, or in none.
 */
export function ownerKeys(owner: Resource): (delta: Delta<KubeObject>) => readonly ObjectKey[] {
  return (delta) => {
    const keys = versionsOf(delta).flatMap((object) =>
      (object.metadata.ownerReferences ?? [])
        .filter((reference) => reference.controller === true && names(reference, owner))
        .map(({ name }) => objectKey(owner.namespaced ? object.metadata.namespace : undefined, name)),
    );
    return [...new Set(keys)];
  };
}

/** Has nothing changed but the status? Unknown, so false, for resources that count no generations. */
export function isStatusChange(delta: Delta<KubeObject>): boolean {
  if (delta.type !== 'updated' || delta.next.metadata.generation === undefined) return false;
  const [before, after] = [delta.prev, delta.next].map(({ metadata }) => ({
    ...metadata,
    resourceVersion: '',
  }));
  return isDeepStrictEqual(before, after);
}

/** An owner reference names a kind by group and kind; its version may be any that the API serves. */
function names(reference: OwnerReference, resource: Resource): boolean {
  if (reference.kind !== resource.kind) return false;
  const group = (apiVersion: string): string => {
    const slash = apiVersion.indexOf('/');
    return slash < 0 ? '' : apiVersion.slice(0, slash);
  };
  return group(reference.apiVersion) === group(apiVersionOf(resource));
}
