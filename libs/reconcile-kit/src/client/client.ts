import type { KubeObject, Stored } from '../core/object.ts';
import type { ObjectKey } from '../core/key.ts';
import type { Resource } from '../core/resource.ts';

/** Which objects of a resource are meant. */
export interface Scope {
  /** All namespaces when absent. */
  readonly namespace?: string;
  /** A label selector as the API takes it: `app=neo4j,tier in (a, b)`. */
  readonly labelSelector?: string;
  /** A field selector as the API takes it: `metadata.name=x`. */
  readonly fieldSelector?: string;
}

/** What every request can be given. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

/** Reads that ask the API server for its newest state (a quorum read: no resource version is sent). */
export interface LiveReader {
  /** The object as the server holds it now; undefined when there is none. */
  get<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    options?: RequestOptions,
  ): Promise<Stored<T> | undefined>;
  /** All objects of the scope, page by page. */
  list<T extends KubeObject>(
    resource: Resource<T>,
    scope?: Scope,
    options?: RequestOptions,
  ): Promise<readonly Stored<T>[]>;
}

/** One operation of a JSON Patch (RFC 6902). */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export interface ApplyOptions extends RequestOptions {
  /** Who owns the fields that are applied. */
  readonly fieldManager: string;
  /** Take fields over from other managers: true for objects that are ours, false for objects of users. */
  readonly force: boolean;
  readonly subresource?: 'status';
}

export interface PatchOptions extends RequestOptions {
  readonly subresource?: 'status';
}

export interface DeleteOptions extends RequestOptions {
  /** The object is deleted only if it is still this one; without it a namesake made meanwhile would go. */
  readonly uid: string;
  /** The object is deleted only if it is unchanged. */
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
}

/** Requests that change something. Each passes the write gate and fails with `WriteDenied` when it is closed. */
export interface Writer {
  /** POST. Fails with `AlreadyExists` when the name is taken. */
  create<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: RequestOptions,
  ): Promise<Stored<T>>;
  /** Server-side apply (KEP-555). With `metadata.uid` set it never creates; with `resourceVersion` set it fails with `Conflict` if the object has changed. */
  apply<T extends KubeObject>(resource: Resource<T>, object: T, options: ApplyOptions): Promise<Stored<T>>;
  /** JSON Patch; a failing `test` operation is `Invalid`. */
  jsonPatch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    operations: readonly JsonPatchOperation[],
    options?: PatchOptions,
  ): Promise<Stored<T>>;
  /** PUT. The object's resourceVersion is the precondition. */
  replace<T extends KubeObject>(
    resource: Resource<T>,
    object: Stored<T>,
    options?: RequestOptions,
  ): Promise<Stored<T>>;
  /** DELETE. An object that is already gone is no error. */
  delete<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, options: DeleteOptions): Promise<void>;
}

/** Told of each change that this process makes, so that caches can show it before the watch does. */
export interface WriteObserver {
  /** The server answered with the object as it is now. */
  written(resource: Resource, object: Stored): void;
  /** The server confirmed that the object with this uid is gone, or will not come back. */
  deleted(resource: Resource, key: ObjectKey, uid: string): void;
}

/** Decides whether this process may change anything at the moment. */
export interface WriteGate {
  /**
   * Admits a mutating request that is over, here and on the server, after `deadlineMs` milliseconds at the latest. It is asked
   * before the request, and again at each moment when it is about to be sent: then its answer must hold for that moment.
   *
   * @throws KubeError with reason `WriteDenied`
   */
  admit(deadlineMs: number): void;
}

/** A gate that is always open: for tools and for processes that run alone. */
export const openGate: WriteGate = { admit: () => undefined };
