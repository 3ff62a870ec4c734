import type { Agent as HttpAgent, AgentOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '@neo4j-operator/clock';
import { nodeHttp } from '../core/node-http.ts';
import type { ClusterConfig, Identity } from './cluster-config.ts';
import type { OpenRequest } from './exchange.ts';

/** Sockets to the API server, and what they are opened with. */
export interface Pools {
  readonly identity: Identity;
  /** Short requests share a bounded number of sockets. */
  readonly requests: OpenRequest;
  /** Each stream has a socket of its own for as long as it lasts. */
  readonly streams: OpenRequest;
  readonly close: () => void;
}

/** client-go reads rotated credentials again after a minute. */
const identityLifetimeMs = 60_000;

/** Keep-alive probes find peers that vanished; Linux then probes every second, ten times. */
const tcpKeepAliveMs = 30_000;

const requestSockets = 32;

/**
 * The pools for the current credentials. Credentials are read again every minute and on demand; a changed CA or client
 * certificate makes new pools, and sockets of the old ones close as they fall idle.
 */
export class Connections {
  readonly #config: ClusterConfig;
  readonly #clock: Clock;
  #pools: Pools | undefined;
  #loadedAt = -Infinity;
  #loading: Promise<Pools> | undefined;

  constructor(config: ClusterConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  current(): Promise<Pools> {
    if (this.#pools !== undefined && this.#clock.monotonic() - this.#loadedAt < identityLifetimeMs) {
      return Promise.resolve(this.#pools);
    }
    return this.reload();
  }

  /** Reads the credentials again; if that fails, those at hand are used on. */
  reload(): Promise<Pools> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  close(): void {
    this.#pools?.close();
  }

  async #load(): Promise<Pools> {
    const old = this.#pools;
    let identity: Identity;
    try {
      identity = await this.#config.loadIdentity();
    } catch (error) {
      if (old === undefined) throw error;
      this.#loadedAt = this.#clock.monotonic();
      return old;
    }
    this.#loadedAt = this.#clock.monotonic();
    if (old !== undefined && sameTls(old.identity, identity)) {
      this.#pools = { ...old, identity };
    } else {
      this.#pools = openPools(this.#config, identity);
      old?.close();
    }
    return this.#pools;
  }
}

/** True if the server cannot tell the two apart. */
export function sameIdentity(a: Identity, b: Identity): boolean {
  return sameTls(a, b) && a.token === b.token;
}

function sameTls(a: Identity, b: Identity): boolean {
  return a.ca === b.ca && a.cert === b.cert && a.key === b.key;
}

function openPools(config: ClusterConfig, identity: Identity): Pools {
  const url = new URL(config.server);
  const secure = url.protocol === 'https:';
  const address = {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port === '' ? {} : { port: url.port }),
  };
  const pooling = { keepAlive: true, keepAliveMsecs: tcpKeepAliveMs };
  const tls = {
    ...(identity.ca === undefined ? {} : { ca: identity.ca }),
    ...(identity.cert === undefined ? {} : { cert: identity.cert }),
    ...(identity.key === undefined ? {} : { key: identity.key }),
    ...(config.serverName === undefined ? {} : { servername: config.serverName }),
    rejectUnauthorized: !config.insecureSkipTlsVerify,
  };
  const newAgent = (options: AgentOptions): HttpAgent =>
    secure ? new HttpsAgent({ ...options, ...tls }) : new nodeHttp.Agent(options);
  const opener =
    (agent: HttpAgent): OpenRequest =>
    (options) =>
      (secure ? httpsRequest : nodeHttp.request)({ ...address, ...options, agent });
  const requests = newAgent({ ...pooling, maxSockets: requestSockets });
  const streams = newAgent(pooling);
  return {
    identity,
    requests: opener(requests),
    streams: opener(streams),
    close: () => {
      retire(requests);
      retire(streams);
    },
  };
}

/** Closes idle sockets now and those in use once they fall idle. */
function retire(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}
