// Lists that are sets, or maps by keys of their items (x-kubernetes-list-type).
import type { FieldCause } from '../api/failure.ts';
import { duplicate, goJson, invalidValue } from './causes.ts';
import { schemaOfField } from './decode.ts';
import { isRecord } from './json.ts';
import type { Schema } from './schema.ts';

/** What is there twice in sets and maps, anywhere in a value. Each second appearance is told, later ones are not. */
export function validateListTypes(schema: Schema | undefined, value: unknown, path = ''): FieldCause[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    const inside = value.flatMap((item, index) => validateListTypes(schema.items, item, `${path}[${index}]`));
    return [...checkList(schema, value, path), ...inside];
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    validateListTypes(schemaOfField(schema, key), one, fieldPath(schema, path, key)),
  );
}

/** The path of a field; a key of a map stands in brackets. */
export function fieldPath(schema: Schema, path: string, key: string): string {
  if (schema.properties === undefined || !Object.hasOwn(schema.properties, key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Finds the item of an older list that has the keys of a given one; undefined if items have no identity. */
export function itemFinder(schema: Schema, old: unknown): (item: unknown) => unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return () => undefined;
  const known = new Map<string, unknown>();
  for (const item of old) {
    const key = goJson(keysOf(schema, item));
    if (!known.has(key)) known.set(key, item);
  }
  return (item) => known.get(goJson(keysOf(schema, item)));
}

function checkList(schema: Schema, items: readonly unknown[], path: string): FieldCause[] {
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return twins(items, path);
    case 'map': {
      const stray = items.findIndex((item) => item !== null && !isRecord(item));
      if (stray !== -1) {
        const detail = 'must be an object for an array of list-type map';
        return [invalidValue(`${path}[${stray}]`, items[stray], detail)];
      }
      return twins(
        items.map((item) => keysOf(schema, item)),
        path,
      );
    }
    default:
      return [];
  }
}

function keysOf(schema: Schema, item: unknown): Record<string, unknown> {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (!isRecord(item)) return {};
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key]]));
}

function twins(values: readonly unknown[], path: string): FieldCause[] {
  const times = new Map<string, number>();
  return values.flatMap((value, index) => {
    const text = goJson(value);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    return before === 1 ? [duplicate(`${path}[${index}]`, value)] : [];
  });
}
