// The fields that an object has.
import type { Json } from '../api/object.ts';
import { isRecord } from '../schema/json.ts';
import { type FieldSet, type FieldSetBuilder, hasChildren, isEmpty, isMember, member } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { fieldSchema, isNamed, itemElements, type ShapeSchema, shapeOf } from './shape.ts';

/** All of its leaves, items of lists, and entries of maps. Who applies the object owns these. */
export function fieldsOf(schema: ShapeSchema, object: Record<string, Json>): FieldSet {
  const set: FieldSetBuilder = {};
  for (const [name, value] of Object.entries(object)) {
    const inner = fieldSchema(schema, name) ?? undefined;
    const isBare = value === null || (isRecord(value) && Object.keys(value).length === 0);
    const node = nodeOf(inner, value, isBare || !isNamed(schema, name));
    if (node !== undefined) set[fieldElement(name)] = node;
  }
  return set;
}

/** Undefined if neither the value nor anything in it belongs to the set. */
function nodeOf(schema: ShapeSchema, value: Json, isItem: boolean): FieldSet | undefined {
  const shape = shapeOf(schema, value);
  if (shape === 'leaf') return member;
  let below: FieldSet = {};
  if (shape === 'map' && isRecord(value)) below = fieldsOf(schema, value);
  else if (shape === 'list' && Array.isArray(value)) below = itemsOf(schema, value);
  if (isEmpty(below)) return isItem ? member : undefined;
  return isItem ? { '.': member, ...below } : below;
}

function itemsOf(schema: ShapeSchema, items: readonly Json[]): FieldSet {
  const set: FieldSetBuilder = {};
  for (const [index, element] of itemElements(schema, items).entries()) {
    if (typeof element !== 'string') continue;
    // Several items with the same keys are owned as one.
    const isRepeated = set[element] !== undefined;
    set[element] = (isRepeated ? undefined : nodeOf(schema?.items, items[index] ?? null, true)) ?? member;
  }
  return set;
}

/** The set with the fields on the way to its members, as far as the schema names them; they are not owned, but removed together. */
export function withNamedFields(schema: ShapeSchema, set: FieldSet): FieldSet {
  const result: FieldSetBuilder = {};
  for (const [element, node] of Object.entries(set)) {
    const isField = element.startsWith('f:');
    const name = element.slice(2);
    result[element] = node;
    if (hasChildren(node)) {
      const inner = isField ? (fieldSchema(schema, name) ?? undefined) : schema?.items;
      const isOwn = isMember(node) || (isField && isNamed(schema, name));
      result[element] = { ...(isOwn ? { '.': member } : {}), ...withNamedFields(inner, node) };
    }
  }
  return result;
}
