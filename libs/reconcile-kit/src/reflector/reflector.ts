import { type Clock, type Rng, sleep } from '@neo4j-operator/clock';
import type { Scope } from '../client/client.ts';
import { statusError } from '../client/status-error.ts';
import { asError, isKubeError, KubeError } from '../core/errors.ts';
import { keyOf, type ObjectKey } from '../core/key.ts';
import type { Logger } from '../core/logger.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { apiVersionOf, type Resource, resourceName } from '../core/resource.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import type { ReflectorState } from '../informer/informer.ts';
import type { InformerMetrics } from '../metrics/ports.ts';
import { exciser, type FieldPath } from '../transport/excise.ts';
import { splitLines } from '../transport/json-lines.ts';
import { ListScanner } from '../transport/list-items.ts';
import type { KubeRequest, KubeStream, KubeTransport } from '../transport/transport.ts';
import { type Attempt, type Ended, firstAttempt, initialLadder, step } from './ladder.ts';
import { pageRequest, type Selection, watchRequest, watchSeconds } from './requests.ts';
import { Turn } from './turn.ts';
import { isStored, malformed, parseWatchEvent, type WatchEvent } from './watch-event.ts';
import { Watchdog } from './watchdog.ts';

export type ObjectEvent<T extends KubeObject> = Exclude<WatchEvent<T>, { readonly type: 'BOOKMARK' }>;

/** Where a reflector puts what it hears. Its calls come one after another and are not awaited. */
export interface ReflectorSink<T extends KubeObject> {
  /**
   * A complete snapshot.
   *
   * @param isReset - the server went back in time (its etcd was restored): versions of before mean nothing any more
   */
  replace(objects: readonly Stored<T>[], resourceVersion: string, isReset: boolean): void;
  /** Changes, in their order. */
  apply(events: readonly ObjectEvent<T>[]): void;
  stateChanged(state: ReflectorState): void;
}

export interface ReflectorOptions<T extends KubeObject> {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly metrics: InformerMetrics;
  readonly resource: Resource<T>;
  readonly scope: Scope;
  readonly metadataOnly: boolean;
  /** Paths that are cut out of each object before it is parsed, beside `metadata.managedFields`. */
  readonly strip: readonly FieldPath[];
  readonly sink: ReflectorSink<T>;
}

/** Milliseconds within which a server that streams snapshots must say something. */
const snapshotSilenceMs = 10_000;
/** Bookmarks come about every minute; one may be late. */
const watchSilenceMs = 90_000;
/** A server that sent no bookmark for so long sends none. */
const bookmarkWaitMs = 180_000;

/**
 * Lists and watches one selection of objects for as long as it runs. Whatever goes wrong, it tries again by the rules of the ladder;
 * it ends only when it is stopped, and after that delivers nothing.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #selection: Selection;
  readonly #cutFromItem: (json: Uint8Array) => Uint8Array;
  readonly #cutFromEvent: (json: Uint8Array) => Uint8Array;
  readonly #stopping = new AbortController();
  #state: ReflectorState = {
    phase: 'idle',
    synced: false,
    resourceVersion: '',
    lastHeardAt: -Infinity,
    lastError: undefined,
  };

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#selection = {
      resource: options.resource,
      scope: options.scope,
      metadataOnly: options.metadataOnly,
    };
    const paths = [['metadata', 'managedFields'], ...options.strip];
    this.#cutFromItem = exciser(paths);
    this.#cutFromEvent = exciser(paths.map((path) => ['object', ...path]));
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** Runs until `stop` is called. It never rejects. */
  async run(): Promise<void> {
    const { clock, rng, metrics, logger } = this.#options;
    const signal = this.#stopping.signal;
    let ladder = initialLadder;
    let attempt: Attempt = firstAttempt(ladder);
    while (!signal.aborted) {
      const ended = await this.#attempt(attempt);
      if (signal.aborted) break;
      const next = step(ladder, ended, rng);
      if (ended.cause.kind === 'error') {
        logger.warn(
          {
            resource: resourceName(this.#options.resource),
            err: ended.cause.error,
            retryInMs: Math.round(next.delayMs),
          },
          'List or watch ended, trying again',
        );
      }
      if (next.next.kind === 'watch') metrics.reconnected(next.reason);
      else metrics.relisted(next.reason);
      ladder = next.state;
      attempt = next.next;
      if (next.delayMs > 0) {
        this.#set({
          phase: 'backoff',
          lastError: ended.cause.kind === 'error' ? ended.cause.error : silence(attempt),
        });
        await sleep(clock, next.delayMs, signal);
      }
    }
  }

  /** Closes the connection. Nothing is delivered from here on. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#set({ phase: 'stopped' });
    this.#stopping.abort();
  }

  async #attempt(attempt: Attempt): Promise<Ended> {
    const { clock } = this.#options;
    const startedAt = clock.monotonic();
    const progress = { events: 0, resumable: attempt.kind === 'watch', silent: false };
    let cause: Ended['cause'];
    try {
      if (attempt.kind === 'list') {
        await this.#list(progress);
        cause = { kind: 'listed' };
      } else {
        await this.#watch(attempt, progress);
        cause = progress.silent ? { kind: 'silent' } : { kind: 'closed' };
      }
    } catch (thrown) {
      cause = progress.silent ? { kind: 'silent' } : { kind: 'error', error: asKubeError(thrown) };
    }
    return {
      attempt,
      cause,
      resumable: progress.resumable,
      resourceVersion: this.#state.resourceVersion,
      durationMs: clock.monotonic() - startedAt,
      events: progress.events,
    };
  }

  async #list(progress: Progress): Promise<void> {
    this.#set({ phase: 'listing' });
    const turn = new Turn(this.#options.clock);
    const objects: Stored<T>[] = [];
    let next: string | undefined;
    let resourceVersion = '';
    do {
      const request = pageRequest(this.#selection, next);
      const stream = await this.#open(request);
      const scanner = new ListScanner();
      const dog = new Watchdog(this.#options.clock, watchSilenceMs, stream.close);
      try {
        for await (const chunk of stream.chunks) {
          this.#heard(chunk.length, dog);
          for (const item of scanner.push(chunk)) {
            objects.push(this.#parseItem(item, request));
            if (turn.isOver()) await turn.yield();
          }
        }
      } finally {
        dog.stop();
        stream.close();
      }
      const envelope = parseEnvelope(scanner, request);
      next = envelope.next;
      resourceVersion = envelope.resourceVersion;
    } while (next !== undefined && !this.#stopping.signal.aborted);
    this.#deliverSnapshot(objects, resourceVersion, progress);
  }

  async #watch(attempt: Attempt, progress: Progress): Promise<void> {
    const { clock, rng, sink, metrics } = this.#options;
    const signal = this.#stopping.signal;
    const seconds = watchSeconds(rng);
    const request = watchRequest(this.#selection, attempt, seconds);
    const name = `GET ${request.path}`;
    this.#set({ phase: attempt.kind === 'watch' ? 'watching' : 'listing' });
    const stream = await this.#open(request);
    if (attempt.kind === 'watch') this.#set({ lastError: undefined });
    const snapshot = attempt.kind === 'watch' ? undefined : new Map<ObjectKey, Stored<T>>();
    const openedAt = clock.monotonic();
    let sawBookmark = false;
    const dog = new Watchdog(clock, snapshot === undefined ? watchSilenceMs : snapshotSilenceMs, () => {
      progress.silent = true;
      stream.close();
    });
    const turn = new Turn(clock);
    try {
      for await (const lines of splitLines(
        heardChunks(stream, (bytes) => {
          this.#heard(bytes, dog);
        }),
      )) {
        let batch: ObjectEvent<T>[] = [];
        const flush = (): void => {
          if (batch.length === 0 || signal.aborted) return;
          progress.events += batch.length;
          metrics.events('object', batch.length);
          sink.apply(batch);
          batch = [];
        };
        try {
          for (const line of lines) {
            const event = parseWatchEvent<T>(this.#cutFromEvent(line), name);
            if (signal.aborted) return;
            if (event.type === 'BOOKMARK') {
              flush();
              sawBookmark = true;
              metrics.events('bookmark', 1);
              if (event.endsSnapshot && snapshot !== undefined && !progress.resumable) {
                this.#deliverSnapshot([...snapshot.values()], event.resourceVersion, progress);
                snapshot.clear();
                dog.setLimit(watchSilenceMs);
              } else if (progress.resumable) {
                this.#advance(event.resourceVersion);
              }
            } else if (!progress.resumable) {
              if (event.type === 'DELETED') snapshot?.delete(keyOf(event.object));
              else snapshot?.set(keyOf(event.object), this.#typed(event.object));
            } else {
              batch.push({ type: event.type, object: this.#typed(event.object) });
              this.#advance(event.object.metadata.resourceVersion);
            }
            if (turn.isOver()) {
              flush();
              await turn.yield();
            }
          }
        } finally {
          flush();
        }
        if (!sawBookmark && clock.monotonic() - openedAt > bookmarkWaitMs) dog.setLimit((seconds + 5) * 1000);
      }
    } finally {
      dog.stop();
      stream.close();
    }
  }

  async #open(request: KubeRequest): Promise<KubeStream> {
    const stream = await this.#options.transport.stream({ ...request, signal: this.#stopping.signal });
    if (stream.status === 200) return stream;
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream.chunks) chunks.push(chunk);
    throw statusError({ ...stream, body: Buffer.concat(chunks) }, `GET ${request.path}`);
  }

  #parseItem(json: Uint8Array, request: KubeRequest): Stored<T> {
    let object: unknown;
    try {
      object = JSON.parse(Buffer.from(this.#cutFromItem(json)).toString('utf8'));
    } catch (cause) {
      throw malformed(`GET ${request.path}`, cause);
    }
    if (!isStored(object)) throw malformed(`GET ${request.path}`, undefined);
    return this.#typed(object as Stored<T>);
  }

  /** Items of built-in lists carry no type, and metadata-only answers carry another: all objects get the same shape. */
  #typed(object: Stored<T>): Stored<T> {
    const { resource } = this.#options;
    const apiVersion = apiVersionOf(resource);
    return object.kind === resource.kind && object.apiVersion === apiVersion
      ? object
      : { ...object, apiVersion, kind: resource.kind };
  }

  #deliverSnapshot(objects: readonly Stored<T>[], resourceVersion: string, progress: Progress): void {
    if (this.#stopping.signal.aborted) return;
    const isReset = compareResourceVersions(resourceVersion, this.#state.resourceVersion) < 0;
    progress.events += objects.length;
    progress.resumable = true;
    this.#state = { ...this.#state, resourceVersion };
    this.#options.metrics.events('object', objects.length);
    this.#options.sink.replace(objects, resourceVersion, isReset);
    this.#set({ phase: 'watching', synced: true, lastError: undefined });
  }

  #advance(resourceVersion: string): void {
    if (compareResourceVersions(resourceVersion, this.#state.resourceVersion) > 0) {
      this.#state = { ...this.#state, resourceVersion };
    }
  }

  #heard(bytes: number, dog: Watchdog): void {
    dog.heard();
    this.#options.metrics.bytesReceived(bytes);
    this.#state = { ...this.#state, lastHeardAt: this.#options.clock.monotonic() };
  }

  #set(change: Partial<ReflectorState>): void {
    if (this.#stopping.signal.aborted) return;
    this.#state = { ...this.#state, ...change };
    this.#options.sink.stateChanged(this.#state);
  }
}

interface Progress {
  events: number;
  resumable: boolean;
  silent: boolean;
}

async function* heardChunks(
  stream: KubeStream,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream.chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

function parseEnvelope(
  scanner: ListScanner,
  request: KubeRequest,
): { readonly resourceVersion: string; readonly next: string | undefined } {
  try {
    const { metadata } = scanner.end();
    if (metadata?.resourceVersion !== undefined) {
      return {
        resourceVersion: metadata.resourceVersion,
        next: metadata.continue === '' ? undefined : metadata.continue,
      };
    }
  } catch (cause) {
    throw malformed(`GET ${request.path}`, cause);
  }
  throw malformed(`GET ${request.path}`, undefined);
}

function silence(attempt: Attempt): KubeError {
  return new KubeError(`the server was silent for too long (${attempt.kind})`, {
    reason: 'DeadlineExceeded',
  });
}

function asKubeError(thrown: unknown): KubeError {
  if (isKubeError(thrown)) return thrown;
  const error = asError(thrown);
  return new KubeError(error.message, { reason: 'MalformedResponse', cause: error });
}
