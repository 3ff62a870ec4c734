// What differs between two objects, as sets of fields.
import type { Json } from '../api/object.ts';
import { isRecord, isSameJson } from '../schema/json.ts';
import { type FieldSet, type FieldSetBuilder, member, put } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { fieldSchema, itemElements, type Shape, type ShapeSchema, shapeOf, zeroValue } from './shape.ts';

/** No field is in more than one of them. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares an object with what it was before; undefined: it is new, and what its type always has counts as having been there. */
export function compare(
  schema: ShapeSchema,
  before: Record<string, Json> | undefined,
  after: Record<string, Json>,
): Comparison {
  const added: FieldSetBuilder = {};
  const modified: FieldSetBuilder = {};
  const removed: FieldSetBuilder = {};
  const path: string[] = [];

  /** `isZero`: what was before is not there, but would be as a zero value of its type. */
  function visit(
    schema: ShapeSchema,
    left: Json | undefined,
    right: Json | undefined,
    isZero: boolean,
  ): void {
    if (left === right) return;
    if (right === undefined) {
      if (left !== undefined) put(removed, path, entire(schema, left));
    } else if (left === undefined) {
      put(added, path, entire(schema, right));
    } else {
      const rightShape = shapeOf(schema, right) ?? shapeOf(schema, left) ?? 'leaf';
      const leftShape = shapeOf(schema, left) ?? rightShape;
      if (leftShape !== rightShape) visitAs(leftShape, schema, left, right, isZero);
      visitAs(rightShape, schema, left, right, isZero);
    }
  }

  function visitAs(shape: Shape, schema: ShapeSchema, left: Json, right: Json, isZero: boolean): void {
    const isDivided =
      shape === 'map'
        ? visitMap(schema, isRecord(left) ? left : {}, isRecord(right) ? right : {}, isZero)
        : shape === 'list' &&
          visitList(schema, Array.isArray(left) ? left : [], Array.isArray(right) ? right : []);
    if (!isDivided && !isSameJson(left, right)) put(modified, path, member);
  }

  /** False if there is nothing in either. */
  function visitMap(
    schema: ShapeSchema,
    left: Record<string, Json>,
    right: Record<string, Json>,
    isZero: boolean,
  ): boolean {
    let any = false;
    for (const name in right) {
      any = true;
      const zero = isZero ? zeroValue(schema, name) : own(left, name);
      path.push(fieldElement(name));
      visit(fieldSchema(schema, name) ?? undefined, zero, right[name], isZero && isRecord(zero));
      path.pop();
    }
    for (const name in left) {
      any = true;
      if (Object.hasOwn(right, name)) continue;
      path.push(fieldElement(name));
      visit(fieldSchema(schema, name) ?? undefined, left[name], undefined, false);
      path.pop();
    }
    return any;
  }

  function visitList(schema: ShapeSchema, left: Json[], right: Json[]): boolean {
    // Most lists do not change, and the keys of their items cost more than a look at them.
    if (left.length > 0 && isSameJson(left, right)) return true;
    const before = grouped(schema, left);
    const after = grouped(schema, right);
    for (const [element, items] of before) visitItems(schema, element, items, after.get(element) ?? []);
    for (const [element, items] of after) {
      if (!before.has(element)) visitItems(schema, element, [], items);
    }
    return left.length > 0 || right.length > 0;
  }

  /** Items with the same keys; if there are several they are compared as a whole. */
  function visitItems(
    schema: ShapeSchema,
    element: string,
    olds: readonly Json[],
    news: readonly Json[],
  ): void {
    path.push(element);
    if (olds.length <= 1 && news.length <= 1) {
      visit(schema?.items, olds[0], news[0], false);
    } else if (olds.length > 1 && news.length > 1) {
      if (!isSameJson([...olds], [...news])) put(modified, path, member);
    } else if (olds.length > 1) {
      visit(schema?.items, undefined, news[0], false);
      put(removed, path, member);
    } else {
      visit(schema?.items, olds[0], undefined, false);
      put(added, path, member);
    }
    path.pop();
  }

  visit(schema, before ?? {}, after, before === undefined);
  return { added, modified, removed };
}

/** The node of a value all of which is new, or gone. */
function entire(schema: ShapeSchema, value: Json): FieldSet {
  const shape = shapeOf(schema, value);
  const node: FieldSetBuilder = { '.': member };
  let any = false;
  if (shape === 'map' && isRecord(value)) {
    for (const name in value) {
      any = true;
      node[fieldElement(name)] = entire(fieldSchema(schema, name) ?? undefined, value[name] ?? null);
    }
  } else if (shape === 'list' && Array.isArray(value)) {
    for (const [element, items] of grouped(schema, value)) {
      any = true;
      node[element] = items.length > 1 ? member : entire(schema?.items, items[0] ?? null);
    }
  }
  return any ? node : member;
}

function grouped(schema: ShapeSchema, items: readonly Json[]): Map<string, Json[]> {
  const groups = new Map<string, Json[]>();
  for (const [index, element] of itemElements(schema, items).entries()) {
    const item = items[index];
    if (typeof element !== 'string' || item === undefined) continue;
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}

function own(map: Record<string, Json>, name: string): Json | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
