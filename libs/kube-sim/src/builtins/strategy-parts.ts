// What strategies of built-in kinds have in common.
import type { SimObject } from '../api/object.ts';
import type { Strategy, StrategyContext } from '../api/resource.ts';
import { copyJson, isSameJson, type JsonRecord } from '../schema/json.ts';
import { recordAt, textAt, valueAt } from './fields.ts';

/** A status that no client sets with the object itself: it begins with `initial`, and an update leaves it as it was. */
export function withStatus(initial: Readonly<JsonRecord>): Strategy {
  return {
    prepareForCreate: (object) => {
      object['status'] = copyJson(initial);
    },
    prepareForUpdate: (next, old) => {
      restore(next, old, 'status');
    },
    prepareForStatusUpdate: keepAllButStatus,
  };
}

/** The status subresource of built-in kinds takes metadata as well, unlike that of custom resources. */
export function keepAllButStatus(next: SimObject, old: SimObject): void {
  for (const field of new Set([...Object.keys(next), ...Object.keys(old)])) {
    // Not copied: nothing but the status changes from here on.
    if (field === 'status' || field === 'metadata') continue;
    if (old[field] === undefined) Reflect.deleteProperty(next, field);
    else next[field] = old[field];
  }
}

/** Puts a field back as it was. */
export function restore(next: JsonRecord, old: JsonRecord, field: string): void {
  if (old[field] === undefined) Reflect.deleteProperty(next, field);
  else next[field] = copyJson(old[field]);
}

/** One strategy after the other; of what is not a function the later wins. */
export function combined(first: Strategy, second: Strategy): Strategy {
  return {
    ...first,
    ...second,
    prepareForCreate: (object, context) => {
      first.prepareForCreate?.(object, context);
      second.prepareForCreate?.(object, context);
    },
    prepareForUpdate: (next, old, context) => {
      first.prepareForUpdate?.(next, old, context);
      second.prepareForUpdate?.(next, old, context);
    },
    validate: (object, old, context) => [
      ...(first.validate?.(object, old, context) ?? []),
      ...(second.validate?.(object, old, context) ?? []),
    ],
  };
}

/** Fields for selectors, by their paths: `status.phase`. */
export function selectable(...paths: readonly string[]): NonNullable<Strategy['selectableFields']> {
  return Object.fromEntries(
    paths.map((path) => {
      const steps = path.split('.');
      return [
        path,
        (object: SimObject) => {
          const value = valueAt(object, ...steps);
          return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
            ? String(value)
            : '';
        },
      ];
    }),
  );
}

/** Finalizers that admission adds. */
export function addFinalizer(object: SimObject, finalizer: string): void {
  const { finalizers = [] } = object.metadata;
  if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
}

/** The name that a class is chosen by if none is given: of those marked as default the newest. */
export function defaultClass(
  context: StrategyContext,
  type: { readonly group: string; readonly plural: string },
  annotation: string,
): string | undefined {
  const marked = context
    .list(type)
    .filter(({ metadata }) => metadata.annotations?.[annotation] === 'true')
    .sort((a, b) =>
      textAt(b, 'metadata', 'creationTimestamp').localeCompare(textAt(a, 'metadata', 'creationTimestamp')),
    );
  return marked[0]?.metadata.name;
}

/** Whether a field at the top is the same, its absence included. */
export function isSame(next: JsonRecord, old: JsonRecord, ...path: readonly string[]): boolean {
  return isSameJson(valueAt(next, ...path) ?? null, valueAt(old, ...path) ?? null);
}

/** The spec, or an empty one. */
export function specOf(object: JsonRecord): JsonRecord {
  return recordAt(object, 'spec');
}
