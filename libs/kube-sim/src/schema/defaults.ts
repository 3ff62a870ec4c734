// Fills in what a schema gives a default to.
import { schemaOfField } from './decode.ts';
import { copyJson, isRecord, type JsonRecord } from './json.ts';
import type { Schema } from './schema.ts';

/**
 * Fills in defaults: the object is changed. A null where the schema has none is taken away, unless it is to be kept, or replaced by the
 * default. Doing it twice changes nothing.
 */
export function applySchemaDefaults(schema: Schema | undefined, object: unknown, keepsNulls = false): void {
  if (schema === undefined) return;
  if (!keepsNulls) dropNulls(object, schema);
  fill(object, schema);
}

function dropNulls(value: unknown, schema: Schema | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) dropNulls(item, schema?.items);
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) {
      const child = schemaOfField(schema, key);
      const isDropped = isUnwantedNull(value[key], child) && child?.default === undefined;
      if (isDropped) Reflect.deleteProperty(value, key);
      else dropNulls(value[key], child);
    }
  }
}

function fill(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) fillItems(value, schema.items);
  else if (isRecord(value)) fillFields(value, schema);
}

function fillItems(items: unknown[], schema: Schema | undefined): void {
  if (schema === undefined) return;
  items.forEach((item, index) => {
    const preset = schema.default;
    if (isUnwantedNull(item, schema) && preset !== undefined) items[index] = copyJson(preset);
    fill(items[index], schema);
  });
}

function fillFields(value: JsonRecord, schema: Schema): void {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const preset = child.default;
    if (preset !== undefined && !Object.hasOwn(value, key)) value[key] = copyJson(preset);
  }
  for (const key of Object.keys(value)) {
    const child = schemaOfField(schema, key);
    if (child === undefined) continue;
    const preset = child.default;
    if (isUnwantedNull(value[key], child) && preset !== undefined) value[key] = copyJson(preset);
    fill(value[key], child);
  }
}

function isUnwantedNull(value: unknown, schema: Schema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}
