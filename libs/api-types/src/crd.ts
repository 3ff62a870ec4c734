import { group, version, type Kind } from './kind.ts';
import type { Rule } from './schema/rule.ts';
import type { KeyRestriction, Schema } from './schema/schema.ts';

/** A schema as a CRD states it (apiextensions.k8s.io/v1, JSONSchemaProps). */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

/** The CustomResourceDefinition of a kind, as plain JSON. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Derives the CustomResourceDefinition of a kind from its schema. */
export function customResourceDefinition(kind: Kind): CustomResourceDefinition {
  const { plural, singular, shortNames, columns, scale } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular,
        shortNames,
        categories: ['neo4j'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          subresources: { status: {}, ...(scale !== undefined && { scale }) },
          schema: { openAPIV3Schema: rootSchema(kind.schema) },
        },
      ],
    },
  };
}

/** The API server lets a CRD restrict nothing of metadata but the name, and rules may point only at what is declared. */
const metadata: OpenApiSchema = { type: 'object', properties: { name: { type: 'string' } } };

function rootSchema(schema: Schema): OpenApiSchema {
  return openApiSchema(schema, { metadata });
}

function openApiSchema(
  schema: Schema,
  replaced: Readonly<Record<string, OpenApiSchema>> = {},
): OpenApiSchema {
  const { properties, additionalProperties, items, keys, rules = [] } = schema;
  const validations = [...(keys === undefined ? [] : [keyValidation(keys)]), ...rules.map(validation)];
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([word]) => !translated.has(word))),
    ...(properties !== undefined && {
      properties: { ...mapValues(properties, (property) => openApiSchema(property)), ...replaced },
    }),
    ...(additionalProperties !== undefined && { additionalProperties: openApiSchema(additionalProperties) }),
    ...(items !== undefined && { items: openApiSchema(items) }),
    ...(validations.length > 0 && { 'x-kubernetes-validations': validations }),
  };
}

/** Words of our schemas that a CRD does not know or that hold further schemas. */
const translated: ReadonlySet<string> = new Set([
  'properties',
  'additionalProperties',
  'items',
  'form',
  'keys',
  'rules',
]);

function validation({ cel, message, remedy, reason, fieldPath }: Rule): OpenApiSchema {
  return {
    rule: cel,
    message: `${message}; ${remedy}`,
    reason: reason === 'Immutable' ? 'FieldValueInvalid' : `FieldValue${reason}`,
    ...(fieldPath !== undefined && { fieldPath }),
  };
}

function keyValidation({ pattern, form }: KeyRestriction): OpenApiSchema {
  return {
    rule: `self.all(key, key.matches('${pattern}'))`,
    message: `has a key that may not stand here; use ${form}`,
    reason: 'FieldValueInvalid',
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
