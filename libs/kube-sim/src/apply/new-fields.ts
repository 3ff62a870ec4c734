// The fields of new objects are owned by who creates them. Which these are follows from an object's outline, and many objects have the same.
import type { Json, SimObject } from '../api/object.ts';
import { isRecord } from '../schema/json.ts';
import type { FieldSet } from './field-set.ts';
import { json, type OwnedResource } from './ownership.ts';
import { fieldSchema, listKeys, type ShapeSchema, shapeOf } from './shape.ts';

/** Gives the fields of a new object: those of one with the same outline, or what `make` returns. */
export type NewFields = (definition: OwnedResource, object: SimObject, make: () => FieldSet) => FieldSet;

/** All of a value that has to do with who owns what. */
interface Outline {
  /** Of an object. */
  readonly names: readonly string[] | undefined;
  /** Of a list that is owned item by item: for each item what identifies it. */
  readonly items: readonly (readonly Json[])[] | undefined;
  readonly keys: readonly string[];
  /** Of fields or items. */
  readonly inner: readonly Outline[];
  /** Of a value that is owned as a whole: itself if it may be what its type always has. */
  readonly zero: Json | undefined;
}

/** A kind that has more of them is not worth the search. */
const mostOutlines = 8;

/** Remembers the last outlines of each resource. */
export function rememberNewFields(): NewFields {
  const known = new WeakMap<OwnedResource, { readonly outline: Outline; readonly set: FieldSet }[]>();
  return (definition, object, make) => {
    let outlines = known.get(definition);
    if (outlines === undefined) known.set(definition, (outlines = []));
    const value = json(object);
    for (const { outline, set } of outlines) if (has(value, outline)) return set;
    const set = make();
    outlines.unshift({ outline: outlineOf(definition.schema, value), set });
    if (outlines.length > mostOutlines) outlines.pop();
    return set;
  };
}

function outlineOf(schema: ShapeSchema, value: Json | undefined): Outline {
  const shape = shapeOf(schema, value);
  const whole = { names: undefined, items: undefined, keys: [], inner: [] };
  if (shape === 'map' && isRecord(value)) {
    const names = Object.keys(value);
    const inner = names.map((name) => outlineOf(fieldSchema(schema, name) ?? undefined, value[name]));
    return { ...whole, names, inner, zero: undefined };
  }
  if (shape === 'list' && schema !== undefined && Array.isArray(value)) {
    const keys = listKeys(schema) ?? [];
    const items = value.map((item) => identity(item, keys));
    const inner = value.map((item) => outlineOf(schema.items, item));
    return { ...whole, items, keys, inner, zero: undefined };
  }
  return { ...whole, zero: zeroLike(value) };
}

/** Those of its keys, or the item itself. */
function identity(item: Json, keys: readonly string[]): readonly Json[] {
  if (keys.length === 0 || !isRecord(item)) return [item];
  return keys.map((key) => item[key] ?? null);
}

function has(value: Json | undefined, { names, items, keys, inner, zero }: Outline): boolean {
  if (names !== undefined) return isRecord(value) && hasFields(value, names, inner);
  if (items === undefined) return zeroLike(value) === zero;
  if (!Array.isArray(value) || value.length !== items.length) return false;
  return value.every((item, index) => {
    const expected = items[index] ?? [];
    const isMeant = identity(item, keys).every((part, at) => part === expected[at]);
    const outline = inner[index];
    return isMeant && outline !== undefined && has(item, outline);
  });
}

function hasFields(
  value: Record<string, Json>,
  names: readonly string[],
  inner: readonly Outline[],
): boolean {
  let index = 0;
  for (const name in value) {
    const outline = inner[index];
    if (outline === undefined || names[index] !== name || !has(value[name], outline)) return false;
    index += 1;
  }
  return index === names.length;
}

/** What a type may always have: told apart from everything else. */
function zeroLike(value: Json | undefined): Json | undefined {
  if (value === undefined) return 'absent';
  if (isRecord(value)) return Object.keys(value).length === 0 ? 'no fields' : 'fields';
  if (Array.isArray(value)) return 'items';
  return value === null || value === '' || value === 0 || value === '0' || value === false
    ? value
    : undefined;
}
