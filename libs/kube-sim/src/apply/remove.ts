// Taking fields out of an object that nobody applies any more.
import type { Json } from '../api/object.ts';
import { isRecord, setField } from '../schema/json.ts';
import { fieldsOf, withNamedFields } from './fields-of.ts';
import {
  difference,
  type FieldSet,
  hasChildren,
  intersection,
  isEmpty,
  isMember,
  union,
} from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { fieldSchema, itemElements, type ShapeSchema, shapeOf } from './shape.ts';

/**
 * What stays of a merged object after an applier has let go of fields: they go unless somebody else owns them.
 *
 * @param last - what the applier owned before
 * @param owned - what anybody owns now, the applier included
 */
export function prune(
  schema: ShapeSchema,
  merged: Record<string, Json>,
  last: FieldSet,
  owned: FieldSet,
): Record<string, Json> {
  if (isEmpty(last)) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(schema, set);
  const all = named(fieldsOf(schema, merged));
  const remaining = (from: FieldSet): FieldSet => named(fieldsOf(schema, removeFields(schema, merged, from)));
  const kept = union(remaining(named(last)), named(owned));
  const withoutOwned = remaining(difference(all, kept));
  return removeFields(schema, merged, intersection(difference(all, withoutOwned), named(last)));
}

/** The object without the fields of the set; it is not changed. */
export function removeFields(
  schema: ShapeSchema,
  object: Record<string, Json>,
  set: FieldSet,
): Record<string, Json> {
  const rest = removed(schema, object, set);
  return isRecord(rest) ? rest : {};
}

/** Null if nothing is left. */
function removed(schema: ShapeSchema, value: Json, set: FieldSet): Json {
  const shape = shapeOf(schema, value);
  if (shape === 'map' && isRecord(value)) {
    const rest: Record<string, Json> = {};
    for (const [name, inner] of Object.entries(value)) {
      const node = set[fieldElement(name)];
      if (!isMember(node)) {
        setField(rest, name, below(fieldSchema(schema, name) ?? undefined, inner, node));
      }
    }
    return Object.keys(rest).length === 0 ? null : rest;
  }
  if (shape === 'list' && Array.isArray(value)) {
    const elements = itemElements(schema, value);
    const rest: Json[] = [];
    for (const [index, item] of value.entries()) {
      const element = elements[index];
      const node = typeof element === 'string' ? set[element] : undefined;
      if (!isMember(node)) rest.push(below(schema?.items, item, node));
    }
    return rest.length === 0 ? null : rest;
  }
  return isRecord(value) || Array.isArray(value) ? null : value;
}

function below(schema: ShapeSchema, value: Json, node: FieldSet | undefined): Json {
  return node !== undefined && hasChildren(node) ? removed(schema, value, node) : value;
}
