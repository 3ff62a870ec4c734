/** `namespace/name`, or `name` for an object without a namespace. Names hold no slash, so it is unambiguous. */
export type ObjectKey = string & { readonly __brand: 'ObjectKey' };

/** Builds the key of a name in a namespace. */
export function objectKey(namespace: string | undefined, name: string): ObjectKey {
  return (namespace === undefined || namespace === '' ? name : `${namespace}/${name}`) as ObjectKey;
}

/** The key of an object. */
export function keyOf(object: {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}): ObjectKey {
  return objectKey(object.metadata.namespace, object.metadata.name);
}

/** The parts of a key. */
export function parseKey(key: ObjectKey): { readonly namespace: string | undefined; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
