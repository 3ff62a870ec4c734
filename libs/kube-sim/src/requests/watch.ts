// Watches: what has happened since a version and what happens from now on, as lines of JSON.
import { ApiFailure } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ApiAnswer, WatchSource } from '../api/request.ts';
import { apiVersionOf } from '../api/resource.ts';
import type { StoreEvent } from '../storage/store.ts';
import type { Stored } from '../storage/stored.ts';
import { statusText } from './answers.ts';
import type { Call } from './core.ts';
import { storageKey } from './definitions.ts';
import { futureWaitMs, tooLarge, tooOld } from './expired.ts';
import { inForm } from './forms.ts';
import { type ListOptions, listOptions, versionNumber } from './list-options.ts';
import { type Form, formOf } from './negotiate.ts';
import { matcherOf } from './read.ts';
import { read, readText } from './versions.ts';

const bookmarkMs = 60_000;
/** The last bookmark comes that long before the end. */
const beforeEndMs = 2000;
const shortestDefaultMs = 1_800_000;

type Sink = Parameters<WatchSource['open']>[0];

/** Answers a GET with `watch=true`; `name` of the call restricts it to one object. */
export function watchObjects(call: Call): ApiAnswer {
  const { core, request } = call;
  const form = formOf(request.headers['accept'], true, call.definition.custom);
  const options = listOptions(request.query, true, core.watchList);
  const from = versionNumber(options.resourceVersion, (why) => new ApiFailure(500, undefined, why));
  const matches = matcherOf(call, options);
  const lifeMs =
    options.timeoutSeconds === undefined
      ? shortestDefaultMs * (1 + core.rng.next())
      : options.timeoutSeconds * 1000;
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    watch: { open: (sink) => new Watch({ call, form, options, from, matches, lifeMs }, sink).open() },
  };
}

interface WatchParts {
  readonly call: Call;
  readonly form: Form;
  readonly options: ListOptions;
  readonly from: number;
  readonly matches: ((stored: Stored) => boolean) | undefined;
  readonly lifeMs: number;
}

/** One watch that is open. */
class Watch {
  readonly #parts: WatchParts;
  readonly #sink: Sink;
  readonly #resource: string;
  readonly #closers = new Set<() => void>();
  #closed = false;
  #isFirst = true;
  /** Events up to this revision have been dealt with. */
  #seen = 0;

  constructor(parts: WatchParts, sink: Sink) {
    this.#parts = parts;
    this.#sink = sink;
    this.#resource = storageKey(parts.call.definition);
  }

  open(): () => void {
    const { call, from, options, lifeMs } = this.#parts;
    const { cache } = call.core;
    const wantsInitial = options.sendInitialEvents === true;
    this.#timer(lifeMs, () => {
      this.#end();
    });
    if (wantsInitial && from > cache.revision(this.#resource)) this.#waitFor(from);
    else this.#start(wantsInitial);
    return () => {
      this.#close();
    };
  }

  /** The state comes when the server has it. */
  #waitFor(version: number): void {
    const { cache } = this.#parts.call.core;
    this.#timer(Math.min(futureWaitMs, cache.catchUpMs(this.#resource)), () => {
      const current = cache.revision(this.#resource);
      if (version <= current) this.#start(true);
      else this.#fail(tooLarge(version, current));
    });
  }

  #start(wantsInitial: boolean): void {
    const { call, from, options, matches } = this.#parts;
    const { cache, store } = call.core;
    if (wantsInitial) {
      this.#seen = cache.revision(this.#resource);
      for (const stored of cache.list(this.#resource, call.namespace)) {
        if (matches === undefined || matches(stored)) this.#line('ADDED', stored);
      }
      if (options.bookmarks) this.#bookmark({ 'k8s.io/initial-events-end': 'true' });
    } else {
      const missed = cache.since(from, this.#resource);
      if (missed === undefined) {
        this.#fail(tooOld(from, store.compactedRevision));
        return;
      }
      this.#seen = from;
      for (const event of missed) this.#event(event);
    }
    if (this.#closed) return;
    this.#closers.add(
      cache.subscribe(this.#resource, {
        event: (event) => {
          this.#event(event);
        },
        end: () => {
          this.#end();
        },
      }),
    );
    if (options.bookmarks) this.#scheduleBookmark(this.#parts.lifeMs);
  }

  #event({ type, stored, previous }: StoreEvent): void {
    const { call, matches } = this.#parts;
    if (this.#closed || stored.revision <= this.#seen) return;
    this.#seen = stored.revision;
    if (call.namespace !== undefined && stored.namespace !== call.namespace) return;
    if (matches === undefined) {
      this.#line(type, stored);
      return;
    }
    const isIn = type !== 'DELETED' && matches(stored);
    const wasIn = previous !== undefined && matches(previous);
    if (isIn) this.#line(wasIn ? 'MODIFIED' : 'ADDED', stored);
    // Who leaves is shown as it was, at the version at which it left.
    else if (wasIn) this.#line('DELETED', { ...previous, revision: stored.revision });
  }

  #line(type: StoreEvent['type'], stored: Stored): void {
    const { call, form } = this.#parts;
    const text =
      form === 'object' ? readText(call.definition, stored) : this.#inForm(read(call.definition, stored));
    this.#sink.line(`{"type":"${type}","object":${text}}\n`);
  }

  #inForm(object: SimObject): string {
    const { call, form } = this.#parts;
    if (form === 'object') return JSON.stringify(object);
    const text = inForm(call, form, object, this.#isFirst);
    this.#isFirst = false;
    return text;
  }

  #bookmark(annotations?: Record<string, string>): void {
    const { definition, core } = this.#parts.call;
    const resourceVersion = String(Math.max(this.#seen, core.cache.revision(this.#resource)));
    const metadata = { resourceVersion, ...(annotations === undefined ? {} : { annotations }) };
    const object = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata };
    this.#sink.line(`{"type":"BOOKMARK","object":${this.#inForm(object as unknown as SimObject)}}\n`);
  }

  #scheduleBookmark(remainingMs: number): void {
    const delayMs = remainingMs > beforeEndMs ? Math.min(bookmarkMs, remainingMs - beforeEndMs) : bookmarkMs;
    this.#timer(delayMs, () => {
      this.#bookmark();
      this.#scheduleBookmark(remainingMs - delayMs);
    });
  }

  #fail(failure: ApiFailure): void {
    this.#sink.line(`{"type":"ERROR","object":${statusText(failure.status)}}\n`);
    this.#end();
  }

  #end(): void {
    if (this.#closed) return;
    this.#close();
    this.#sink.end();
  }

  #close(): void {
    this.#closed = true;
    for (const close of this.#closers) close();
    this.#closers.clear();
  }

  #timer(delayMs: number, callback: () => void): void {
    const timer = this.#parts.call.core.clock.setTimer(delayMs, callback);
    this.#closers.add(() => {
      timer.cancel();
    });
  }
}
