// Merging an applied configuration into an object.
import type { Json } from '../api/object.ts';
import { isRecord, setField } from '../schema/json.ts';
import { fieldSchema, itemElements, type ShapeSchema, shapeOf } from './shape.ts';

/** The object with what the configuration says; neither is changed. */
export function merge(
  schema: ShapeSchema,
  live: Json | undefined,
  applied: Json | undefined,
): Json | undefined {
  const shape = shapeOf(schema, applied) ?? shapeOf(schema, live);
  if (shape === 'map') {
    const left = isRecord(live) ? live : {};
    const right = isRecord(applied) ? applied : {};
    const merged = mergeMaps(schema, left, right);
    if (Object.keys(merged).length > 0) return merged;
  } else if (shape === 'list') {
    const left = Array.isArray(live) ? live : [];
    const right = Array.isArray(applied) ? applied : [];
    if (left.length > 0 || right.length > 0) return mergeLists(schema, left, right);
  }
  return applied === undefined ? live : applied;
}

function mergeMaps(
  schema: ShapeSchema,
  left: Record<string, Json>,
  right: Record<string, Json>,
): Record<string, Json> {
  const merged: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const inner = fieldSchema(schema, name) ?? undefined;
    const value = merge(inner, own(left, name), own(right, name));
    if (value !== undefined) setField(merged, name, value);
  }
  return merged;
}

/** Applied items keep their order among themselves, and so do those of the object, unless the two disagree. */
function mergeLists(schema: ShapeSchema, left: readonly Json[], right: readonly Json[]): Json[] {
  const lefts = itemElements(schema, left).map(String);
  const rights = itemElements(schema, right).map(String);
  const both = rights.filter((element) => lefts.includes(element));
  const merged: Json[] = [];
  const done = new Set<string>();
  const isRepeated = (element: string): boolean => lefts.indexOf(element) !== lefts.lastIndexOf(element);
  const take = (element: string): void => {
    done.add(element);
    // Items that are there several times are replaced rather than merged.
    const live = isRepeated(element) ? undefined : left[lefts.indexOf(element)];
    const value = merge(schema?.items, live, right[rights.indexOf(element)]);
    if (value !== undefined) merged.push(value);
  };
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const element = lefts[l];
    const applied = rights[r];
    if (element !== undefined && applied !== undefined) {
      if (element === applied) {
        take(element);
        l += 1;
        r += 1;
        both.shift();
        continue;
      }
      // Applied as well, but not the next one in the order of the configuration.
      if (rights.includes(element) && both[0] !== undefined && both[0] !== element) {
        l += 1;
        continue;
      }
    }
    if (element !== undefined) {
      const item = left[l];
      if (!rights.includes(element) && item !== undefined) {
        merged.push(item);
        l += 1;
        continue;
      }
      if (done.has(element)) l += 1;
    }
    if (applied !== undefined) {
      take(applied);
      r += 1;
      if (both[0] === applied) both.shift();
    }
  }
  return merged;
}

function own(map: Record<string, Json>, name: string): Json | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
