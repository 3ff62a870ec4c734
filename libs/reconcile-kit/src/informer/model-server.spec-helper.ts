import type { Stored } from '../core/object.ts';
import {
  added,
  bookmark,
  deleted,
  errorEvent,
  modified,
  type Pod,
  pod,
  podList,
  status,
} from '../reflector/pods.spec-helper.ts';
import { type ScriptedExchange, ScriptedTransport } from '../reflector/scripted-transport.spec-helper.ts';
import type { KubeRequest, KubeStream } from '../transport/transport.ts';

interface Change {
  readonly version: number;
  readonly event: object;
}

interface Watcher {
  readonly exchange: ScriptedExchange;
  readonly sent: object[];
  isDead: boolean;
}

/** Faults of a connection that is being opened. */
export const openingFaults = [
  'refuse',
  'reset',
  'hang',
  '500',
  '429',
  '403',
  '410',
  'html',
  'cut-off',
] as const;
/** Faults of a watch that is open. */
export const watchFaults = [
  'fin',
  'reset',
  'truncate',
  'garble',
  'error-500',
  'error-410',
  'replay',
  'silence',
] as const;
export type OpeningFault = (typeof openingFaults)[number];
export type WatchFault = (typeof watchFaults)[number];

const pageSize = 2;

/** Pods as an API server holds them, with their history, for one informer. It answers on its own. */
export class ModelServer extends ScriptedTransport {
  readonly streamsSnapshots: boolean;
  objects = new Map<string, Stored<Pod>>();
  version = 10;
  #uids = 0;
  #compactedAt = 0;
  #history: Change[] = [];
  #snapshots = new Map<number, readonly Stored<Pod>[]>();
  #watchers: Watcher[] = [];
  #openingFaults: OpeningFault[] = [];

  constructor(streamsSnapshots: boolean) {
    super();
    this.streamsSnapshots = streamsSnapshots;
  }

  override stream(request: KubeRequest): Promise<KubeStream> {
    const stream = super.stream(request);
    this.#answer(this.take());
    return stream;
  }

  failNext(fault: OpeningFault): void {
    this.#openingFaults.push(fault);
  }

  heal(): void {
    this.#openingFaults = [];
  }

  /** Creates or changes the pod of that name. */
  write(name: string): Stored<Pod> {
    const prev = this.objects.get(name);
    const object = pod(name, ++this.version, {
      uid: prev?.metadata.uid ?? `uid-${String(++this.#uids)}`,
      data: String(this.version),
    });
    this.objects.set(name, object);
    this.#record(prev === undefined ? added(object) : modified(object));
    return object;
  }

  remove(name: string): Stored<Pod> | undefined {
    const prev = this.objects.get(name);
    if (prev === undefined) return undefined;
    this.objects.delete(name);
    this.#record(
      deleted({ ...prev, metadata: { ...prev.metadata, resourceVersion: String(++this.version) } }),
    );
    return prev;
  }

  /** Time passes on the server without changes here: other resources move the version on. */
  sendBookmark(): void {
    this.version++;
    this.#send(bookmark(this.version));
  }

  /** Forgets the history. */
  compact(): void {
    this.#compactedAt = this.version;
    this.#history = [];
    this.#snapshots.clear();
  }

  /** The two newest changes are delivered in the wrong order. */
  reversed(changes: () => void): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    const from = this.#history.length;
    changes();
    this.#watchers = watchers;
    for (const { event } of this.#history.slice(from).reverse()) this.#send(event);
  }

  /** All watches end, as when the server restarts with an etcd that was restored from a backup. */
  restore(objects: ReadonlyMap<string, Stored<Pod>>, version: number): void {
    this.objects = new Map(objects);
    this.version = version;
    this.compact();
    this.#compactedAt = 0;
    this.#history = [];
    for (const { exchange } of this.#watchers) exchange.fail('ConnectionLost');
    this.#watchers = [];
  }

  breakWatch(fault: WatchFault): void {
    for (const watcher of this.#watchers) {
      const { exchange, sent } = watcher;
      switch (fault) {
        case 'fin':
          exchange.end();
          break;
        case 'reset':
          exchange.fail('ConnectionLost');
          break;
        case 'truncate':
          exchange.sendBytes(new TextEncoder().encode('{"type":"MODIFIED","object":{"metadata":{"na')).end();
          break;
        case 'garble':
          exchange.send('{"type":"MODIFIED","object":{"metadata":{"na');
          break;
        case 'error-500':
          exchange.send(errorEvent(500, 'InternalError'));
          break;
        case 'error-410':
          exchange.send(errorEvent(410, 'Expired'));
          break;
        case 'replay':
          exchange.send(...sent);
          continue;
        case 'silence':
          break;
      }
      watcher.isDead = true;
    }
    this.#watchers = this.#watchers.filter(({ isDead }) => !isDead);
  }

  #record(event: object): void {
    this.#history.push({ version: this.version, event });
    this.#send(event);
  }

  #send(event: object): void {
    for (const { exchange, sent } of this.#watchers) {
      exchange.send(event);
      if ((event as { readonly type: string }).type !== 'BOOKMARK') sent.push(event);
    }
  }

  #answer(exchange: ScriptedExchange): void {
    const { query = {} } = exchange.request;
    const fault = this.#openingFaults.shift();
    if (fault !== undefined) this.#fail(exchange, fault);
    else if (query['watch'] !== '1') this.#list(exchange, query['continue']);
    else if (query['sendInitialEvents'] === 'true') this.#watchList(exchange);
    else this.#watch(exchange, Number(query['resourceVersion']));
  }

  #fail(exchange: ScriptedExchange, fault: OpeningFault): void {
    switch (fault) {
      case 'refuse':
        exchange.fail('ConnectionFailed');
        break;
      case 'reset':
        exchange.fail('ConnectionLost');
        break;
      case 'hang':
        exchange.answer();
        break;
      case '500':
      case '403':
        exchange
          .answer(Number(fault))
          .send(status(Number(fault), 'No'))
          .end();
        break;
      case '429':
        exchange.answer(429, { 'retry-after': '2' }).end();
        break;
      case '410':
        exchange.answer(410).send(status(410, 'Expired')).end();
        break;
      case 'html':
        exchange.answer().send('<html></html>').end();
        break;
      case 'cut-off':
        this.#cutOff(exchange);
        break;
    }
  }

  /** Answers with the beginning of what was asked for. */
  #cutOff(exchange: ScriptedExchange): void {
    const { query = {} } = exchange.request;
    const from = Number(query['resourceVersion']);
    const objects = [...this.objects.values()];
    if (from < this.#compactedAt) {
      this.#fail(exchange, '410');
      return;
    }
    exchange.answer();
    if (query['watch'] !== '1') exchange.send(JSON.stringify(podList(this.version, objects)).slice(0, -5));
    else if (query['sendInitialEvents'] === 'true') exchange.send(...objects.slice(1).map(added));
    else exchange.send(...this.#after(from).slice(0, -1));
    exchange.end();
  }

  #list(exchange: ScriptedExchange, token: string | undefined): void {
    const [version, from] =
      token === undefined ? [this.version, 0] : (token.split(':').map(Number) as [number, number]);
    if (token === undefined) this.#snapshots.set(version, [...this.objects.values()]);
    const snapshot = this.#snapshots.get(version);
    if (snapshot === undefined) {
      exchange.answer(410).send(status(410, 'Expired')).end();
      return;
    }
    const to = from + pageSize;
    const next = to < snapshot.length ? `${String(version)}:${String(to)}` : '';
    exchange
      .answer()
      .send(podList(version, snapshot.slice(from, to), next))
      .end();
  }

  #watchList(exchange: ScriptedExchange): void {
    if (!this.streamsSnapshots) {
      exchange.answer(422).send(status(422, 'Invalid')).end();
      return;
    }
    exchange.answer().send(...[...this.objects.values()].reverse().map(added), bookmark(this.version, true));
    this.#watchers.push({ exchange, sent: [], isDead: false });
  }

  #watch(exchange: ScriptedExchange, from: number): void {
    if (from < this.#compactedAt) {
      exchange.answer(410).send(status(410, 'Expired')).end();
      return;
    }
    if (from > this.version) {
      exchange
        .answer(504)
        .send(status(504, 'Timeout', { causes: [{ reason: 'ResourceVersionTooLarge' }] }))
        .end();
      return;
    }
    const missed = this.#after(from);
    exchange.answer().send(...missed);
    this.#watchers.push({ exchange, sent: missed, isDead: false });
  }

  #after(from: number): object[] {
    return this.#history.filter(({ version }) => version > from).map(({ event }) => event);
  }
}
