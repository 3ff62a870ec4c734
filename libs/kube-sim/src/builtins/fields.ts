// Reading and filling plain JSON whose shape is known from the kind.
import { isRecord, type JsonRecord } from '../schema/json.ts';

/** The object at a path, or an empty one that is not part of it. */
export function recordAt(object: JsonRecord, ...path: readonly string[]): JsonRecord {
  let at: unknown = object;
  for (const name of path) at = isRecord(at) ? at[name] : undefined;
  return isRecord(at) ? at : {};
}

/** The value at a path. */
export function valueAt(object: JsonRecord, ...path: readonly string[]): unknown {
  return recordAt(object, ...path.slice(0, -1))[path.at(-1) ?? ''];
}

/** The string at a path, or an empty one. */
export function textAt(object: JsonRecord, ...path: readonly string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The number at a path, or 0. */
export function numberAt(object: JsonRecord, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : 0;
}

/** The objects in a list. */
export function recordsAt(object: JsonRecord, ...path: readonly string[]): readonly JsonRecord[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The strings in a list. */
export function textsAt(object: JsonRecord, ...path: readonly string[]): readonly string[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Sets what is absent or an empty string, which Go does not tell apart. */
export function fill(object: JsonRecord, values: Readonly<JsonRecord>): void {
  for (const [name, value] of Object.entries(values)) {
    const given = object[name];
    if (value !== undefined && (given === undefined || given === null || given === '')) object[name] = value;
  }
}

/** The object that a field holds; if it is absent, an empty one is put there. */
export function ensure(object: JsonRecord, field: string): JsonRecord {
  const value = object[field];
  if (isRecord(value)) return value;
  const made: JsonRecord = {};
  object[field] = made;
  return made;
}
