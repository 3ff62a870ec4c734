import type { LiveReader, Writer } from '../client/client.ts';
import { isKubeError } from '../core/errors.ts';
import type { ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';
import { ensureOwned } from './owned.ts';

export interface CreateOnceOptions<T extends KubeObject> {
  readonly live: Pick<LiveReader, 'get'>;
  readonly writer: Pick<Writer, 'create'>;
  readonly resource: Resource<T>;
  readonly key: ObjectKey;
  /** Makes the object with its generated value. Called only if there is none. */
  readonly build: () => T;
  /** Is an object that was found under this name one of ours? */
  readonly owned: (object: Stored<T>) => boolean;
  readonly signal?: AbortSignal;
}

export interface CreatedOnce<T extends KubeObject> {
  readonly object: Stored<T>;
  /** True if the server confirmed that this call made it. */
  readonly created: boolean;
}

/** The object is on its way out: what it holds must not be relied on. Trying again helps once it is gone. */
export class BeingDeleted extends Error {
  override readonly name = 'BeingDeleted';
}

/**
 * Makes an object that holds a generated value (a password, a key) exactly once, and finds it ever after.
 *
 * It is read live first: a cache that has not seen it yet must not lead to a second value. It is created and never applied, so that the
 * first value to reach the server is the one that everybody uses. If the outcome of the request is unknown, what the server holds decides.
 *
 * @throws BeingDeleted if the object is being deleted
 * @throws TerminalError with the reason `NameTaken` if an object of somebody else has the name
 * @throws KubeError if a request fails; after an unknown outcome only if the object cannot be found
 */
export async function createOnce<T extends KubeObject>(
  options: CreateOnceOptions<T>,
): Promise<CreatedOnce<T>> {
  const { live, writer, resource, key } = options;
  const call = options.signal === undefined ? {} : { signal: options.signal };

  const found = await live.get(resource, key, call);
  if (found !== undefined) return existing(options, found);
  try {
    return { object: await writer.create(resource, options.build(), call), created: true };
  } catch (error) {
    if (!isKubeError(error) || !(error.reason === 'AlreadyExists' || error.outcomeUnknown)) throw error;
    options.signal?.throwIfAborted();
    const made = await live.get(resource, key, call);
    if (made === undefined) throw error;
    return existing(options, made);
  }
}

function existing<T extends KubeObject>(options: CreateOnceOptions<T>, object: Stored<T>): CreatedOnce<T> {
  const name = `${resourceName(options.resource)} ${options.key}`;
  ensureOwned(options.resource, options.key, object, options.owned);
  if (object.metadata.deletionTimestamp !== undefined) {
    throw new BeingDeleted(
      `${name} is being deleted and is made anew when it is gone${
        (object.metadata.finalizers?.length ?? 0) > 0
          ? `; it waits for the finalizers ${object.metadata.finalizers?.join(', ') ?? ''}`
          : ''
      }`,
    );
  }
  return { object, created: false };
}
