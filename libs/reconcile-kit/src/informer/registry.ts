import type { Clock, Rng, Timer } from '@neo4j-operator/clock';
import type { Scope, WriteObserver } from '../client/client.ts';
import { keyOf } from '../core/key.ts';
import type { Logger } from '../core/logger.ts';
import type { KubeObject } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';
import type { MetricsPorts } from '../metrics/ports.ts';
import type { KubeTransport } from '../transport/transport.ts';
import type { InformerHandle, InformerOptions } from './informer.ts';
import { mergedHandle } from './merged.ts';
import { SharedInformer } from './shared-informer.ts';

export interface InformerRegistryOptions {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly metrics: MetricsPorts;
  /** Milliseconds that an informer without users goes on, so that a new user finds it warm. Default 30 000. */
  readonly lingerMs?: number;
}

interface Entry {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly options: InformerOptions<never>;
  readonly informer: SharedInformer<KubeObject>;
  users: number;
  linger: Timer | undefined;
}

/**
 * Hands out informers. Uses of the same resource, scope and options share one; it stops when its last user has released it and
 * the linger time is over. Informers start with the registry, later ones at once.
 */
export class InformerRegistry {
  readonly #options: InformerRegistryOptions;
  readonly #entries = new Set<Entry>();
  #started = false;
  #stopped = false;

  constructor(options: InformerRegistryOptions) {
    this.#options = options;
  }

  /** Give this to the client, so that own writes show in the informers at once. */
  readonly writeObserver: WriteObserver = {
    written: (resource, object) => {
      for (const informer of this.#informersOf(resource)) informer.observeWrite(keyOf(object), object);
    },
    deleted: (resource, key, uid) => {
      for (const informer of this.#informersOf(resource)) informer.observeDelete(key, uid);
    },
  };

  acquire<T extends KubeObject>(
    resource: Resource<T>,
    scope: Scope = {},
    options: InformerOptions<T> = {},
  ): InformerHandle<T> {
    if (this.#stopped) throw new TypeError('the informer registry is stopped');
    const entry = this.#find(resource, scope, options) ?? this.#open(resource, scope, options);
    entry.users++;
    entry.linger?.cancel();
    return this.#handle(resource, entry);
  }

  /**
   * The informers of a resource in each of several namespaces, as one; that of all namespaces if none are given. A resource without
   * namespaces has one informer in any case.
   */
  acquireIn<T extends KubeObject>(
    resource: Resource<T>,
    namespaces: readonly string[] | undefined,
    scope: Omit<Scope, 'namespace'> = {},
    options: InformerOptions<T> = {},
  ): InformerHandle<T> {
    if (namespaces?.length === 0) throw new TypeError('name at least one namespace, or none at all');
    if (namespaces === undefined || !resource.namespaced) return this.acquire(resource, scope, options);
    const parts = new Map(
      [...new Set(namespaces)].map((namespace) => [
        namespace,
        this.acquire(resource, { ...scope, namespace }, options),
      ]),
    );
    const [only] = parts.values();
    if (only !== undefined && parts.size === 1) return only;
    return mergedHandle(parts, (error, message) => {
      this.#options.logger.error({ resource: resourceName(resource), err: error }, message);
    });
  }

  /** Starts every informer, those acquired so far and those to come. */
  start(): void {
    this.#started = true;
    for (const { informer } of this.#entries) informer.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { linger } of this.#entries) linger?.cancel();
    await Promise.all([...this.#entries].map(({ informer }) => informer.stop()));
    this.#entries.clear();
  }

  /** All informers, for health checks. */
  informers(): readonly Pick<InformerHandle, 'resource' | 'state' | 'state$' | 'whenSynced'>[] {
    return [...this.#entries].map((entry) => this.#handle(entry.resource, entry));
  }

  *#informersOf(resource: Resource): Iterable<SharedInformer<KubeObject>> {
    for (const entry of this.#entries) {
      if (resourceName(entry.resource) === resourceName(resource)) yield entry.informer;
    }
  }

  #find<T extends KubeObject>(
    resource: Resource<T>,
    scope: Scope,
    options: InformerOptions<T>,
  ): Entry | undefined {
    const wanted = signature(resource, scope, options as unknown as InformerOptions<never>);
    return [...this.#entries].find(
      (entry) =>
        signature(entry.resource, entry.scope, entry.options) === wanted &&
        entry.options.project === (options.project as unknown) &&
        entry.options.indexers === (options.indexers as unknown),
    );
  }

  #open<T extends KubeObject>(resource: Resource<T>, scope: Scope, options: InformerOptions<T>): Entry {
    const { transport, clock, rng, logger, metrics } = this.#options;
    const informer = new SharedInformer<T>({
      ...options,
      transport,
      clock,
      rng,
      logger,
      metrics: metrics.informer(resourceName(resource)),
      resource,
      scope,
    });
    const entry: Entry = {
      resource,
      scope,
      options: options as unknown as InformerOptions<never>,
      informer: informer as unknown as SharedInformer<KubeObject>,
      users: 0,
      linger: undefined,
    };
    this.#entries.add(entry);
    if (this.#started) informer.start();
    return entry;
  }

  #handle<T extends KubeObject>(resource: Resource<T>, entry: Entry): InformerHandle<T> {
    const informer = entry.informer as unknown as SharedInformer<T>;
    let released = false;
    return {
      resource,
      scope: entry.scope,
      lister: informer.lister,
      deltas$: informer.deltas$,
      state$: informer.state$,
      get state() {
        return informer.state;
      },
      whenSynced: (signal) => informer.whenSynced(signal),
      release: () => {
        if (released) return;
        released = true;
        this.#released(entry);
      },
    };
  }

  #released(entry: Entry): void {
    entry.users--;
    if (entry.users > 0 || this.#stopped) return;
    entry.linger = this.#options.clock.setTimer(this.#options.lingerMs ?? 30_000, () => {
      this.#entries.delete(entry);
      void entry.informer.stop();
    });
  }
}

function signature(resource: Resource, scope: Scope, options: InformerOptions<never>): string {
  const { namespace, labelSelector, fieldSelector } = scope;
  return JSON.stringify([
    resourceName(resource),
    resource.version,
    namespace,
    labelSelector,
    fieldSelector,
    options.strip ?? [],
    options.metadataOnly ?? false,
  ]);
}
