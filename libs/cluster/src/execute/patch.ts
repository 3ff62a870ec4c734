// Small changes of objects that must be what they were when it was decided to change them.
import {
  isKubeError,
  type JsonPatchOperation,
  keyOf,
  type KubeObject,
  type PassContext,
  PreconditionFailed,
  type Resource,
  resourceName,
  type Stored,
} from '@neo4j-operator/reconcile-kit';

/**
 * Sends a JSON Patch that holds only for this very object.
 *
 * @throws PreconditionFailed if the object is gone or a `test` fails; KubeError for everything else, a value that the server refuses included
 */
export async function patchAsSeen<T extends KubeObject>(
  resource: Resource<T>,
  object: Stored<T>,
  operations: readonly JsonPatchOperation[],
  { writer, signal }: Pick<PassContext, 'writer' | 'signal'>,
): Promise<Stored<T>> {
  const key = keyOf(object);
  const sameObject = { op: 'test', path: '/metadata/uid', value: object.metadata.uid } as const;
  try {
    return await writer.jsonPatch(resource, key, [sameObject, ...operations], { signal });
  } catch (error) {
    // A test that fails names no field; a value that is refused does.
    const isOther =
      isKubeError(error, 'NotFound', 'Conflict') ||
      (isKubeError(error, 'Invalid') && error.causes.length === 0);
    if (!isOther) throw error;
    throw new PreconditionFailed(`${resourceName(resource)} ${key} is not as it was seen`, { cause: error });
  }
}

/** Sets an annotation on this very object. No request is sent if it has that value already. */
export async function annotate<T extends KubeObject>(
  resource: Resource<T>,
  object: Stored<T>,
  [name, value]: readonly [name: string, value: string],
  context: Pick<PassContext, 'writer' | 'signal'>,
): Promise<Stored<T>> {
  const { annotations, resourceVersion } = object.metadata;
  if (annotations?.[name] === value) return object;
  const path = pathOf(name);
  // Whoever has changed the object meanwhile may have set the annotation, or have made the first one.
  const unchanged = { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion } as const;
  const addition: JsonPatchOperation =
    annotations === undefined
      ? { op: 'add', path: '/metadata/annotations', value: { [name]: value } }
      : { op: 'add', path, value };
  return patchAsSeen(resource, object, [unchanged, addition], context);
}

/** Removes an annotation that is as it was seen. No request is sent if there is none. */
export async function removeAnnotation<T extends KubeObject>(
  resource: Resource<T>,
  object: Stored<T>,
  name: string,
  context: Pick<PassContext, 'writer' | 'signal'>,
): Promise<Stored<T>> {
  const value = object.metadata.annotations?.[name];
  if (value === undefined) return object;
  const path = pathOf(name);
  return patchAsSeen(
    resource,
    object,
    [
      { op: 'test', path, value },
      { op: 'remove', path },
    ],
    context,
  );
}

/** JSON Pointer (RFC 6901). */
function pathOf(annotation: string): string {
  return `/metadata/annotations/${annotation.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
