// Takes away what a schema does not know, as the API server does with everything that is sent.
import { isRecord, type JsonRecord } from './json.ts';
import type { Schema } from './schema.ts';

// Looked up once, as it is asked for every field.
const { hasOwn } = Object;

/** What becomes of unknown fields: the request is refused, there is a warning for each, or nobody is told. */
export type FieldValidation = 'strict' | 'warn' | 'ignore';

/**
 * An object without its unknown fields, and which these were: `spec.containers[0].colour`. Those of custom resources stand in the order of
 * the alphabet, metadata first; those of built-in kinds as they were sent.
 */
export interface Decoded {
  readonly object: unknown;
  readonly unknown: readonly string[];
}

/**
 * Prunes an object: it is changed in place. A node of type object keeps what `properties` and `additionalProperties` name, and
 * everything under `x-kubernetes-preserve-unknown-fields`. At the top `apiVersion`, `kind` and `metadata` stay in any case. The
 * unknown ones are not told for `ignore`.
 */
export function decode(schema: Schema | undefined, raw: unknown, mode: FieldValidation): Decoded {
  const unknown: string[] = [];
  if (schema !== undefined) prune(raw, schema, false, true, unknown);
  if (schema !== undefined && !('x-name' in schema)) unknown.sort(byPath);
  return { object: raw, unknown: mode === 'ignore' ? [] : unknown };
}

function byPath(a: string, b: string): number {
  const isMetadata = (path: string) => path.startsWith('metadata.');
  return Number(isMetadata(b)) - Number(isMetadata(a)) || (a < b ? -1 : 1);
}

/** The schema that a field has: its own, or the one for all. `true` in `additionalProperties` knows nothing of what is inside. */
export function schemaOfField(schema: Schema | undefined, key: string): Schema | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties !== undefined && hasOwn(properties, key)) return properties[key];
  if (additionalProperties === undefined || additionalProperties === false) return undefined;
  return additionalProperties === true ? anything : additionalProperties;
}

const anything: Schema = { nullable: true };
const typeFields = new Set(['apiVersion', 'kind', 'metadata']);

/** Paths are put together from the inside outwards, and only of what is unknown. */
function prune(
  value: unknown,
  schema: Schema | undefined,
  kept: boolean,
  isTop: boolean,
  unknown: string[],
): void {
  const keeps = kept || schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  if (Array.isArray(value)) {
    // A list inherits that unknown fields are kept; a field of an object does not.
    value.forEach((item: unknown, index) => {
      const from = unknown.length;
      prune(item, schema?.items, keeps, false, unknown);
      if (unknown.length > from) prefix(unknown, from, Array.isArray(item) ? `[${index}]` : `[${index}].`);
    });
  } else if (isRecord(value)) {
    pruneFields(value, schema, keeps, isTop, unknown);
  }
}

function pruneFields(
  value: JsonRecord,
  schema: Schema | undefined,
  keeps: boolean,
  isTop: boolean,
  unknown: string[],
): void {
  for (const key of Object.keys(value)) {
    const child = schemaOfField(schema, key);
    if (child !== undefined) {
      const from = unknown.length;
      prune(value[key], child, false, false, unknown);
      if (unknown.length > from) prefix(unknown, from, Array.isArray(value[key]) ? key : `${key}.`);
    } else if (!keeps && !(isTop && typeFields.has(key))) {
      unknown.push(key);
      Reflect.deleteProperty(value, key);
    }
  }
}

function prefix(unknown: string[], from: number, place: string): void {
  for (let at = from; at < unknown.length; at += 1) unknown[at] = place + (unknown[at] ?? '');
}
