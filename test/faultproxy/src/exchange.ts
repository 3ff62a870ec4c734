// One request on its way through the proxy: what an action does to it, done with sockets.
import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { ServerAddress } from '../../controlplane/src/index.ts';
import {
  type BodyTransform,
  ClientGone,
  type Exchange,
  type OpenRecord,
  type RequestRecord,
  type ServerAnswer,
} from '../../../libs/kube-sim/src/faults/index.ts';
import type { Connections } from '../../../libs/kube-sim/src/server/connections.ts';

/** Long enough for a client on this machine to have read what was sent, before the reset that may throw it away. */
const readableBeforeResetMs = 20;

/** These concern one connection, not the exchange (RFC 9110 section 7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade']);

export interface ExchangeParts {
  readonly upstream: ServerAddress;
  readonly connections: Connections;
  readonly record: OpenRecord;
  /** The request's, which need not be text. */
  readonly body: Buffer;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Called when the API server has answered, before the client learns of it. */
  readonly onUpstreamAnswer: () => Promise<'drop' | undefined>;
}

/** One request and its answer. */
export class ProxyExchange implements Exchange {
  readonly #parts: ExchangeParts;
  readonly #gone = new AbortController();

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    parts.outgoing.once('close', () => {
      this.#gone.abort(new ClientGone());
    });
  }

  get request(): RequestRecord {
    return this.#parts.record;
  }

  /** A hook that drops the answer is, for an action, a client that has left. */
  async forward(): Promise<ServerAnswer> {
    const { upstream, record, body, incoming } = this.#parts;
    const sent = request(new URL(incoming.url ?? '/', upstream.server), {
      method: record.method,
      ca: upstream.ca,
      // A connection of its own: a pooled one that the API server has closed meanwhile would be a fault that nobody scripted.
      agent: false,
      headers: { ...endToEnd(incoming.headers), 'accept-encoding': 'identity' },
      signal: this.#gone.signal,
    });
    // An error before the answer rejects below, a later one is the answer's; unheard it would end the process.
    sent.on('error', () => undefined);
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    record.upstreamStatus = answer.statusCode ?? 0;
    if ((await this.#parts.onUpstreamAnswer()) === 'drop') {
      answer.destroy();
      this.reset();
      throw new ClientGone();
    }
    return {
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      body: answer,
      discard: () => {
        answer.destroy();
      },
    };
  }

  async relay(answer: ServerAnswer, transform?: BodyTransform): Promise<void> {
    const headers = endToEnd(answer.headers);
    if (transform !== undefined) delete headers['content-length'];
    this.#begin(answer.status, headers);
    for await (const chunk of transform?.(answer.body) ?? answer.body) await this.#write(chunk);
    if (!this.#gone.signal.aborted) this.#parts.outgoing.end();
  }

  answer(status: number, headers: OutgoingHttpHeaders, body: string | Buffer): void {
    this.#begin(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    this.#parts.outgoing.end(body);
  }

  reset(): void {
    this.#parts.connections.resetBelow(this.#parts.incoming.socket);
  }

  async resetAfterSent(): Promise<void> {
    await this.wait(readableBeforeResetMs);
    this.reset();
  }

  fin(): void {
    this.#parts.incoming.socket.destroySoon();
  }

  async wait(delayMs: number): Promise<void> {
    await sleep(systemClock, delayMs, this.#gone.signal);
    this.#gone.signal.throwIfAborted();
  }

  async untilClientGone(): Promise<void> {
    const { signal } = this.#gone;
    if (!signal.aborted) await once(signal, 'abort');
  }

  #begin(status: number, headers: OutgoingHttpHeaders): void {
    const { outgoing, record } = this.#parts;
    outgoing.writeHead(status, headers);
    // A watch may have nothing to say for minutes, but the client has to know that it stands.
    outgoing.flushHeaders();
    record.status = status;
  }

  /** Returns when the chunk is with the system, so that nothing piles up here while the client reads slowly. */
  async #write(chunk: Buffer): Promise<void> {
    const { signal } = this.#gone;
    signal.throwIfAborted();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done);
      this.#parts.outgoing.write(chunk, done);
    });
    signal.throwIfAborted();
  }
}

function endToEnd(headers: ServerAnswer['headers']): OutgoingHttpHeaders {
  const passed = Object.entries(headers).filter(([name]) => !hopByHop.has(name) && name !== 'host');
  return Object.fromEntries(passed) as OutgoingHttpHeaders;
}
