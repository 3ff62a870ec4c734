// The fields that an object has.
import type { Json } from '../api/object.ts';
import { isList, isMap } from '../patch/json.ts';
import { type FieldSet, type FieldSetBuilder, hasChildren, insert, isMember } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { fieldSchema, isNamed, itemElements, type ShapeSchema, shapeOf } from './shape.ts';

/** All of its leaves, items of lists, and entries of maps. Who applies the object owns these. */
export function fieldsOf(schema: ShapeSchema, object: Record<string, Json>): FieldSet {
  const set: FieldSetBuilder = {};
  const path: string[] = [];

  function visit(schema: ShapeSchema, value: Json): void {
    const shape = shapeOf(schema, value);
    if (shape === 'map' && isMap(value)) {
      for (const [name, inner] of Object.entries(value)) {
        path.push(fieldElement(name));
        visit(fieldSchema(schema, name) ?? undefined, inner);
        const isBare = inner === null || (isMap(inner) && Object.keys(inner).length === 0);
        if (isBare || !isNamed(schema, name)) insert(set, path);
        path.pop();
      }
    } else if (shape === 'list' && isList(value)) {
      visitList(schema, value);
    } else if (shape !== undefined) {
      insert(set, path);
    }
  }

  function visitList(schema: ShapeSchema, items: readonly Json[]): void {
    const elements = itemElements(schema, items);
    for (const [index, element] of elements.entries()) {
      const item = items[index];
      if (typeof element !== 'string' || item === undefined) continue;
      path.push(element);
      // Several items with the same keys are owned as one.
      if (elements.indexOf(element) === elements.lastIndexOf(element)) visit(schema?.items, item);
      insert(set, path);
      path.pop();
    }
  }

  visit(schema, object);
  return set;
}

/** The set with the fields on the way to its members, as far as the schema names them; they are not owned, but removed together. */
export function withNamedFields(schema: ShapeSchema, set: FieldSet): FieldSet {
  const result: FieldSetBuilder = {};
  for (const [element, node] of Object.entries(set)) {
    const isField = element.startsWith('f:');
    const name = element.slice(2);
    const child: FieldSetBuilder = {};
    if (hasChildren(node)) {
      const inner = isField ? (fieldSchema(schema, name) ?? undefined) : schema?.items;
      Object.assign(child, withNamedFields(inner, node));
      if (isMember(node) || (isField && isNamed(schema, name))) child['.'] = {};
    }
    result[element] = child;
  }
  return result;
}
