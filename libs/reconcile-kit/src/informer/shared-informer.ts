import type { Timer } from '@neo4j-operator/clock';
import { BehaviorSubject, type Observable } from 'rxjs';
import { asError } from '../core/errors.ts';
import { keyOf, type ObjectKey, parseKey } from '../core/key.ts';
import { parseLabelSelector } from '../core/label-selector.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { resourceName } from '../core/resource.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import { Reflector, type ReflectorOptions, type ReflectorSink } from '../reflector/reflector.ts';
import type { ObjectEvent } from '../reflector/watch-event.ts';
import { DeltaFeed } from './delta-feed.ts';
import { guarded } from './guarded.ts';
import type { Delta, InformerOptions, Lister, ReflectorState } from './informer.ts';
import { ObjectStore } from './object-store.ts';
import { reduce } from './reduce.ts';

/** Milliseconds within which the watch confirms a deletion of our own, if it was one. */
const confirmationMs = 60_000;

/** One list-and-watch with its store, shared by all who use the same selection of objects. */
export class SharedInformer<T extends KubeObject> {
  readonly deltas$: Observable<readonly Delta<T>[]>;
  readonly state$: Observable<ReflectorState>;
  readonly #options: Omit<ReflectorOptions<T>, 'sink' | 'strip' | 'metadataOnly'> & InformerOptions<T>;
  readonly #store: ObjectStore<T>;
  readonly #feed: DeltaFeed<T>;
  readonly #states: BehaviorSubject<ReflectorState>;
  readonly #reflector: Reflector<T>;
  /** Of each uid that was deleted by the answer to our own request: when the watch should have confirmed it. */
  readonly #confirmations = new Map<string, Timer>();
  readonly #matches: ReturnType<typeof parseLabelSelector>;
  readonly #unobserve: () => void;
  #running: Promise<void> | undefined;

  constructor(options: Omit<ReflectorOptions<T>, 'sink' | 'strip' | 'metadataOnly'> & InformerOptions<T>) {
    this.#options = options;
    this.#matches = parseLabelSelector(options.scope.labelSelector ?? '');
    this.#store = new ObjectStore(this.#safeIndexers());
    this.#feed = new DeltaFeed(
      () => this.#snapshot(),
      (error) => {
        this.#report(error, 'A subscriber of deltas failed');
      },
    );
    this.deltas$ = this.#feed.deltas$;
    const sink: ReflectorSink<T> = {
      replace: (objects, resourceVersion, isReset) => {
        this.#feed.push(this.#store.replace(this.#reduceAll(objects), resourceVersion, isReset));
      },
      apply: (events) => {
        this.#feed.push(events.flatMap((event) => this.#applied(event)));
      },
      stateChanged: (state) => {
        this.#states.next(state);
      },
    };
    this.#reflector = new Reflector({
      ...options,
      strip: options.strip ?? [],
      metadataOnly: options.metadataOnly ?? false,
      sink,
    });
    this.#states = new BehaviorSubject(this.#reflector.state);
    this.state$ = guarded(this.#states, (error) => {
      this.#report(error, 'A subscriber of the state failed');
    });
    this.#unobserve = options.metrics.observe({
      objects: () => this.#store.size,
      synced: () => this.state.synced,
      lastEventAgeMs: () => options.clock.monotonic() - this.state.lastHeardAt,
    });
  }

  get lister(): Lister<T> {
    return this.#store;
  }

  get state(): ReflectorState {
    return this.#reflector.state;
  }

  start(): void {
    this.#running ??= this.#reflector.run();
  }

  async stop(): Promise<void> {
    this.#reflector.stop();
    this.#unobserve();
    for (const timer of this.#confirmations.values()) timer.cancel();
    this.#confirmations.clear();
    this.#feed.complete();
    this.#states.complete();
    await this.#running;
  }

  whenSynced(signal?: AbortSignal): Promise<boolean> {
    if (this.state.synced) return Promise.resolve(true);
    if (signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (synced: boolean): void => {
        subscription.unsubscribe();
        signal?.removeEventListener('abort', onAbort);
        resolve(synced);
      };
      const onAbort = (): void => {
        end(false);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const subscription = this.#states.subscribe({
        next: (state) => {
          if (state.synced)
            queueMicrotask(() => {
              end(true);
            });
        },
        complete: () => {
          queueMicrotask(() => {
            end(this.state.synced);
          });
        },
      });
    });
  }

  /**
   * The answer to a write of our own. It is not taken over if what is stored is newer, and in two cases in which it is not stored yet: if
   * it is not selected, or only the server can tell; and if the watch is past its version already, since it has been deleted then.
   */
  observeWrite(key: ObjectKey, object: Stored<T>): void {
    if (!this.#covers(key)) return;
    const isPast = compareResourceVersions(object.metadata.resourceVersion, this.state.resourceVersion) <= 0;
    if (this.#store.get(key) === undefined && (isPast || !this.#selects(object))) return;
    this.#feed.push(this.#store.upsert(this.#reduced(this.#asRequested(object))));
  }

  /** The object with this uid is gone, unless the watch does not come to confirm it. */
  observeDelete(key: ObjectKey, uid: string): void {
    if (!this.#covers(key) || this.state.phase === 'stopped') return;
    this.#feed.push(this.#store.remove(key, uid));
    this.#confirmations.get(uid)?.cancel();
    this.#confirmations.set(
      uid,
      this.#options.clock.setTimer(confirmationMs, () => {
        this.#confirmations.delete(uid);
        this.#feed.push(this.#store.reveal(uid));
      }),
    );
  }

  #covers(key: ObjectKey): boolean {
    const { namespace } = this.#options.scope;
    return namespace === undefined || namespace === parseKey(key).namespace;
  }

  /** False as well where that cannot be told from here. */
  #selects({ metadata }: Stored<T>): boolean {
    const { fieldSelector } = this.#options.scope;
    return fieldSelector === undefined && this.#matches?.(metadata.labels ?? {}) === true;
  }

  #snapshot(): readonly Delta<T>[] {
    return Array.from(this.#store.list(), (next) => ({
      type: 'added',
      key: keyOf(next),
      next,
      initial: true,
    }));
  }

  #applied(event: ObjectEvent<T>): readonly Delta<T>[] {
    return this.#store.apply({ ...event, object: this.#reduced(event.object) });
  }

  #reduceAll(objects: readonly Stored<T>[]): readonly Stored<T>[] {
    return this.#options.project === undefined ? objects : objects.map((object) => this.#reduced(object));
  }

  /** An object that a projection cannot handle is stored whole: it costs memory and loses nothing. */
  #reduced(object: Stored<T>): Stored<T> {
    const { project } = this.#options;
    if (project === undefined) return object;
    try {
      const projected = project(object);
      if (isSameObject(projected, object)) return projected;
      throw new TypeError('a projection must keep name, namespace, uid and resourceVersion');
    } catch (thrown) {
      this.#report(asError(thrown), 'A projection failed, the object is kept whole', keyOf(object));
      return object;
    }
  }

  /** Responses come whole: what the reflector does not ask for, or cuts from the bytes, is taken out here. */
  #asRequested(object: Stored<T>): Stored<T> {
    const { metadataOnly, strip = [] } = this.#options;
    const { apiVersion, kind, metadata } = object;
    const asked = metadataOnly === true ? ({ apiVersion, kind, metadata } as Stored<T>) : object;
    return strip.reduce((reduced, path) => reduce(reduced, path), asked);
  }

  /** An object that an indexer cannot handle is stored, and is not found by that index. */
  #safeIndexers(): NonNullable<InformerOptions<T>['indexers']> {
    return Object.fromEntries(
      Object.entries(this.#options.indexers ?? {}).map(([name, indexer]) => [
        name,
        (object: Stored<T>) => {
          try {
            return indexer(object);
          } catch (thrown) {
            this.#report(asError(thrown), `The indexer ${name} failed`, keyOf(object));
            return [];
          }
        },
      ]),
    );
  }

  #report(error: Error, message: string, object?: ObjectKey): void {
    this.#options.logger.error(
      { resource: resourceName(this.#options.resource), object, err: error },
      message,
    );
  }
}

function isSameObject(projected: KubeObject, { metadata }: Stored): boolean {
  const { name, namespace, uid, resourceVersion } = projected.metadata;
  return (
    name === metadata.name &&
    namespace === metadata.namespace &&
    uid === metadata.uid &&
    resourceVersion === metadata.resourceVersion
  );
}
