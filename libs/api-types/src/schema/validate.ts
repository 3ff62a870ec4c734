import { isRecord } from './defaults.ts';
import type { FieldError } from './field-error.ts';
import type { Rule } from './rule.ts';
import type { Schema } from './schema.ts';
import { scalarErrors } from './scalar.ts';

/**
 * Checks a value, with its defaults applied, against a schema and its rules, as the API server would.
 *
 * @param old - the value before the change, whatever its shape; undefined when there was none
 * @param path - the path of `value`, as it appears in the errors
 * @returns the faults in the order of the fields; empty when there are none. It never throws.
 */
export function validate(schema: Schema, value: unknown, old: unknown, path: string): readonly FieldError[] {
  const faults = shapeErrors(schema, value, old, path);
  if (faults.length > 0) return faults;
  const comparable = old !== undefined && shapeErrors(schema, old, undefined, path).length === 0;
  return ruleErrors(schema.rules ?? [], value, comparable ? old : undefined, path);
}

function shapeErrors(schema: Schema, value: unknown, old: unknown, path: string): readonly FieldError[] {
  switch (schema.type) {
    case 'object':
      return isRecord(value) ? objectErrors(schema, value, old, path) : [wrongType(path, value, 'an object')];
    case 'array':
      return Array.isArray(value) ? listErrors(schema, value, old, path) : [wrongType(path, value, 'a list')];
    default:
      return scalarErrors(schema, value, path);
  }
}

function objectErrors(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  old: unknown,
  path: string,
): readonly FieldError[] {
  const { properties, additionalProperties } = schema;
  if (additionalProperties !== undefined) return mapErrors(schema, additionalProperties, value, old, path);
  if (properties === undefined) return [];
  const missing = (schema.required ?? [])
    .filter((key) => ownField(value, key) === undefined)
    .map((key): FieldError => missingField(join(path, key), properties[key]));
  const faults = Object.entries(value).flatMap(([key, field]) => {
    if (field === undefined) return [];
    const fieldSchema = ownField(properties, key);
    if (fieldSchema === undefined) return [unknownField(join(path, key), field, Object.keys(properties))];
    return validate(fieldSchema, field, ownField(old, key), join(path, key));
  });
  return [...missing, ...faults];
}

function mapErrors(
  schema: Schema,
  values: Schema,
  value: Readonly<Record<string, unknown>>,
  old: unknown,
  path: string,
): readonly FieldError[] {
  const entries = Object.entries(value);
  const { maxProperties = Infinity, keys } = schema;
  if (entries.length > maxProperties) return [tooMany(path, entries.length, maxProperties)];
  const keyPattern = keys === undefined ? undefined : new RegExp(keys.pattern, 'u');
  return entries.flatMap(([key, field]) => {
    const at = `${path}[${key}]`;
    if (keys !== undefined && keyPattern?.test(key) === false) {
      return [invalid(at, key, 'is not a key that may stand here', `use ${keys.form}`)];
    }
    return validate(values, field, ownField(old, key), at);
  });
}

function listErrors(
  schema: Schema,
  value: readonly unknown[],
  old: unknown,
  path: string,
): readonly FieldError[] {
  const { items, maxItems = Infinity } = schema;
  if (value.length > maxItems) return [tooMany(path, value.length, maxItems)];
  if (items === undefined) return [];
  const identities = value.map((item) => identity(schema, item));
  const oldItems = Array.isArray(old) ? (old as readonly unknown[]) : [];
  return value.flatMap((item, index) => {
    const at = `${path}[${index}]`;
    const key = identities[index];
    if (key !== undefined && identities.indexOf(key) < index) return [duplicate(at, item, schema)];
    const oldItem =
      key === undefined ? undefined : oldItems.find((candidate) => identity(schema, candidate) === key);
    return validate(items, item, oldItem, at);
  });
}

/** What tells an item of a set or of a list of type map from its neighbours; undefined when nothing does. */
function identity(schema: Schema, item: unknown): string | undefined {
  const parts =
    schema['x-kubernetes-list-type'] === 'set'
      ? [item]
      : schema['x-kubernetes-list-map-keys']?.map((key) => ownField(item, key));
  return parts?.every((part) => typeof part === 'string') === true ? JSON.stringify(parts) : undefined;
}

function ruleErrors(
  rules: readonly Rule[],
  value: unknown,
  old: unknown,
  path: string,
): readonly FieldError[] {
  return rules
    .filter((rule) => !holds(rule, value, old))
    .map(({ fieldPath = '', reason, message, remedy }) => {
      const names = fieldPath.split('.').slice(1);
      const field = names.reduce(join, path);
      const at = names.reduce<unknown>(ownField, value);
      return { field, reason, message, remedy, ...(at !== undefined && { value: at }) };
    });
}

function holds(rule: Rule, value: unknown, old: unknown): boolean {
  if ('check' in rule) return rule.check(value);
  return old === undefined || rule.checkChange(value, old);
}

function ownField<T>(object: Readonly<Record<string, T>>, key: string): T | undefined;
function ownField(object: unknown, key: string): unknown;
function ownField(object: unknown, key: string): unknown {
  return isRecord(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function invalid(field: string, value: unknown, message: string, remedy: string): FieldError {
  return { field, reason: 'Invalid', value, message, remedy };
}

function wrongType(field: string, value: unknown, expected: string): FieldError {
  return {
    field,
    reason: 'TypeInvalid',
    value,
    message: `must be ${expected}`,
    remedy: `write ${expected} here`,
  };
}

function missingField(field: string, schema: Schema | undefined): FieldError {
  const meaning = schema?.description?.split('. ')[0] ?? '';
  return { field, reason: 'Required', message: 'must be set', remedy: `say here: ${meaning}` };
}

function unknownField(field: string, value: unknown, known: readonly string[]): FieldError {
  return {
    field,
    reason: 'UnknownField',
    value,
    message: 'is not a field of this kind',
    remedy: `remove it or use one of ${known.join(', ')}`,
  };
}

function tooMany(field: string, count: number, most: number): FieldError {
  return {
    field,
    reason: 'TooMany',
    value: count,
    message: `has more than ${most} entries`,
    remedy: `keep at most ${most}`,
  };
}

function duplicate(field: string, value: unknown, schema: Schema): FieldError {
  const keys = schema['x-kubernetes-list-map-keys']?.join(', ');
  return {
    field,
    reason: 'Duplicate',
    value,
    message: 'occurs twice',
    remedy: keys === undefined ? 'name it once' : `keep one entry for each ${keys}`,
  };
}
