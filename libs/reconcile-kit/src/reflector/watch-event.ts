import { watchStatusError } from '../client/status-error.ts';
import { KubeError } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';

/** A line of a watch, understood. */
export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Stored<T> }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly endsSnapshot: boolean };

export type ObjectEvent<T extends KubeObject> = Exclude<WatchEvent<T>, { readonly type: 'BOOKMARK' }>;

const snapshotEnd = 'k8s.io/initial-events-end';

/**
 * Understands a line of a watch.
 *
 * @throws KubeError for an ERROR event (with the reason of its Status) and, as `MalformedResponse`, for a line that is no event
 */
export function parseWatchEvent<T extends KubeObject>(line: Uint8Array, request: string): WatchEvent<T> {
  const { type, object }: { readonly type?: unknown; readonly object?: unknown } = parseJson(line, request);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (!isStored(object)) throw malformed(request, undefined);
      return { type, object: object as Stored<T> };
    case 'BOOKMARK': {
      if (!hasVersion(object)) throw malformed(request, undefined);
      const { resourceVersion, annotations } = object.metadata;
      return { type, resourceVersion, endsSnapshot: annotations?.[snapshotEnd] === 'true' };
    }
    case 'ERROR':
      throw watchStatusError(object, request);
    default:
      throw malformed(request, undefined);
  }
}

/**
 * A JSON object from its bytes, which are not copied.
 *
 * @throws KubeError `MalformedResponse`
 */
export function parseJson(json: Uint8Array, request: string): object {
  try {
    const parsed: unknown = JSON.parse(
      Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8'),
    );
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (cause) {
    throw malformed(request, cause);
  }
  throw malformed(request, undefined);
}

function hasVersion(object: unknown): object is {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
} {
  const metadata = (object as { readonly metadata?: { readonly resourceVersion?: unknown } } | undefined)
    ?.metadata;
  return typeof metadata?.resourceVersion === 'string' && metadata.resourceVersion !== '';
}

/** The least that an object must have to be stored: without a name, an identity and a version nothing can be done with it. */
export function isStored(object: unknown): object is Stored {
  if (!hasVersion(object)) return false;
  const { name, uid } = object.metadata as { readonly name?: unknown; readonly uid?: unknown };
  return typeof name === 'string' && typeof uid === 'string';
}

export function malformed(request: string, cause: unknown): KubeError {
  return new KubeError(`${request}: the answer is not what a Kubernetes API server sends`, {
    reason: 'MalformedResponse',
    request,
    cause,
  });
}
