import type { JsonPatchOperation, LiveReader, RequestOptions, Writer } from '../client/client.ts';
import { PreconditionFailed } from '../core/pass-errors.ts';
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
 * @throws PreconditionFailed if the object is gone, replaced or being deleted; KubeError if the second patch fails too
 */
export async function addFinalizer<T extends KubeObject>(
  ports: Ports,
  resource: Resource<T>,
  object: Stored<T>,
  finalizer: string,
  signal?: AbortSignal,
): Promise<Stored<T>> {
  if (hasFinalizer(object, finalizer)) return object;
  const options = signal === undefined ? {} : { signal };
  const key = keyOf(object);
  const patched = await patchAsSeen(() =>
    ports.writer.jsonPatch(resource, key, additionOf(object, finalizer), options),
  );
  if (patched !== undefined) return patched;

  const current = await readAgain(ports, resource, object, options);
  const name = `${resourceName(resource)} ${key}`;
  if (current === undefined) throw new PreconditionFailed(`${name} is gone`);
  if (current.metadata.deletionTimestamp !== undefined)
    throw new PreconditionFailed(`${name} is being deleted`);
  if (hasFinalizer(current, finalizer)) return current;
  return ports.writer.jsonPatch(resource, key, additionOf(current, finalizer), options);
}

/**
 * Takes a finalizer off the object. No request is sent if it is not there, and an object that is gone is no error. If the object is
 * not as it was seen, it is read live and patched once more.
 *
 * @throws KubeError if the second patch fails too
 */
export async function removeFinalizer<T extends KubeObject>(
  ports: Ports,
  resource: Resource<T>,
  object: Stored<T>,
  finalizer: string,
  signal?: AbortSignal,
): Promise<void> {
  if (!hasFinalizer(object, finalizer)) return;
  const options = signal === undefined ? {} : { signal };
  const key = keyOf(object);
  const patched = await patchAsSeen(() =>
    ports.writer.jsonPatch(resource, key, removalOf(object, finalizer), options),
  );
  if (patched !== undefined) return;

  const current = await readAgain(ports, resource, object, options);
  if (current === undefined || !hasFinalizer(current, finalizer)) return;
  await ports.writer.jsonPatch(resource, key, removalOf(current, finalizer), options);
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

/** Undefined if the object is not as it was seen: a `test` failed, or it is gone. */
async function patchAsSeen<T>(patch: () => Promise<T>): Promise<T | undefined> {
  try {
    return await patch();
  } catch (error) {
    if (isKubeError(error, 'Invalid', 'Conflict', 'NotFound')) return undefined;
    throw error;
  }
}

/** The object as it is now; undefined if it is gone, with a namesake in its place or without. */
async function readAgain<T extends KubeObject>(
  ports: Ports,
  resource: Resource<T>,
  object: Stored<T>,
  options: RequestOptions,
): Promise<Stored<T> | undefined> {
  const current = await ports.live.get(resource, keyOf(object), options);
  return current?.metadata.uid === object.metadata.uid ? current : undefined;
}
