import { isDeepStrictEqual } from 'node:util';
import type { Writer } from '../client/client.ts';
import { isKubeError } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { apiVersionOf, type Resource } from '../core/resource.ts';
import type { ApplyMemo } from './apply-if-changed.ts';
import { canonical, type Json } from './canonical.ts';
import { contentHash } from './hash.ts';

export interface ApplyStatusOptions<T extends KubeObject> {
  readonly writer: Pick<Writer, 'apply'>;
  readonly resource: Resource<T>;
  readonly live: Stored<T>;
  /** Everything that this field manager wants to own in the status. Fields that are undefined are given up. */
  readonly status: Readonly<Record<string, unknown>>;
  readonly fieldManager: string;
  /** Shared by all calls of one controller, and by nothing else. */
  readonly memo?: ApplyMemo;
  /**
   * Nobody else writes this status, so whatever is in it beside `status` is a field that was given up. Default true. If false, only the
   * top-level fields of `status` are compared, and one that is given up stays until another changes.
   */
  readonly ownsWholeStatus?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Server-side apply of a status that sends no request when there is nothing to change.
 *
 * @returns the object; undefined if it is gone by now
 * @throws KubeError: `Conflict` if another object has taken its name
 */
export async function applyStatusIfChanged<T extends KubeObject>(
  options: ApplyStatusOptions<T>,
): Promise<Stored<T> | undefined> {
  const { live, memo, resource } = options;
  const status = canonical(options.status) as Readonly<Record<string, Json>>;
  const found = canonical((live as { readonly status?: object }).status ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (isSame(found, status, options.ownsWholeStatus ?? true)) return live;
  const hash = contentHash(status);
  if (memo?.isSettled(live, hash) === true) return live;

  const { name, namespace, uid } = live.metadata;
  const sent = {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid },
    status,
  };
  try {
    const object = await options.writer.apply(resource, sent as KubeObject as T, {
      fieldManager: options.fieldManager,
      force: true,
      subresource: 'status',
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (object.metadata.resourceVersion === live.metadata.resourceVersion) memo?.settle(object, hash);
    return object;
  } catch (error) {
    if (isKubeError(error, 'NotFound')) return undefined;
    throw error;
  }
}

function isSame(
  found: Readonly<Record<string, unknown>>,
  status: Readonly<Record<string, unknown>>,
  whole: boolean,
): boolean {
  if (whole) return isDeepStrictEqual(found, status);
  return Object.entries(status).every(([field, value]) => isDeepStrictEqual(found[field], value));
}
