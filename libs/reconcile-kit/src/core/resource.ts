import type { KubeObject } from './object.ts';
import { type ObjectKey, parseKey } from './key.ts';

/** A resource type of the API: what a URL needs, and the kind of its objects. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Lower-case plural, as in the URL. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Carries the object type; never set. */
  readonly __object?: T;
}

/** Declares a resource type. */
export function defineResource<T extends KubeObject>(resource: Omit<Resource<T>, '__object'>): Resource<T> {
  return Object.freeze({ ...resource });
}

/** `group/version`, or `version` for the core group. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** `plural.group`, or `plural` for the core group: how kubectl and RBAC messages name a resource type. */
export function resourceName(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** The URL path of a collection; of all namespaces when none is given. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root =
    resource.group === ''
      ? `/api/${resource.version}`
      : `/apis/${encodeURIComponent(resource.group)}/${resource.version}`;
  const within =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${within}/${resource.plural}`;
}

/** The URL path of one object, with its case kept, and of its subresource if one is named. */
export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  const { namespace, name } = parseKey(key);
  const object = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? object : `${object}/${subresource}`;
}
