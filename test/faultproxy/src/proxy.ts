// A proxy in front of a real API server that does to the traffic what networks and servers do on bad days.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Server as HttpsServer, createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ServerAddress, createAuthority } from '../../controlplane/src/index.ts';
import {
  ClientGone,
  type OpenRecord,
  type RequestRecord,
  type Rule,
  Script,
  type ScriptedRule,
  recordOf,
} from '../../../libs/kube-sim/src/faults/index.ts';
import { Connections } from '../../../libs/kube-sim/src/server/connections.ts';
import { type ExchangeParts, ProxyExchange } from './exchange.ts';

/** What happens to new connections, before TLS: `blackhole` accepts them and never sends a byte. */
export type Doorway = 'accept' | 'reset' | 'blackhole';

/**
 * Called for each request, and awaited before it goes on. With `drop` it does not go on: the client's connection is reset. That is how
 * a test can be sure that a client it has just killed gets no further.
 */
export type Hook = (request: RequestRecord) => 'drop' | undefined | Promise<'drop' | undefined>;

/**
 * Starts a proxy on a free port of 127.0.0.1, with a certificate authority of its own. Clients have to prove themselves by a bearer
 * token: a client certificate ends with the TLS connection, here.
 *
 * @param upstream - the API server
 */
export async function startFaultProxy(upstream: ServerAddress): Promise<FaultProxy> {
  const authority = await createAuthority('fault proxy');
  const tls = createHttpsServer(await authority.issueServer(['127.0.0.1', 'localhost']));
  // None of these may close a connection: that is for rules to do.
  tls.keepAliveTimeout = 0;
  tls.headersTimeout = 0;
  tls.requestTimeout = 0;
  const tcp = createServer({ noDelay: true });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  return new FaultProxy(upstream, { server: `https://127.0.0.1:${port}`, ca: authority.cert }, tcp, tls);
}

/** A running proxy. Without rules it passes everything through. */
export class FaultProxy {
  /** Where it is, in the place of the API server's own address. */
  readonly address: ServerAddress;
  /** The connections from clients. */
  readonly connections: { readonly open: number; readonly total: number; resetAll(): void };
  readonly #connections = new Connections();
  readonly #upstream: ServerAddress;
  readonly #tcp: Server;
  readonly #tls: HttpsServer;
  readonly #script = new Script();
  readonly #requests: OpenRecord[] = [];
  readonly #requestHooks = new Set<Hook>();
  readonly #answerHooks = new Set<Hook>();
  #doorway: Doorway = 'accept';

  constructor(upstream: ServerAddress, address: ServerAddress, tcp: Server, tls: HttpsServer) {
    this.address = address;
    this.connections = this.#connections;
    this.#upstream = upstream;
    this.#tcp = tcp;
    this.#tls = tls;
    tcp.on('connection', (socket) => {
      this.#onConnection(socket);
    });
    tls.on('request', (incoming, outgoing) => {
      void this.#onRequest(incoming, outgoing);
    });
  }

  /** What has been asked for so far, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.#requests;
  }

  /** Puts a rule in force. */
  script(rule: Rule): ScriptedRule {
    return this.#script.add(rule);
  }

  /** Puts all rules out of force; those that act at the moment go on. */
  clear(): void {
    this.#script.clear();
  }

  /** Decides about new connections; those that stand are left alone. */
  setDoorway(doorway: Doorway): void {
    this.#doorway = doorway;
  }

  /** Adds a hook before a request is acted on or passed on; returns what removes it. */
  onRequest(hook: Hook): () => void {
    this.#requestHooks.add(hook);
    return () => this.#requestHooks.delete(hook);
  }

  /** Adds a hook after the API server has answered and before the client gets the answer; returns what removes it. */
  onResponse(hook: Hook): () => void {
    this.#answerHooks.add(hook);
    return () => this.#answerHooks.delete(hook);
  }

  /** Resets all connections and stops listening; harmless when called twice. */
  async stop(): Promise<void> {
    if (!this.#tcp.listening) return;
    const closed = once(this.#tcp, 'close');
    this.#tcp.close();
    this.#connections.resetAll();
    await closed;
  }

  #onConnection(socket: Socket): void {
    this.#connections.add(socket);
    if (this.#doorway === 'reset') socket.resetAndDestroy();
    else if (this.#doorway === 'blackhole') socket.resume();
    else this.#tls.emit('connection', socket);
  }

  async #onRequest(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let record: OpenRecord | undefined;
    try {
      const body = await buffer(incoming);
      const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
      record = recordOf(this.#requests.length + 1, {
        method: incoming.method ?? '',
        path,
        query: new URLSearchParams(query),
        userAgent: incoming.headers['user-agent'] ?? '',
        body: body.toString(),
      });
      this.#requests.push(record);
      await this.#pass({ record, body, incoming, outgoing });
    } catch (error) {
      if (record !== undefined && !(error instanceof ClientGone) && !outgoing.closed)
        record.error = String(error);
      this.#connections.resetBelow(incoming.socket);
    }
  }

  async #pass(request: Pick<ExchangeParts, 'record' | 'body' | 'incoming' | 'outgoing'>): Promise<void> {
    const { record } = request;
    const exchange = new ProxyExchange({
      upstream: this.#upstream,
      connections: this.#connections,
      ...request,
      onUpstreamAnswer: () => runHooks(this.#answerHooks, record),
    });
    if ((await runHooks(this.#requestHooks, record)) === 'drop') {
      exchange.reset();
      return;
    }
    const action = this.#script.take(record);
    if (action === undefined) await exchange.relay(await exchange.forward());
    else await action(exchange);
  }
}

async function runHooks(hooks: ReadonlySet<Hook>, record: RequestRecord): Promise<'drop' | undefined> {
  for (const hook of hooks) {
    if ((await hook(record)) === 'drop') return 'drop';
  }
  return undefined;
}
