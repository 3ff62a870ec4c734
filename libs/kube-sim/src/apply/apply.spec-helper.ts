// Objects whose owners are told in lines, as `m applies .data.x`.
import type { SimObject } from '../api/object.ts';
import { apiVersionOf } from '../api/resource.ts';
import { createSchemaLibrary } from '../builtins/schemas.ts';
import { timestamp } from '../requests/system-fields.ts';
import type { Schema } from '../schema/schema.ts';
import { applyPatch } from './apply.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import { updateManagedFields } from './manage.ts';
import type { OwnedResource } from './ownership.ts';
import { printPath } from './path-element.ts';

/** What a request says, apart from what identifies the object. */
export type Content = Omit<Partial<SimObject>, 'metadata'> & {
  readonly metadata?: Omit<Partial<SimObject['metadata']>, 'name'> | undefined;
};

/** How a request is sent. */
export interface Sent {
  readonly manager?: string;
  readonly force?: boolean;
  readonly subresource?: string;
  readonly nowMs?: number;
}

const library = createSchemaLibrary();

/** A built-in kind of the core group. */
export function builtin(kind: string, hasStatus = true): OwnedResource {
  return {
    group: '',
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    schema: library.definition(`io.k8s.api.core.v1.${kind}`),
    custom: false,
    subresources: { status: hasStatus },
  };
}

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'object', additionalProperties: text };

/** A custom resource with a part of every kind. */
export const widget: OwnedResource = {
  group: 'e.io',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  custom: true,
  subresources: { status: true },
  schema: {
    type: 'object',
    properties: {
      apiVersion: text,
      kind: text,
      metadata: { type: 'object', properties: { name: text, labels: texts } },
      spec: {
        type: 'object',
        properties: {
          a: text,
          n: { type: 'integer' },
          map: texts,
          nested: {
            type: 'object',
            additionalProperties: { type: 'object', properties: { x: text, y: text } },
          },
          whole: { ...texts, 'x-kubernetes-map-type': 'atomic' },
          set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
          list: { type: 'array', items: text },
          items: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name', 'port'],
            items: {
              type: 'object',
              properties: { name: text, port: { type: 'integer', default: 80 }, value: text },
            },
          },
          open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
      status: { type: 'object', properties: { phase: text } },
    },
  },
};

/** The object after an apply. */
export function applied(
  definition: OwnedResource,
  live: SimObject | undefined,
  content: Content,
  sent: Sent = {},
): SimObject {
  const { manager = 'm', force = false, subresource, nowMs = 0 } = sent;
  const patch = { ...identified(definition, content) };
  return applyPatch({
    definition,
    live,
    patch,
    manager,
    force,
    subresource,
    time: timestamp(nowMs),
    finish: () => undefined,
  });
}

/** The object after it was created, or replaced, by what the request says. */
export function updated(
  definition: OwnedResource,
  old: SimObject | undefined,
  content: Content,
  { manager = 'u', subresource, nowMs = 0 }: Sent = {},
): SimObject {
  const next = identified(definition, content);
  updateManagedFields({ definition, old, next, manager, subresource, time: timestamp(nowMs) });
  return next;
}

/** `['m applies .data.x .data.y', 'u updates .data.z']` */
export function owners({ metadata }: SimObject): readonly string[] {
  return (metadata.managedFields ?? []).map(({ manager, operation, subresource, fieldsV1 }) => {
    const through = subresource === undefined ? '' : `/${subresource}`;
    const verb = operation === 'Apply' ? 'applies' : 'updates';
    const fields = [...pathsOf(fieldsV1 as unknown as FieldSet)].map(printPath).sort();
    return [`${manager}${through} ${verb}`, ...fields].join(' ');
  });
}

function identified(definition: OwnedResource, content: Content): SimObject {
  const { kind } = definition;
  const object = { apiVersion: apiVersionOf(definition), kind, ...content };
  return structuredClone({ ...object, metadata: { name: 'o', ...content.metadata } });
}
