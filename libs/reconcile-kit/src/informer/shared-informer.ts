import { BehaviorSubject, type Observable } from 'rxjs';
import { asError } from '../core/errors.ts';
import type { ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { resourceName } from '../core/resource.ts';
import { Reflector, type ReflectorOptions, type ReflectorSink } from '../reflector/reflector.ts';
import type { ObjectEvent } from '../reflector/watch-event.ts';
import { DeltaFeed } from './delta-feed.ts';
import type { Delta, InformerOptions, Lister, ReflectorState } from './informer.ts';
import { ObjectStore } from './object-store.ts';
import { reduce } from './reduce.ts';

/** One list-and-watch with its store, shared by all who use the same selection of objects. */
export class SharedInformer<T extends KubeObject> {
  readonly deltas$: Observable<readonly Delta<T>[]>;
  readonly state$: Observable<ReflectorState>;
  readonly #options: Omit<ReflectorOptions<T>, 'sink' | 'strip' | 'metadataOnly'> & InformerOptions<T>;
  readonly #store: ObjectStore<T>;
  readonly #feed: DeltaFeed<T>;
  readonly #states: BehaviorSubject<ReflectorState>;
  readonly #reflector: Reflector<T>;
  /** Keys of which a write of ours may or may not have happened. */
  readonly #suspects = new Set<ObjectKey>();
  #running: Promise<void> | undefined;

  constructor(options: Omit<ReflectorOptions<T>, 'sink' | 'strip' | 'metadataOnly'> & InformerOptions<T>) {
    this.#options = options;
    this.#store = new ObjectStore(options.indexers);
    this.#feed = new DeltaFeed(
      () => this.#snapshot(),
      (error) => {
        this.#report(error, 'A subscriber of deltas failed');
      },
    );
    this.deltas$ = this.#feed.deltas$;
    const sink: ReflectorSink<T> = {
      replace: (objects, resourceVersion, isReset) => {
        this.#feed.push(
          this.#guarded(() => this.#store.replace(this.#reduceAll(objects), resourceVersion, isReset)),
        );
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
    this.state$ = this.#states.asObservable();
    options.metrics.observe({
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
    this.#feed.complete();
    this.#states.next({ ...this.state, phase: 'stopped' });
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
   * The answer to a write of our own. An informer with a selector cannot tell whether a new object matches, so it takes over only what it
   * already has.
   */
  observeWrite(key: ObjectKey, object: Stored<T>): void {
    const { scope } = this.#options;
    if (scope.namespace !== undefined && scope.namespace !== object.metadata.namespace) return;
    const selects = scope.labelSelector !== undefined || scope.fieldSelector !== undefined;
    if (selects && this.#store.get(key) === undefined) return;
    this.#suspects.delete(key);
    this.#feed.push(this.#applied({ type: 'MODIFIED', object: this.#stripped(object) }));
  }

  /** The object with this uid is gone. */
  observeDelete(key: ObjectKey, uid: string): void {
    this.#suspects.delete(key);
    this.#feed.push(this.#store.remove(key, uid));
  }

  observeUnknown(key: ObjectKey): void {
    this.#suspects.add(key);
  }

  /** Keys whose objects must be read live before they are relied on. */
  get suspects(): ReadonlySet<ObjectKey> {
    return this.#suspects;
  }

  /** The object under a suspect key has been read live. */
  settleSuspect(key: ObjectKey): void {
    this.#suspects.delete(key);
  }

  #snapshot(): readonly Delta<T>[] {
    return [...this.#store.list()].map((next) => ({
      type: 'added',
      key: (next.metadata.namespace === undefined
        ? next.metadata.name
        : `${next.metadata.namespace}/${next.metadata.name}`) as ObjectKey,
      next,
      initial: true,
    }));
  }

  #applied(event: ObjectEvent<T>): readonly Delta<T>[] {
    return this.#guarded(() => this.#store.apply({ ...event, object: this.#reduced(event.object) }));
  }

  #reduceAll(objects: readonly Stored<T>[]): readonly Stored<T>[] {
    return this.#options.project === undefined ? objects : objects.map((object) => this.#reduced(object));
  }

  /** An object that a projection cannot handle is stored whole: it costs memory and loses nothing. */
  #reduced(object: Stored<T>): Stored<T> {
    const { project } = this.#options;
    if (project === undefined) return object;
    try {
      return project(object);
    } catch (thrown) {
      this.#report(asError(thrown), 'A projection failed, the object is kept whole');
      return object;
    }
  }

  /** Responses are parsed whole, so what the reflector cuts from bytes is taken out here. */
  #stripped(object: Stored<T>): Stored<T> {
    return (this.#options.strip ?? []).reduce((reduced, path) => reduce(reduced, path), object);
  }

  #guarded(change: () => readonly Delta<T>[]): readonly Delta<T>[] {
    try {
      return change();
    } catch (thrown) {
      this.#report(asError(thrown), 'An indexer failed, its object is not stored');
      return [];
    }
  }

  #report(error: Error, message: string): void {
    this.#options.logger.error({ resource: resourceName(this.#options.resource), err: error }, message);
  }
}
