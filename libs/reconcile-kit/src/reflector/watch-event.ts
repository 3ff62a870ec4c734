import { watchStatusError } from '../client/status-error.ts';
import { hasVersion, isStored, malformed, parseJson } from '../core/answer.ts';
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
