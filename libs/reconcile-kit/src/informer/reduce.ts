import type { FieldPath } from '../transport/excise.ts';

/** A copy of an object without the field at `path`; the object itself if it has none. */
export function reduce<V extends object>(object: V, path: FieldPath): V {
  const [first, ...rest] = path;
  if (first === undefined || !Object.hasOwn(object, first)) return object;
  const fields = object as Readonly<Record<string, unknown>>;
  if (rest.length === 0) {
    const { [first]: dropped, ...kept } = fields;
    return dropped === undefined ? object : (kept as V);
  }
  const child = fields[first];
  if (typeof child !== 'object' || child === null || Array.isArray(child)) return object;
  return { ...fields, [first]: reduce(child, rest) } as V;
}
