// What makes a schema structural: every value has a type, and what lies under anyOf and the like only restricts.
import type { FieldCause } from '../api/failure.ts';
import { forbidden, invalidValue, required } from '../schema/causes.ts';
import { isSameJson } from '../schema/json.ts';
import { isPattern } from '../schema/scalars.ts';
import type { Schema } from '../schema/schema.ts';

type Level = 'root' | 'item' | 'field';

const untyped: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** What is not structural in a schema, sorted. */
export function structuralCauses(schema: Schema, path: string): FieldCause[] {
  return node(schema, 'root', path).sort((a, b) => (words(a) < words(b) ? -1 : 1));
}

function words({ field = '', message }: FieldCause): string {
  return `${field}: ${message}`;
}

function node(schema: Schema, level: Level, path: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const { type, items, properties = {}, additionalProperties } = schema;
  if (type === 'array' && items === undefined) causes.push(required(`${path}.items`, 'must be specified'));
  if (items !== undefined && !Array.isArray(items)) causes.push(...node(items, 'item', `${path}.items`));
  for (const [key, child] of Object.entries(properties)) {
    causes.push(...node(child, 'field', `${path}.properties[${key}]`));
  }
  if (additionalProperties !== undefined && level === 'root') {
    causes.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  }
  if (typeof additionalProperties === 'object') {
    causes.push(...node(additionalProperties, 'field', `${path}.additionalProperties`));
  }
  causes.push(
    ...restrictions(schema, path, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf)),
  );
  causes.push(...typeCauses(schema, level, path));
  const isObject = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  for (const key of ['kind', 'apiVersion'] as const) {
    const is = properties[key]?.type;
    if (isObject && is !== undefined && is !== 'string') {
      causes.push(invalidValue(`${path}.properties[${key}].type`, is, 'must be string'));
    }
  }
  const { metadata } = properties;
  if (metadata !== undefined)
    causes.push(...metadataCauses(metadata, isObject, level, `${path}.properties[metadata]`));
  return causes;
}

function typeCauses(schema: Schema, level: Level, path: string): FieldCause[] {
  const { type, properties = {} } = schema;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const isEither = schema['x-kubernetes-int-or-string'] === true;
  const at = `${path}.type`;
  if (schema['x-kubernetes-embedded-resource'] === true) {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    if (type !== 'object') return [type === undefined ? required(at, why) : invalidValue(at, type, why)];
    if (keeps || Object.keys(properties).length > 0) return [];
    const empty =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    return [required(`${path}.properties`, empty)];
  }
  if (isEither && keeps) {
    const why = 'must be false if x-kubernetes-int-or-string is true';
    return [invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, true, why)];
  }
  if (type === undefined) return isEither || keeps ? [] : [required(at, untyped[level])];
  return level === 'root' && type !== 'object' ? [invalidValue(at, type, 'must be object at the root')] : [];
}

function metadataCauses(metadata: Schema, isObject: boolean, level: Level, path: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const { type, properties = {}, ...others } = metadata;
  if (isObject && type !== 'object') causes.push(invalidValue(`${path}.type`, type ?? '', 'must be object'));
  const isPlain = Object.keys(properties).every((key) => key === 'name' || key === 'generateName');
  if (level === 'root' && (!isPlain || Object.keys(others).some((key) => !harmless.has(key)))) {
    const why =
      'must not specify anything other than name and generateName, but metadata is implicitly specified';
    causes.push(forbidden(path, why));
  }
  return causes;
}

/** What may stand beside `properties` in the schema of metadata. */
const harmless = new Set(['default']);

/** anyOf and the like: here the one place where types may stand is the pattern that says "integer or string". */
function restrictions(schema: Schema, path: string, skipAnyOf: boolean, skipFirst: boolean): FieldCause[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const causes: FieldCause[] = [];
  if (!skipAnyOf) anyOf.forEach((one, index) => causes.push(...restriction(one, `${path}.anyOf[${index}]`)));
  allOf.forEach((one, index) =>
    causes.push(...restriction(one, `${path}.allOf[${index}]`, skipFirst && index === 0)),
  );
  oneOf.forEach((one, index) => causes.push(...restriction(one, `${path}.oneOf[${index}]`)));
  if (not !== undefined) causes.push(...restriction(not, `${path}.not`));
  if (pattern !== undefined && !isPattern(pattern)) {
    const why = `must be a valid regular expression, but isn't: error parsing regexp: ${patternFault(pattern)}`;
    causes.push(invalidValue(`${path}.pattern`, pattern, why));
  }
  return causes;
}

const unstructural: readonly (readonly [keyof Schema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function restriction(schema: Schema, path: string, skipAnyOf = false): FieldCause[] {
  const causes = restrictions(schema, path, skipAnyOf, false);
  if (schema.items !== undefined) causes.push(...restriction(schema.items, `${path}.items`));
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    causes.push(...restriction(child, `${path}.properties[${key}]`));
  }
  for (const [key, why] of unstructural) {
    if (schema[key] !== undefined && schema[key] !== false) causes.push(forbidden(`${path}.${key}`, why));
  }
  if (schema.properties?.['metadata'] !== undefined) {
    causes.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
  return causes;
}

function isIntOrString(anyOf: readonly Schema[] | undefined): boolean {
  return isSameJson(anyOf, [{ type: 'integer' }, { type: 'string' }]);
}

/** The commonest faults as Go names them. */
function patternFault(pattern: string): string {
  const open = /\[[^\]]*$/.exec(pattern)?.[0];
  if (open !== undefined) return `missing closing ]: \`${open}\``;
  return `missing closing ): \`${pattern}\``;
}
