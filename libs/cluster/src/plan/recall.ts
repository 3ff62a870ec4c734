/** Works something out about an object, or gives what it came to the last time, if it was worked out from the same. */
export type Recall<Result> = (about: object, from: readonly unknown[], work: () => Result) => Result;

/**
 * What was worked out last about each object, for as long as somebody else holds the object. Inputs are the same if `Object.is` says so:
 * texts by what they say, objects only if they are one and the same. Objects in caches are, as long as nothing has changed.
 */
export function recall<Result>(): Recall<Result> {
  const known = new WeakMap<object, { readonly from: readonly unknown[]; readonly result: Result }>();
  return (about, from, work) => {
    const last = known.get(about);
    if (last?.from.length === from.length && last.from.every((input, index) => Object.is(input, from[index])))
      return last.result;
    const result = work();
    known.set(about, { from, result });
    return result;
  };
}
