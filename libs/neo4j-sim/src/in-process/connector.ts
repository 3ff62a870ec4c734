import { sleep } from '@neo4j-operator/clock';
import { shownFailure } from '../bolt/metadata.ts';
import type { SimFailure, SimResult, SimRoutingTable } from '../contract.ts';
import { ServerEndpoint } from '../execute/endpoint.ts';
import type { SimNetwork } from '../model/network.ts';
import type { SimServer } from '../model/server.ts';
import type {
  InProcessAddress,
  InProcessAnswer,
  InProcessFailure,
  InProcessLink,
  InProcessOptions,
  InProcessStatement,
} from './bolt-types.ts';

type Transport = Extract<InProcessFailure, { origin: 'transport' }>;

/**
 * Talks to the servers of a network without any wire: the same statements, routing, logins and faults, in the time of the network's
 * clock. It fits where a connector of Neo4j administration is wanted.
 */
export function inProcessConnector(network: SimNetwork): { open(address: InProcessAddress): InProcessLink } {
  return { open: (address) => new Link(network, address) };
}

class Link implements InProcessLink {
  readonly #network: SimNetwork;
  readonly #address: InProcessAddress;
  /** Where it has logged in, as over connections that are kept. */
  readonly #sessions = new Set<SimServer>();
  readonly #onClose = new Set<() => void>();
  #isClosed = false;

  constructor(network: SimNetwork, address: InProcessAddress) {
    this.#network = network;
    this.#address = address;
  }

  connections(): number {
    return [...this.#sessions].filter(({ isRunning }) => isRunning).length;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#sessions.clear();
    for (const callback of this.#onClose) callback();
    return Promise.resolve();
  }

  async run(statement: InProcessStatement, options: InProcessOptions): Promise<InProcessAnswer> {
    const deadline = this.#network.clock.monotonic() + options.timeoutMs;
    let failure: InProcessFailure = lostBefore('unreachable', 'there is no address');
    for (const address of this.#address.addresses()) {
      const first = await this.#connect(address, deadline);
      if ('server' in first) {
        return this.#address.scheme === 'bolt'
          ? this.#send(first.server, statement, options, deadline)
          : this.#runRouted(first.server, statement, options, deadline);
      }
      failure = first.failure;
      // What the server says of a login holds for all of them.
      if (failure.origin === 'server') break;
    }
    return { ok: false, failure };
  }

  /** Asks for the table, then the server that fits. */
  async #runRouted(
    router: SimServer,
    statement: InProcessStatement,
    options: InProcessOptions,
    deadline: number,
  ): Promise<InProcessAnswer> {
    const routed = new ServerEndpoint(router).route(this.#address.credentials.username, options.database);
    if (!routed.ok) return { ok: false, failure: serverFailure(router, routed.failure) };
    let last: InProcessAnswer = transport('routing', false, 'the routing table names no server that fits');
    for (const address of fitting(routed.table, options.access)) {
      const target = await this.#connect(address, deadline);
      if ('server' in target) return this.#send(target.server, statement, options, deadline);
      last = { ok: false, failure: target.failure };
      if (target.failure.origin === 'server') return last;
    }
    return last;
  }

  /** Reaches a server and logs in, once. */
  async #connect(
    address: string,
    deadline: number,
  ): Promise<{ readonly server: SimServer } | { readonly failure: InProcessFailure }> {
    if (this.#isClosed) return { failure: closed };
    const { clock } = this.#network;
    const server = this.#network.forClient(address);
    if (server === undefined) {
      return { failure: lostBefore('unreachable', `no connection to ${address} could be made`) };
    }
    if (this.#sessions.has(server)) return { server };
    const { mute, slowMs } = server.faults.wire;
    const leftMs = Math.min(deadline - clock.monotonic(), this.#address.connectTimeoutMs);
    const isSilent = mute || slowMs > leftMs;
    if (isSilent || slowMs > 0) {
      const waited = await this.#inTime(server, Math.max(0, isSilent ? leftMs : slowMs), silence());
      if (waited === 'closed') return { failure: closed };
      if (waited === 'lost') return { failure: lostBefore('unreachable', `${address} has gone`) };
    }
    if (isSilent) return { failure: lostBefore('timeout', `${address} did not answer in time`) };
    const { credentials, loginRefused, mayLogIn } = this.#address;
    if (mayLogIn?.() === false)
      return { failure: lostBefore('login-held-back', 'a login is not wanted now') };
    const { password, username } = credentials;
    const login = new ServerEndpoint(server).login({
      scheme: 'basic',
      principal: username,
      credentials: password,
    });
    if (!login.ok) {
      if (login.failure.code === 'Neo.ClientError.Security.Unauthorized') loginRefused?.();
      return { failure: serverFailure(server, login.failure) };
    }
    this.#sessions.add(server);
    return { server };
  }

  async #send(
    server: SimServer,
    { parameters, text }: InProcessStatement,
    { access, bookmarks, database, timeoutMs }: InProcessOptions,
    deadline: number,
  ): Promise<InProcessAnswer> {
    const { clock } = this.#network;
    const leftMs = deadline - clock.monotonic();
    const { loseAnswers, mute, resetAfterRecords, slowMs } = server.faults.wire;
    const user = this.#address.credentials.username;
    const answering = new ServerEndpoint(server).run(
      { user, database, access, bookmarks, timeoutMs },
      text,
      parameters,
    );
    const isSilent = mute || slowMs > leftMs;
    // It has arrived; only the answer does not come.
    const coming = isSilent ? answering.then(silence) : answering;
    const answer = await this.#inTime(server, leftMs, coming);
    const slowed =
      typeof answer === 'string' || slowMs <= 0 ? answer : await this.#inTime(server, slowMs, silence());
    if (answer === 'timeout') return transport('timeout', true, 'no answer came in time');
    if (answer === 'lost' || slowed === 'lost') return this.#lose(server);
    if (answer === 'closed' || slowed === 'closed')
      return { ok: false, failure: { ...closed, mayHaveRun: true } };
    const isCut =
      answer.ok && resetAfterRecords !== undefined && answer.result.rows.length >= resetAfterRecords;
    if (!server.isRunning || loseAnswers || isCut) return this.#lose(server);
    return answer.ok
      ? { ok: true, result: resultOf(server, answer.result) }
      : { ok: false, failure: serverFailure(server, answer.failure) };
  }

  /** What is coming, unless the time is over, the server stops or the link is closed before. Leaves no timer behind. */
  async #inTime<T>(
    server: SimServer,
    timeMs: number,
    coming: Promise<T>,
  ): Promise<T | 'timeout' | 'lost' | 'closed'> {
    const settled = new AbortController();
    let stopListening = nothing;
    const broken = new Promise<'lost' | 'closed'>((resolve) => {
      const onClose = (): void => {
        resolve('closed');
      };
      const forget = server.onStop(() => {
        resolve('lost');
      });
      this.#onClose.add(onClose);
      stopListening = () => {
        forget();
        this.#onClose.delete(onClose);
      };
    });
    const over = sleep(this.#network.clock, timeMs, settled.signal).then(() => 'timeout' as const);
    try {
      return await Promise.race([coming, broken, over]);
    } finally {
      settled.abort();
      stopListening();
    }
  }

  #lose(server: SimServer): InProcessAnswer {
    this.#sessions.delete(server);
    return transport('lost', true, 'the connection broke before the answer came');
  }
}

const closed: Transport = {
  origin: 'transport',
  kind: 'closed',
  mayHaveRun: false,
  message: 'the link was closed',
};

/** Never comes. A new one each time: what waits for one stays with it. */
function silence(): Promise<never> {
  return new Promise<never>(nothing);
}

function nothing(): void {
  // On purpose.
}

function fitting(table: SimRoutingTable, access: 'read' | 'write'): readonly string[] {
  return access === 'write' ? table.writers : [...table.readers, ...table.writers];
}

function lostBefore(kind: Transport['kind'], message: string): Transport {
  return { origin: 'transport', kind, mayHaveRun: false, message };
}

function transport(kind: Transport['kind'], mayHaveRun: boolean, message: string): InProcessAnswer {
  return { ok: false, failure: { origin: 'transport', kind, mayHaveRun, message } };
}

function resultOf(server: SimServer, result: SimResult): Extract<InProcessAnswer, { ok: true }>['result'] {
  const { boltAddress, version } = server.configuration;
  return {
    columns: result.columns,
    rows: result.rows.map((row) =>
      Object.fromEntries(result.columns.map((column, index) => [column, row[index] ?? null])),
    ),
    bookmarks: [result.bookmark],
    systemUpdates: result.systemUpdates,
    notifications: result.notifications,
    server: { address: boltAddress, agent: `Neo4j/${version}` },
  };
}

function serverFailure(server: SimServer, failure: SimFailure): InProcessFailure {
  const { cause, code, gqlStatus, message } = shownFailure(server.configuration.version, failure);
  const gqlCauses: string[] = [];
  for (let inner = cause; inner !== undefined; inner = inner.cause) gqlCauses.push(inner.gqlStatus);
  return { origin: 'server', code, gqlStatus, gqlCauses, message };
}
