import type { LiveReader, Writer } from '../client/client.ts';
import { keyOf } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { Resource } from '../core/resource.ts';
import { canonical } from './canonical.ts';
import { contains } from './contains.ts';
import { contentHash } from './hash.ts';
import { ensureOwned } from './owned.ts';

/** The annotation that holds the hash of what was last applied. */
export const appliedHashAnnotation = 'reconcile-kit.neo4j.com/applied-hash';

export interface ApplyIfChangedOptions<T extends KubeObject> {
  readonly live: Pick<LiveReader, 'get'>;
  readonly writer: Pick<Writer, 'apply'>;
  readonly resource: Resource<T>;
  /** The object as the cache shows it; undefined if it shows none. */
  readonly known: Stored<T> | undefined;
  /** Everything that this field manager wants to own, and nothing else. */
  readonly desired: T;
  /** Is an object that was found under this name one of ours, or one that we may write into? */
  readonly owned: (object: Stored<T>) => boolean;
  readonly fieldManager: string;
  /** Take fields over from other managers: true for objects that are ours, false for objects of users. */
  readonly force: boolean;
  /** Shared by all calls of one controller; without it an object that the server normalises is applied again on each pass. */
  readonly memo?: ApplyMemo;
  readonly signal?: AbortSignal;
}

export interface Applied<T extends KubeObject> {
  readonly object: Stored<T>;
  /** False if nothing was applied, or it had no effect. */
  readonly changed: boolean;
}

/**
 * Server-side apply that sends no request when there is nothing to change.
 *
 * The hash of the canonical object goes along as an annotation. It tells what comparing fields cannot: that a field which was rendered
 * before is rendered no longer and has to be given up. The fields themselves are compared too, so that drift is repaired. What is
 * write-only (`stringData` of a Secret) can never be found again: render `data`.
 *
 * What the cache does not show is read live before it is made: a cache may lag or leave out what is not labelled as ours, and an apply
 * would take over whatever has the name. The uid goes along, so that a namesake made meanwhile is not touched.
 *
 * @throws TerminalError with the reason `NameTaken` if an object of somebody else has the name
 * @throws KubeError: `Conflict` if another manager owns a field and `force` is false, or if the object is another one by now
 */
export async function applyIfChanged<T extends KubeObject>(
  options: ApplyIfChangedOptions<T>,
): Promise<Applied<T>> {
  const { resource, desired, owned, memo } = options;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const key = keyOf(desired);
  const found = options.known ?? (await options.live.get(resource, key, call));
  if (found !== undefined) {
    ensureOwned(resource, key, found, owned);
    if (!needsApply(found, desired, memo)) return { object: found, changed: false };
  }
  const { annotated, hash } = withHash(desired);
  const object = await options.writer.apply(resource, withUid(annotated, found?.metadata.uid), {
    fieldManager: options.fieldManager,
    force: options.force,
    ...call,
  });
  const changed = object.metadata.resourceVersion !== found?.metadata.resourceVersion;
  if (!changed) memo?.settle(object, hash);
  return { object, changed };
}

/** Would `applyIfChanged` send a request? For planners: an apply that changes nothing is no action. */
export function needsApply<T extends KubeObject>(
  known: Stored<T> | undefined,
  desired: T,
  memo?: ApplyMemo,
): boolean {
  if (known === undefined) return true;
  const { annotated, hash } = withHash(desired);
  return memo?.isSettled(known, hash) !== true && !contains(known, annotated);
}

function withHash<T extends KubeObject>(desired: T): { readonly annotated: T; readonly hash: string } {
  const plain = canonical(desired);
  const hash = contentHash(plain);
  const object = plain as unknown as T;
  const annotations = { ...object.metadata.annotations, [appliedHashAnnotation]: hash };
  const annotated = { ...object, metadata: canonical({ ...object.metadata, annotations }) };
  return { annotated, hash };
}

function withUid<T extends KubeObject>(object: T, uid: string | undefined): T {
  return uid === undefined ? object : { ...object, metadata: { ...object.metadata, uid } };
}

/**
 * Remembers applies that changed nothing.
 *
 * A server may write a field back in another form than it was rendered in. Such an object never looks as desired, and without this
 * memory the same apply would go out on every pass. The least recently noted object is forgotten when `capacity` is reached; that
 * costs one more apply that changes nothing.
 */
export class ApplyMemo {
  readonly #capacity: number;
  readonly #settled = new Map<string, Settled>();

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** Was exactly this applied to exactly this version of the object, to no effect? */
  isSettled(live: Stored, hash: string): boolean {
    const settled = this.#settled.get(live.metadata.uid);
    return settled?.resourceVersion === live.metadata.resourceVersion && settled.hash === hash;
  }

  /** Notes that applying this to this version of the object had no effect. */
  settle(live: Stored, hash: string): void {
    const { uid, resourceVersion } = live.metadata;
    this.#settled.delete(uid);
    this.#settled.set(uid, { resourceVersion, hash });
    if (this.#settled.size <= this.#capacity) return;
    const [oldest] = this.#settled.keys();
    if (oldest !== undefined) this.#settled.delete(oldest);
  }
}

interface Settled {
  readonly resourceVersion: string;
  readonly hash: string;
}
