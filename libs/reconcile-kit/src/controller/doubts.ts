import type { LiveReader, WriteObserver, Writer } from '../client/client.ts';
import { isKubeError } from '../core/errors.ts';
import { keyOf, type ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';

interface Doubt {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

export interface DoubtsOptions {
  readonly writer: Writer;
  readonly live: Pick<LiveReader, 'get'>;
  /** The object as the caches show it. */
  readonly cached: (resource: Resource, key: ObjectKey) => Stored | undefined;
  /** Told what the server holds. */
  readonly observer: Pick<WriteObserver, 'written' | 'deleted'>;
}

/**
 * Writes of which the answer was lost, by the object whose pass sent them. That object's next pass has them read first, so that it does not
 * act on a view that is older than its own write; passes over other objects are not held up.
 */
export class Doubts {
  readonly #options: DoubtsOptions;
  readonly #byPass = new Map<ObjectKey, Map<string, Doubt>>();

  constructor(options: DoubtsOptions) {
    this.#options = options;
  }

  /** The writer of the passes over one object. */
  writerFor(object: ObjectKey): Writer {
    const { writer } = this.#options;
    const watched = async <R>(resource: Resource, key: ObjectKey, writing: Promise<R>): Promise<R> => {
      try {
        return await writing;
      } catch (error) {
        if (isKubeError(error) && error.outcomeUnknown) this.#note(object, { resource, key });
        throw error;
      }
    };
    return {
      create: (resource, made, call) => watched(resource, keyOf(made), writer.create(resource, made, call)),
      apply: (resource, desired, call) =>
        watched(resource, keyOf(desired), writer.apply(resource, desired, call)),
      jsonPatch: (resource, key, operations, call) =>
        watched(resource, key, writer.jsonPatch(resource, key, operations, call)),
      replace: (resource, next, call) => watched(resource, keyOf(next), writer.replace(resource, next, call)),
      delete: (resource, key, call) => watched(resource, key, writer.delete(resource, key, call)),
    };
  }

  /**
   * Reads live what passes over this object have written without learning the outcome. Sends nothing if there is nothing.
   *
   * @throws KubeError if something cannot be read; it stays in doubt
   */
  async settle(object: ObjectKey, signal: AbortSignal): Promise<void> {
    const { live, cached, observer } = this.#options;
    const doubts = this.#byPass.get(object);
    for (const [name, { resource, key }] of doubts ?? []) {
      const before = cached(resource, key);
      const found = await live.get<KubeObject>(resource, key, { signal });
      if (found !== undefined) observer.written(resource, found);
      else if (before !== undefined) observer.deleted(resource, key, before.metadata.uid);
      doubts?.delete(name);
    }
    this.#byPass.delete(object);
  }

  /** There will be no further pass that could be misled. */
  forget(object: ObjectKey): void {
    this.#byPass.delete(object);
  }

  #note(object: ObjectKey, doubt: Doubt): void {
    const doubts = this.#byPass.get(object) ?? new Map<string, Doubt>();
    doubts.set(`${resourceName(doubt.resource)} ${doubt.key}`, doubt);
    this.#byPass.set(object, doubts);
  }
}
