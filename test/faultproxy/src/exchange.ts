// One request on its way through the proxy, with everything that an action can do to it.
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { ServerAddress } from '../../controlplane/src/index.ts';
import type { Connections } from './connections.ts';
import type { OpenRecord, RequestRecord } from './request-log.ts';

/** Changes the body of an answer as it passes. What it yields is sent in one piece before it is asked for more. */
export type BodyTransform = (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** Long enough for a client on this machine to have read what was sent, before the reset that may throw it away. */
const readableBeforeResetMs = 20;

/** These concern one connection, not the exchange (RFC 9110 section 7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade']);

/** The client has closed its connection; whatever works for it ends. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

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

/** One request and its answer. Actions are written in terms of its methods. */
export class Exchange {
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

  /**
   * Passes the request on and gives the answer as soon as its headers are there.
   *
   * @throws ClientGone if the client leaves, or a hook drops the answer; an Error of the network if the API server cannot be reached
   */
  async forward(): Promise<IncomingMessage> {
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
    return answer;
  }

  /** Passes an answer to the client, as fast as the client reads it. */
  async relay(answer: IncomingMessage, transform?: BodyTransform): Promise<void> {
    const headers: OutgoingHttpHeaders = endToEnd(answer.headers);
    if (transform !== undefined) delete headers['content-length'];
    this.#begin(answer.statusCode ?? 0, headers);
    const chunks: AsyncIterable<Buffer> = answer;
    for await (const chunk of transform?.(chunks) ?? chunks) await this.#write(chunk);
    if (!this.#gone.signal.aborted) this.#parts.outgoing.end();
  }

  /** Answers without the API server, or with what it answered another time. */
  answer(status: number, headers: OutgoingHttpHeaders, body: string | Buffer): void {
    this.#begin(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    this.#parts.outgoing.end(body);
  }

  /** Resets the connection: the client gets ECONNRESET. */
  reset(): void {
    this.#parts.connections.resetBelow(this.#parts.incoming.socket);
  }

  /** Resets the connection once the client has had the time to read what was sent. */
  async resetAfterSent(): Promise<void> {
    await this.wait(readableBeforeResetMs);
    this.reset();
  }

  /** Closes the connection in the orderly way of TCP, in the middle of whatever is being sent. */
  fin(): void {
    this.#parts.incoming.socket.destroySoon();
  }

  /** Waits, but not longer than the client does. */
  async wait(delayMs: number): Promise<void> {
    await sleep(systemClock, delayMs, this.#gone.signal);
    this.#gone.signal.throwIfAborted();
  }

  /** Waits until the client has closed the connection. */
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

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.has(name) && name !== 'host'),
  );
}
