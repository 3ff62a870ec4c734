import { type Clock, type Rng, sleep } from '@neo4j-operator/clock';
import type { Scope } from '../client/client.ts';
import { asError, isKubeError, KubeError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import type { ReflectorState } from '../informer/informer.ts';
import type { InformerMetrics } from '../metrics/ports.ts';
import { exciser, type FieldPath } from '../transport/excise.ts';
import { splitLines } from '../transport/json-lines.ts';
import { ListScanner } from '../transport/list-items.ts';
import type { KubeRequest, KubeStream, KubeTransport } from '../transport/transport.ts';
import { BookmarkPatience } from './bookmark-patience.ts';
import { type Attempt, type Ended, firstAttempt, initialLadder, step } from './ladder.ts';
import { openStream } from './open-stream.ts';
import { type Page, pageOf, parseItem, withType } from './read-list.ts';
import { pageRequest, type Selection, watchRequest, watchSeconds } from './requests.ts';
import { Turn } from '../core/turn.ts';
import { type ObjectEvent, parseWatchEvent } from './watch-event.ts';
import { WatchIntake } from './watch-intake.ts';
import { Watchdog } from './watchdog.ts';

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
/** Milliseconds without a byte after which a page of a list will not come. */
const pageSilenceMs = 90_000;

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
  readonly #patience: BookmarkPatience;
  /** The newest connection. */
  #stream: KubeStream | undefined;
  #state: ReflectorState = {
    phase: 'idle',
    synced: false,
    resourceVersion: '',
    lastHeardAt: -Infinity,
    lastError: undefined,
  };

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#patience = new BookmarkPatience(options.clock);
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
    const { clock, rng, metrics, logger, resource } = this.#options;
    const signal = this.#stopping.signal;
    let ladder = initialLadder;
    let attempt: Attempt = firstAttempt(ladder);
    while (!signal.aborted) {
      const ended = await this.#attempt(attempt);
      if (this.#stopping.signal.aborted) break;
      const next = step(ladder, ended, rng);
      const problem = problemOf(ended);
      if (problem !== undefined && (next.delayMs > 0 || ended.cause.kind === 'error')) {
        logger.warn(
          { resource: resourceName(resource), err: problem, retryInMs: Math.round(next.delayMs) },
          'List or watch ended, trying again',
        );
      }
      if (next.next.kind !== 'watch') metrics.relisted(next.reason);
      else if (ended.cause.kind !== 'listed') metrics.reconnected(next.reason);
      ladder = next.state;
      attempt = next.next;
      if (next.delayMs > 0) {
        this.#set({ phase: 'backoff', lastError: problem });
        await sleep(clock, next.delayMs, signal);
      }
    }
  }

  /** Closes the connection. Nothing is delivered from here on. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#stream?.close();
    this.#state = { ...this.#state, phase: 'stopped' };
    this.#options.sink.stateChanged(this.#state);
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
    const objects: Stored<T>[] = [];
    let page: Page = { resourceVersion: '', next: undefined };
    do {
      page = await this.#page(page.next, objects, progress);
    } while (page.next !== undefined && !this.#stopping.signal.aborted);
    this.#deliverSnapshot(objects, page.resourceVersion, progress);
  }

  async #page(next: string | undefined, objects: Stored<T>[], progress: Progress): Promise<Page> {
    const { clock, resource } = this.#options;
    const request = pageRequest(this.#selection, next);
    const name = `GET ${request.path}`;
    const scanner = new ListScanner();
    const turn = new Turn(clock);
    const stream = await this.#open(request);
    const dog = this.#watchdog(stream, pageSilenceMs, progress);
    try {
      for await (const chunk of this.#heard(stream, dog)) {
        for (const item of scanner.push(chunk)) {
          objects.push(withType(parseItem(this.#cutFromItem(item), name) as Stored<T>, resource));
          if (turn.isOver()) await turn.yield();
        }
      }
      return pageOf(scanner, name);
    } finally {
      dog.stop();
      stream.close();
    }
  }

  async #watch(attempt: Attempt, progress: Progress): Promise<void> {
    const { clock, rng, metrics, resource } = this.#options;
    const signal = this.#stopping.signal;
    const seconds = watchSeconds(rng);
    const request = watchRequest(this.#selection, attempt, seconds);
    const name = `GET ${request.path}`;
    if (!progress.resumable) this.#set({ phase: 'listing' });
    const stream = await this.#open(request);
    if (progress.resumable) this.#set({ phase: 'watching', lastError: undefined });
    const patience = this.#patience.startWatch((seconds + 5) * 1000);
    const dog = this.#watchdog(stream, progress.resumable ? patience.limitMs() : snapshotSilenceMs, progress);
    const turn = new Turn(clock);
    const intake = new WatchIntake(resource, !progress.resumable, {
      snapshot: (objects, resourceVersion) => {
        this.#deliverSnapshot(objects, resourceVersion, progress);
        this.#set({ phase: 'watching' });
      },
      changes: (events) => {
        this.#deliver(events, progress);
      },
      seen: (resourceVersion) => {
        this.#advance(resourceVersion);
      },
    });
    try {
      for await (const lines of splitLines(this.#heard(stream, dog))) {
        try {
          for (const line of lines) {
            const event = parseWatchEvent<T>(this.#cutFromEvent(line), name);
            if (event.type === 'BOOKMARK') {
              patience.heardBookmark();
              metrics.events('bookmark', 1);
            }
            intake.take(event);
            if (turn.isOver()) {
              intake.flush();
              await turn.yield();
            }
            if (signal.aborted) return;
          }
        } finally {
          intake.flush();
        }
        if (progress.resumable) dog.setLimit(patience.limitMs());
      }
    } finally {
      patience.endWatch();
      dog.stop();
      stream.close();
    }
  }

  async #open(request: KubeRequest): Promise<KubeStream> {
    const { transport, clock } = this.#options;
    const signal = this.#stopping.signal;
    const stream = await openStream(transport, clock, { ...request, signal });
    this.#stream = stream;
    this.#state = { ...this.#state, lastHeardAt: clock.monotonic() };
    if (signal.aborted) stream.close();
    return stream;
  }

  #watchdog(stream: KubeStream, limitMs: number, progress: Progress): Watchdog {
    return new Watchdog(this.#options.clock, limitMs, () => {
      progress.silent = true;
      stream.close();
    });
  }

  /** The chunks of a stream, until this reflector is stopped. */
  async *#heard(stream: KubeStream, dog: Watchdog): AsyncGenerator<Uint8Array> {
    const { clock, metrics } = this.#options;
    for await (const chunk of stream.chunks) {
      if (this.#stopping.signal.aborted) return;
      dog.heard();
      metrics.bytesReceived(chunk.length);
      this.#state = { ...this.#state, lastHeardAt: clock.monotonic() };
      yield chunk;
    }
  }

  #deliver(events: readonly ObjectEvent<T>[], progress: Progress): void {
    if (this.#stopping.signal.aborted) return;
    progress.events += events.length;
    this.#options.metrics.events('object', events.length);
    this.#options.sink.apply(events);
  }

  #deliverSnapshot(objects: readonly Stored<T>[], resourceVersion: string, progress: Progress): void {
    if (this.#stopping.signal.aborted) return;
    const isReset = compareResourceVersions(resourceVersion, this.#state.resourceVersion) < 0;
    progress.events += objects.length;
    progress.resumable = true;
    this.#state = { ...this.#state, resourceVersion };
    this.#options.metrics.events('object', objects.length);
    this.#options.sink.replace(objects, resourceVersion, isReset);
    this.#set({ synced: true, lastError: undefined });
  }

  #advance(resourceVersion: string): void {
    if (compareResourceVersions(resourceVersion, this.#state.resourceVersion) > 0) {
      this.#state = { ...this.#state, resourceVersion };
    }
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

/** Why an attempt ended, as an error; undefined when it did all it should. */
function problemOf({ attempt, cause }: Ended): KubeError | undefined {
  switch (cause.kind) {
    case 'listed':
      return undefined;
    case 'closed':
      return new KubeError(`the server closed the ${attempt.kind} too soon`, { reason: 'ConnectionLost' });
    case 'silent':
      return new KubeError(`the ${attempt.kind} was silent for too long`, { reason: 'DeadlineExceeded' });
    case 'error':
      return cause.error;
  }
}

function asKubeError(thrown: unknown): KubeError {
  if (isKubeError(thrown)) return thrown;
  const error = asError(thrown);
  return new KubeError(error.message, { reason: 'MalformedResponse', cause: error });
}
