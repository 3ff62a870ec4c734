import { isStored, malformed, parseJson } from '../core/answer.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { apiVersionOf, type Resource } from '../core/resource.ts';
import type { ListScanner } from '../transport/list-items.ts';

/**
 * An item of a list from its bytes.
 *
 * @throws KubeError `MalformedResponse`
 */
export function parseItem(json: Uint8Array, request: string): Stored {
  const object = parseJson(json, request);
  if (!isStored(object)) throw malformed(request, undefined);
  return object;
}

/** Items of built-in lists carry no type, and metadata-only answers carry another: all objects get the same shape. */
export function withType<T extends KubeObject>(object: Stored<T>, resource: Resource<T>): Stored<T> {
  const apiVersion = apiVersionOf(resource);
  return object.kind === resource.kind && object.apiVersion === apiVersion
    ? object
    : { ...object, apiVersion, kind: resource.kind };
}

/** What a page of a list says beside its items. */
export interface Page {
  readonly resourceVersion: string;
  /** The continue token; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * The envelope of a page whose chunks are all in.
 *
 * @throws KubeError `MalformedResponse`
 */
export function pageOf(scanner: ListScanner, request: string): Page {
  try {
    const { metadata, items } = scanner.end();
    // A single object has a version too, and would be taken for an empty page.
    if (metadata?.resourceVersion !== undefined && Array.isArray(items)) {
      return {
        resourceVersion: metadata.resourceVersion,
        next: metadata.continue === '' ? undefined : metadata.continue,
      };
    }
  } catch (cause) {
    throw malformed(request, cause);
  }
  throw malformed(request, undefined);
}
