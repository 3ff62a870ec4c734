// The schema of metadata, which a CRD does not spell out.
import type { Schema } from '../schema/schema.ts';

const text: Schema = { type: 'string' };
const time: Schema = { type: 'string', format: 'date-time' };
const texts: Schema = { type: 'object', additionalProperties: text };

const owner: Schema = {
  type: 'object',
  properties: {
    apiVersion: text,
    kind: text,
    name: text,
    uid: text,
    controller: { type: 'boolean' },
    blockOwnerDeletion: { type: 'boolean' },
  },
  'x-kubernetes-map-type': 'atomic',
};

const managed: Schema = {
  type: 'object',
  properties: {
    manager: text,
    operation: text,
    apiVersion: text,
    time,
    fieldsType: text,
    fieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    subresource: text,
  },
};

/** `metadata` of any object. */
export const objectMetaSchema: Schema = {
  type: 'object',
  properties: {
    annotations: texts,
    creationTimestamp: time,
    deletionGracePeriodSeconds: { type: 'integer', format: 'int64' },
    deletionTimestamp: time,
    finalizers: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    generateName: text,
    generation: { type: 'integer', format: 'int64' },
    labels: texts,
    managedFields: { type: 'array', items: managed, 'x-kubernetes-list-type': 'atomic' },
    name: text,
    namespace: text,
    ownerReferences: {
      type: 'array',
      items: owner,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    },
    resourceVersion: text,
    selfLink: text,
    uid: text,
  },
};

/** The schema that a CRD gives for a whole object, with the fields in it that every object has; embedded ones too. */
export function completeSchema(schema: Schema): Schema {
  return withTypeFields(embedded(schema));
}

function withTypeFields(schema: Schema): Schema {
  const { apiVersion = text, kind = text, metadata } = schema.properties ?? {};
  const { properties: known = {} } = objectMetaSchema;
  const meta: Schema = {
    ...metadata,
    ...objectMetaSchema,
    properties: { ...known, ...metadata?.properties },
  };
  return { ...schema, properties: { apiVersion, kind, ...schema.properties, metadata: meta } };
}

/** Completes what is embedded in a schema. */
function embedded(schema: Schema): Schema {
  const { properties, items, additionalProperties } = schema;
  const done: Schema = {
    ...schema,
    ...(properties === undefined ? {} : { properties: mapValues(properties, completeIfEmbedded) }),
    ...(items === undefined ? {} : { items: completeIfEmbedded(items) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: completeIfEmbedded(additionalProperties) }
      : {}),
  };
  return done;
}

function completeIfEmbedded(schema: Schema): Schema {
  return schema['x-kubernetes-embedded-resource'] === true ? completeSchema(schema) : embedded(schema);
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (one: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, one]) => [key, change(one)]));
}
