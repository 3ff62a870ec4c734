// What differs between two objects, as sets of fields.
import type { Json } from '../api/object.ts';
import { isList, isMap, sameJson } from '../patch/json.ts';
import { type FieldSetBuilder, insert } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { fieldSchema, itemElements, type Shape, type ShapeSchema, shapeOf, zeroValue } from './shape.ts';

/** No field is in more than one of them. */
export interface Comparison {
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
}

/** Compares an object with what it was before; undefined: it is new, and what its type always has counts as having been there. */
export function compare(
  schema: ShapeSchema,
  before: Record<string, Json> | undefined,
  after: Record<string, Json>,
): Comparison {
  const result: Comparison = { added: {}, modified: {}, removed: {} };
  const path: string[] = [];

  /** `isZero`: what was before is not there, but would be as a zero value of its type. */
  function visit(schema: ShapeSchema, left: Json | undefined, right: Json | undefined, isZero = false): void {
    const rightShape = shapeOf(schema, right) ?? shapeOf(schema, left) ?? 'leaf';
    const leftShape = shapeOf(schema, left) ?? rightShape;
    if (leftShape !== rightShape) visitAs(leftShape, schema, left, right, isZero);
    const isLeaf = visitAs(rightShape, schema, left, right, isZero);
    if (isLeaf) return;
    if (left === undefined) insert(result.added, path);
    else if (right === undefined) insert(result.removed, path);
  }

  /** True if the whole was compared rather than what is in it. */
  function visitAs(
    shape: Shape,
    schema: ShapeSchema,
    left: Json | undefined,
    right: Json | undefined,
    isZero: boolean,
  ): boolean {
    const divided =
      shape === 'map'
        ? visitMap(schema, isMap(left) ? left : {}, isMap(right) ? right : {}, isZero)
        : shape === 'list' && visitList(schema, isList(left) ? left : [], isList(right) ? right : []);
    if (divided) return false;
    if (left === undefined) insert(result.added, path);
    else if (right === undefined) insert(result.removed, path);
    else if (!sameJson(left, right)) insert(result.modified, path);
    return true;
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
      const field = fieldSchema(schema, name) ?? undefined;
      const zero = isZero ? zeroValue(schema, name) : undefined;
      path.push(fieldElement(name));
      visit(field, zero === undefined ? own(left, name) : zero, right[name], isMap(zero));
      path.pop();
    }
    for (const name in left) {
      any = true;
      if (Object.hasOwn(right, name)) continue;
      path.push(fieldElement(name));
      visit(fieldSchema(schema, name) ?? undefined, left[name], undefined);
      path.pop();
    }
    return any;
  }

  function visitList(schema: ShapeSchema, left: readonly Json[], right: readonly Json[]): boolean {
    const before = grouped(schema, left);
    const after = grouped(schema, right);
    for (const element of new Set([...before.keys(), ...after.keys()])) {
      const olds = before.get(element) ?? [];
      const news = after.get(element) ?? [];
      path.push(element);
      visitItems(schema, olds, news);
      path.pop();
    }
    return left.length > 0 || right.length > 0;
  }

  /** Items with the same keys; if there are several they are compared as a whole. */
  function visitItems(schema: ShapeSchema, olds: readonly Json[], news: readonly Json[]): void {
    if (olds.length <= 1 && news.length <= 1) {
      visit(schema?.items, olds[0], news[0]);
    } else if (olds.length > 1 && news.length > 1) {
      if (!sameJson([...olds], [...news])) insert(result.modified, path);
    } else if (olds.length > 1) {
      if (news.length > 0) visit(schema?.items, undefined, news[0]);
      insert(result.removed, path);
    } else {
      if (olds.length > 0) visit(schema?.items, olds[0], undefined);
      insert(result.added, path);
    }
  }

  visit(schema, before ?? {}, after, before === undefined);
  return result;
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
