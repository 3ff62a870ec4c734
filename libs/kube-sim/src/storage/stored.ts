// How an object is kept: as JSON text, next to the little that is asked for all the time.
import type { SimObject } from '../api/object.ts';

/** One state of an object. Nothing in it ever changes. */
export interface Stored {
  /** `namespace/name`, or the name alone. Lists are in the order of these keys. */
  readonly key: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  /** The store's revision when this state was written: the object's resource version. */
  readonly revision: number;
  readonly kind: string;
  readonly apiVersion: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Values for field selectors, by path. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  /** The text from behind the resource version to the end: states that differ in nothing else share it. */
  readonly rest: string;
}

const opening = '{"metadata":{';

/** `namespace/name`, or the name of an object without a namespace. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** Makes the state that is kept. The object itself is left alone, apart from its resource version, which is set. */
export function store(
  object: SimObject,
  revision: number,
  fields: Readonly<Record<string, string>> | undefined,
): Stored {
  const { metadata, kind, apiVersion } = object;
  const { name, namespace, labels, uid = '' } = metadata;
  metadata.resourceVersion = undefined as never;
  const text = JSON.stringify({
    metadata,
    ...(object as Partial<SimObject>),
    kind: undefined,
    apiVersion: undefined,
  });
  metadata.resourceVersion = String(revision);
  const rest = text.slice(opening.length);
  return {
    key: keyOf(namespace, name),
    namespace,
    name,
    uid,
    revision,
    kind,
    apiVersion,
    labels,
    fields,
    rest,
  };
}

/** The whole object as text, in another API version if one is named. */
export function textOf(stored: Stored, apiVersion = stored.apiVersion): string {
  const { kind, revision, rest } = stored;
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":{"resourceVersion":"${revision}",${rest}`;
}

/** The object as text without kind and API version, as lists of built-in kinds have it. */
export function itemTextOf({ revision, rest }: Stored): string {
  return `${opening}"resourceVersion":"${revision}",${rest}`;
}

/** A fresh copy of the object. */
export function objectOf(stored: Stored, apiVersion?: string): SimObject {
  return JSON.parse(textOf(stored, apiVersion)) as SimObject;
}
