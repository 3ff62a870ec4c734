import type { Schema } from './schema.ts';

/**
 * Fills in defaults as the API server does for a custom resource: a field that is absent or null gets its
 * default, a null without a default is removed, and defaults inside a default take effect too. Nothing else is
 * touched, and the argument stays as it is.
 */
export function withDefaults(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : listWithDefaults(schema.items, value);
  if (!isRecord(value)) return value;
  return objectWithDefaults(schema, value);
}

/** Whether a value is what JSON calls an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listWithDefaults(items: Schema, values: readonly unknown[]): unknown[] {
  return values.map((item) => withDefaults(items, item));
}

function objectWithDefaults(schema: Schema, value: Readonly<Record<string, unknown>>): unknown {
  const properties = schema.properties ?? {};
  const present = Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    const fieldSchema = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (fieldSchema === undefined) return [[key, field]];
    if (isAbsent(field)) return [];
    return [[key, withDefaults(fieldSchema, field)]];
  });
  const absent = Object.entries(properties).flatMap(([key, fieldSchema]): [string, unknown][] => {
    if (fieldSchema.default === undefined || !isAbsent(ownField(value, key))) return [];
    return [[key, withDefaults(fieldSchema, fieldSchema.default)]];
  });
  return Object.fromEntries([...present, ...absent]);
}

function isAbsent(field: unknown): boolean {
  return field === null || field === undefined;
}

function ownField(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
