// How an object is kept: as JSON text in pieces, next to the little that is asked for all the time.
import type { Metadata, SimObject } from '../api/object.ts';
import { isSameJson } from '../schema/json.ts';
import { entryOf, type KeptManager, type KeptManagers, managersText } from './managers-text.ts';

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
  /** What is between the braces of the metadata, without the resource version and the managed fields. */
  readonly metadata: string;
  readonly managers: readonly KeptManager[];
  /** All other fields. States of an object share those that do not change. */
  readonly parts: readonly Part[];
}

/** A field of an object. */
interface Part {
  readonly field: string;
  /** In quotes. */
  readonly name: string;
  readonly text: string;
}

/** `namespace/name`, or the name of an object without a namespace. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** What a state is made of beside the object. */
export interface StoreParts {
  readonly revision: number;
  readonly fields: Readonly<Record<string, string>> | undefined;
  readonly previous: Stored | undefined;
  readonly managers: KeptManagers;
}

/** Makes the state that is kept. The object itself is left alone, apart from its resource version, which is set. */
export function store(object: SimObject, { revision, fields, previous, managers }: StoreParts): Stored {
  const { metadata, kind, apiVersion } = object;
  const { name, namespace, labels, uid = '', managedFields } = metadata;
  metadata.resourceVersion = String(revision);
  return {
    key: previous?.key ?? keyOf(namespace, name),
    namespace,
    name,
    uid,
    revision,
    kind,
    apiVersion,
    labels: shared(labels, previous?.labels),
    fields: shared(fields, previous?.fields),
    metadata: metadataText(metadata),
    managers: managedFields === undefined ? none : managedFields.map((entry) => managers.keep(entry)),
    parts: partsOf(object, previous?.parts ?? none),
  };
}

const none: readonly never[] = [];

function shared<T>(value: T, previous: T): T {
  return isSameJson(value, previous) ? previous : value;
}

function metadataText(metadata: Metadata): string {
  return JSON.stringify({ ...metadata, resourceVersion: undefined, managedFields: undefined }).slice(1, -1);
}

function partsOf(object: SimObject, previous: readonly Part[]): readonly Part[] {
  const parts: Part[] = [];
  for (const field in object) {
    if (field === 'kind' || field === 'apiVersion' || field === 'metadata') continue;
    const text = JSON.stringify(object[field]) as string | undefined;
    if (text === undefined) continue;
    const known = previous.find((part) => part.field === field);
    parts.push(known?.text === text ? known : { field, name: JSON.stringify(field), text });
  }
  return parts;
}

/** The whole object as text, in another API version if one is named. */
export function textOf(stored: Stored, apiVersion = stored.apiVersion): string {
  return `{"kind":"${stored.kind}","apiVersion":"${apiVersion}",${contentOf(stored, managersText(stored.managers))}}`;
}

/** The object as text without kind and API version, as lists of built-in kinds have it. */
export function itemTextOf(stored: Stored): string {
  return `{${contentOf(stored, managersText(stored.managers))}}`;
}

function contentOf({ revision, metadata, parts }: Stored, managers: string): string {
  let text = `"metadata":{"resourceVersion":"${revision}",${metadata}${managers}}`;
  for (const part of parts) text += `,${part.name}:${part.text}`;
  return text;
}

/** A copy of the object that may be changed, apart from what its managed fields name, which is shared. */
export function objectOf(stored: Stored, apiVersion = stored.apiVersion): SimObject {
  const { kind, managers } = stored;
  const object = JSON.parse(
    `{"kind":"${kind}","apiVersion":"${apiVersion}",${contentOf(stored, '')}}`,
  ) as SimObject;
  if (managers.length > 0) object.metadata.managedFields = managers.map(entryOf);
  return object;
}
