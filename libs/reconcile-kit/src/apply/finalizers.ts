import type { JsonPatchOperation, LiveReader, Writer } from '../client/client.ts';
import { PreconditionFailed } from '../controller/errors.ts';
import { isKubeError } from '../core/errors.ts';
import { keyOf } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';

interface Ports {
  readonly writer: Pick<Writer, 'jsonPatch'>;
  readonly live: Pick<LiveReader, 'get'>;
}

/** Does the object carry this finalizer? False for none. */
export function hasFinalizer(object: KubeObject, finalizer: string | undefined): boolean {
  return finalizer !== undefined && (object.metadata.finalizers?.includes(finalizer) ?? false);
}

/**
 * Puts a finalizer on the object. No request is sent if it is there already. If the object is not as it was seen, it is read live and
 * patched once more.
 *
 * @returns the object with the finalizer
 * @throws PreconditionFailed if the object is gone, replaced, being deleted, or changing faster than it can be patched
 */
export async function addFinalizer<T extends KubeObject>(
  ports: Ports,
  resource: Resource<T>,
  object: Stored<T>,
  finalizer: string,
  signal?: AbortSignal,
): Promise<Stored<T>> {
  if (hasFinalizer(object, finalizer)) return object;
  const patched = await patch(ports, resource, object, additionOf(object, finalizer), signal);
  if (patched !== undefined) return patched;

  const current = await readAgain(ports, resource, object, signal);
  if (current === undefined) throw overtaken(resource, object, 'is gone');
  if (current.metadata.deletionTimestamp !== undefined) throw overtaken(resource, object, 'is being deleted');
  if (hasFinalizer(current, finalizer)) return current;
  const again = await patch(ports, resource, current, additionOf(current, finalizer), signal);
  if (again === undefined) throw overtaken(resource, object, 'keeps changing');
  return again;
}

/**
 * Takes a finalizer off the object. No request is sent if it is not there, and an object that is gone is no error. If the object is
 * not as it was seen, it is read live and patched once more.
 *
 * @throws PreconditionFailed if the finalizers change faster than they can be patched
 */
export async function removeFinalizer<T extends KubeObject>(
  ports: Ports,
  resource: Resource<T>,
  object: Stored<T>,
  finalizer: string,
  signal?: AbortSignal,
): Promise<void> {
  let current: Stored<T> | undefined = object;
  for (let attempt = 0; attempt < 2; attempt++) {
    if (current === undefined || !hasFinalizer(current, finalizer)) return;
    try {
      if ((await patch(ports, resource, current, removalOf(current, finalizer), signal)) !== undefined)
        return;
    } catch (error) {
      if (isKubeError(error, 'NotFound')) return;
      throw error;
    }
    current = await readAgain(ports, resource, object, signal);
  }
  if (current === undefined || !hasFinalizer(current, finalizer)) return;
  throw overtaken(resource, object, 'keeps changing');
}

/**
 * A list that is not there cannot be appended to, and adding it would replace one that somebody else made meanwhile: then the whole
 * object must be as it was seen.
 */
function additionOf(object: Stored, finalizer: string): readonly JsonPatchOperation[] {
  const { uid, resourceVersion, finalizers = [] } = object.metadata;
  const sameObject = { op: 'test', path: '/metadata/uid', value: uid } as const;
  return finalizers.length === 0
    ? [
        sameObject,
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'add', path: '/metadata/finalizers', value: [finalizer] },
      ]
    : [
        sameObject,
        { op: 'test', path: '/metadata/finalizers', value: finalizers },
        { op: 'add', path: '/metadata/finalizers/-', value: finalizer },
      ];
}

function removalOf(object: Stored, finalizer: string): readonly JsonPatchOperation[] {
  const path = `/metadata/finalizers/${String(object.metadata.finalizers?.indexOf(finalizer))}`;
  return [
    { op: 'test', path: '/metadata/uid', value: object.metadata.uid },
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ];
}

/** Undefined if a `test` failed, that is if the object is not as it was seen. */
async function patch<T extends KubeObject>(
  ports: Ports,
  resource: Resource<T>,
  object: Stored<T>,
  operations: readonly JsonPatchOperation[],
  signal: AbortSignal | undefined,
): Promise<Stored<T> | undefined> {
  try {
    return await ports.writer.jsonPatch(resource, keyOf(object), operations, optionsOf(signal));
  } catch (error) {
    if (isKubeError(error, 'Invalid', 'Conflict')) return undefined;
    throw error;
  }
}

/** The object as it is now; undefined if it is gone, with a namesake in its place or without. */
async function readAgain<T extends KubeObject>(
  ports: Ports,
  resource: Resource<T>,
  object: Stored<T>,
  signal: AbortSignal | undefined,
): Promise<Stored<T> | undefined> {
  const current = await ports.live.get(resource, keyOf(object), optionsOf(signal));
  return current?.metadata.uid === object.metadata.uid ? current : undefined;
}

function optionsOf(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function overtaken(resource: Resource, object: Stored, how: string): PreconditionFailed {
  return new PreconditionFailed(`${resourceName(resource)} ${keyOf(object)} ${how}`);
}
