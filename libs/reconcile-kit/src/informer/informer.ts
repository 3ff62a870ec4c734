import type { Observable } from 'rxjs';
import type { KubeError } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { ObjectKey } from '../core/key.ts';
import type { Resource } from '../core/resource.ts';
import type { Scope } from '../client/client.ts';

/** One change of the store. The store has it already when the delta is delivered. */
export type Delta<T extends KubeObject> =
  | { readonly type: 'added'; readonly key: ObjectKey; readonly next: Stored<T>; readonly initial: boolean }
  | { readonly type: 'updated'; readonly key: ObjectKey; readonly next: Stored<T>; readonly prev: Stored<T> }
  /** `finalStateUnknown`: the deletion itself was missed, `prev` is the last state that was seen. */
  | {
      readonly type: 'deleted';
      readonly key: ObjectKey;
      readonly prev: Stored<T>;
      readonly finalStateUnknown: boolean;
    };

/** Where the list-and-watch stands. */
export interface ReflectorState {
  readonly phase: 'idle' | 'listing' | 'watching' | 'backoff' | 'stopped';
  /** True from the first complete snapshot on. */
  readonly synced: boolean;
  readonly resourceVersion: string;
  /** Monotonic milliseconds of the last byte from the server; negative infinity before the first. */
  readonly lastHeardAt: number;
  /** Why the last list or watch ended, while it has not been replaced by a working one. */
  readonly lastError: KubeError | undefined;
}

/** Synchronous reads of an informer's objects. They are shared and must not be changed. */
export interface Lister<T extends KubeObject> {
  get(key: ObjectKey): Stored<T> | undefined;
  list(namespace?: string): Iterable<Stored<T>>;
  /** Objects that the named index files under `value`. Unknown index names throw. */
  byIndex(index: string, value: string): Iterable<Stored<T>>;
  /** Objects with an owner reference to this uid. */
  ownedBy(ownerUid: string): Iterable<Stored<T>>;
  readonly size: number;
}

export interface InformerOptions<T extends KubeObject> {
  /** Paths whose bytes are cut out before parsing; `metadata.managedFields` always is. */
  readonly strip?: readonly (readonly string[])[];
  /** Reduces an object to what is needed before it is stored. Must keep apiVersion, kind and metadata. */
  readonly project?: (object: Stored<T>) => Stored<T>;
  readonly indexers?: Readonly<Record<string, (object: Stored<T>) => readonly string[]>>;
  /** Ask the server for metadata only (PartialObjectMetadata). */
  readonly metadataOnly?: boolean;
}

/** A use of a shared informer. Releasing the last use stops it after the registry's linger time. */
export interface InformerHandle<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>;
  /** Without a namespace where it is about all, or about several. */
  readonly scope: Scope;
  readonly lister: Lister<T>;
  /** The store's content as `added` deltas with `initial: true`, then every change. Never errors; completes when the informer stops. */
  readonly deltas$: Observable<readonly Delta<T>[]>;
  /** The latest state that was told, then every change of phase, `synced` or `lastError`; `state` has the newest version and time as well. */
  readonly state$: Observable<ReflectorState>;
  readonly state: ReflectorState;
  /** Resolves true when the store holds a complete snapshot, false when aborted or stopped before. */
  whenSynced(signal?: AbortSignal): Promise<boolean>;
  release(): void;
}
