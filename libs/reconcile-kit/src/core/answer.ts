import { KubeError } from './errors.ts';
import type { Stored } from './object.ts';

/**
 * A JSON object from its bytes, which are not copied.
 *
 * @param request - names what was asked, for the message: `GET /api/v1/pods`
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

/** True if the server has put a version on it: an object, a bookmark. */
export function hasVersion(object: unknown): object is {
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

/** The error for an answer that cannot be understood. */
export function malformed(request: string, cause: unknown): KubeError {
  return new KubeError(
    `${request}: the answer is not what a Kubernetes API server sends; is the server URL that of one?`,
    { reason: 'MalformedResponse', request, cause },
  );
}
