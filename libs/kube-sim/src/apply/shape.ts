// How a schema divides values into fields: what is merged and owned piece by piece, and what only as a whole.
import type { Json } from '../api/object.ts';
import type { TypedSchema } from '../builtins/schemas.ts';
import { isRecord } from '../schema/json.ts';
import { keyElement, valueElement } from './path-element.ts';

// Looked up once, as it is asked for every field.
const { hasOwn } = Object;

/** A part of a schema. Undefined: nothing is known, and the shape follows from the value. */
export type ShapeSchema = TypedSchema | undefined;

/** A leaf is owned as a whole; maps and lists by their items. */
export type Shape = 'leaf' | 'map' | 'list';

/** The shape of a value; undefined for null and what is absent, which take that of whatever they are compared with. */
export function shapeOf(schema: ShapeSchema, value: Json | undefined): Shape | undefined {
  if (value === undefined || value === null) return undefined;
  if (isRecord(value)) return isLeafMap(schema) ? 'leaf' : 'map';
  return Array.isArray(value) && schema !== undefined && listKeys(schema) !== undefined ? 'list' : 'leaf';
}

/** The schema of a field; null if the schema does not allow one of this name. */
export function fieldSchema(schema: ShapeSchema, name: string): ShapeSchema | null {
  if (schema === undefined || schema['x-go-loose'] === true) return undefined;
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && hasOwn(properties, name)) return properties[name];
  if (typeof additionalProperties === 'object') return additionalProperties;
  const open = additionalProperties ?? (properties === undefined || isOpen(schema));
  return open ? undefined : null;
}

/** Whether the schema names the field; others are items of a map. */
export function isNamed(schema: ShapeSchema, name: string): boolean {
  const properties = schema?.['x-go-loose'] === true ? undefined : schema?.properties;
  return properties !== undefined && hasOwn(properties, name);
}

/** The keys of a list map, sorted; none for a set; undefined for a list that is a leaf. */
export function listKeys(schema: TypedSchema): readonly string[] | undefined {
  const type = schema['x-kubernetes-list-type'];
  if (type !== undefined) {
    if (type === 'atomic') return undefined;
    return type === 'set' ? noKeys : sortedKeys(schema['x-kubernetes-list-map-keys'] ?? noKeys);
  }
  if (schema['x-kubernetes-patch-strategy']?.split(',').includes('merge') !== true) return undefined;
  const key = schema['x-kubernetes-patch-merge-key'];
  return key === undefined ? noKeys : [key];
}

const noKeys: readonly string[] = [];

function sortedKeys(keys: readonly string[]): readonly string[] {
  return keys.length < 2 ? keys : keys.toSorted();
}

/** The path elements of a list's items; a problem instead of that of an item that cannot have one. */
export function itemElements(
  schema: ShapeSchema,
  items: readonly Json[],
): readonly (string | { readonly problem: string })[] {
  const keys = (schema && listKeys(schema)) ?? [];
  const element = keys.length === 0 ? setElement : (item: Json) => mapElement(schema, keys, item);
  return items.map(element);
}

/** Null where the schema says that a struct's field is always there. */
export function zeroValue(schema: ShapeSchema, name: string): Json | undefined {
  const letter = schema?.['x-go']?.[name]?.[0];
  const field = schema?.properties?.[name];
  switch (letter) {
    case 'n':
      return null;
    case 's':
      return field?.properties === undefined ? null : {};
    case 'a':
      if (field?.oneOf !== undefined && field.format === undefined) return '0';
      if (field?.type === 'string') return '';
      return field?.type === 'boolean' ? false : 0;
    default:
      return undefined;
  }
}

function isLeafMap(schema: ShapeSchema): boolean {
  if (schema === undefined) return false;
  if (schema['x-kubernetes-map-type'] === 'atomic') return true;
  if (schema.type !== undefined) return schema.type !== 'object';
  return schema['x-name']?.endsWith('.RawExtension') === true;
}

function isOpen(schema: TypedSchema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true;
}

function setElement(item: Json): string | { readonly problem: string } {
  const list = 'associative list without keys';
  if (item === null) return { problem: `${list} has an element that's an explicit null` };
  if (isRecord(item)) return { problem: `${list} has an element that's a map type` };
  if (Array.isArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  return valueElement(item);
}

function mapElement(
  schema: ShapeSchema,
  keys: readonly string[],
  item: Json,
): string | { readonly problem: string } {
  const list = 'associative list with keys';
  if (item === null) return { problem: `${list} may not have a null element` };
  if (!isRecord(item)) return { problem: `${list} may not have non-map elements` };
  const present: [string, Json][] = [];
  for (const key of keys) {
    const value = item[key] ?? schema?.items?.properties?.[key]?.default;
    if (value !== undefined) present.push([key, value]);
  }
  if (present.length > 0) return keyElement(present);
  const names = keys.map((key) => JSON.stringify(key)).join(' ');
  return {
    problem: `${list} has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  };
}
