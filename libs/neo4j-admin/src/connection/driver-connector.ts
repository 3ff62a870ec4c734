import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@neo4j-operator/clock';
import {
  type Config,
  driver as openDriver,
  type Driver,
  type QueryResult,
  type SessionConfig,
  session as sessionModes,
} from 'neo4j-driver';
import type {
  BoltAnswer,
  BoltConnector,
  BoltEndpoint,
  BoltFailure,
  BoltLink,
  BoltResult,
  RunOptions,
  Statement,
} from './bolt-connector.ts';
import { type DriverFailure, driverFailure, transport } from './driver-failure.ts';
import { guardedToken } from './held-back-login.ts';
import { fromDriver, toDriver } from './driver-values.ts';
import { speaksPlainBolt, speaksTls } from './probe.ts';
import { SocketGroup } from './sockets.ts';

/** What the connector that uses the driver needs. */
export interface DriverConnectorOptions {
  readonly clock: Clock;
  /** How the server's logs name us. */
  readonly userAgent?: string;
  /** Where trusted authorities are written, since the driver reads them from files only; the system's temporary folder if absent. */
  readonly scratchDir?: string;
}

/** An idle connection is tried before it is used when it has been idle for so long, in milliseconds: the server may have restarted. */
const livenessCheckAfterMs = 1_000;

/** What an answer may take on the way beyond the time that the server has, in milliseconds. */
const answerGraceMs = 1_000;

/** Runs statements through Neo4j's own driver. */
export function driverConnector(options: DriverConnectorOptions): BoltConnector {
  return { open: (endpoint) => new DriverLink(options, endpoint) };
}

/** The driver declares its options as classes; they are plain records. */
type Plain<T> = Pick<T, keyof T>;

/** A driver with the connections that it has opened, and the statements that still use them. */
interface Generation {
  readonly driver: Driver;
  readonly sockets: SocketGroup;
  running: number;
  isRetired: boolean;
}

class DriverLink implements BoltLink {
  readonly #options: DriverConnectorOptions;
  readonly #endpoint: BoltEndpoint;
  readonly #closing = new AbortController();
  /** Every generation that may have sockets, the current one included. */
  readonly #generations = new Set<Generation>();
  #current: Generation | undefined;
  #authorities: string | undefined;

  constructor(options: DriverConnectorOptions, endpoint: BoltEndpoint) {
    this.#options = options;
    this.#endpoint = endpoint;
  }

  async run(statement: Statement, options: RunOptions): Promise<BoltAnswer> {
    if (this.#closing.signal.aborted) return failed(transport('closed', false, 'the link is closed'));
    let generation: Generation;
    try {
      generation = this.#generation();
    } catch (cause) {
      return failed(
        transport('unreachable', false, `the driver could not be set up: ${String(cause)}`, cause),
      );
    }
    generation.running++;
    try {
      return await this.#runWithin(generation, statement, options);
    } finally {
      generation.running--;
      await this.#dispose(generation);
    }
  }

  connections(): number {
    return [...this.#generations].reduce((sum, { sockets }) => sum + sockets.size, 0);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#current = undefined;
    for (const generation of this.#generations) {
      generation.isRetired = true;
      // What is under way would keep the driver from closing.
      generation.sockets.destroy();
    }
    await Promise.all([...this.#generations].map((generation) => this.#dispose(generation)));
    if (this.#authorities !== undefined) rmSync(this.#authorities, { recursive: true, force: true });
  }

  /** A silent server leaves a connection in use for ever, so a generation in which an answer is overdue takes no more statements. */
  async #runWithin(generation: Generation, statement: Statement, options: RunOptions): Promise<BoltAnswer> {
    const overdue = Promise.withResolvers<'overdue' | 'closed'>();
    const patienceMs = options.timeoutMs + this.#endpoint.acquisitionTimeoutMs + answerGraceMs;
    const timer = this.#options.clock.setTimer(patienceMs, () => {
      overdue.resolve('overdue');
    });
    const onClose = (): void => {
      overdue.resolve('closed');
    };
    this.#closing.signal.addEventListener('abort', onClose, { once: true });
    try {
      const work = generation.sockets.run(() => runOnce(generation.driver, statement, options));
      void work.then((outcome) => {
        if (isRefusedLogin(outcome)) this.#endpoint.loginRefused();
      });
      const outcome = await Promise.race([work, overdue.promise]);
      switch (outcome) {
        case 'closed':
          return failed(transport('closed', true, 'the link was closed while the statement ran'));
        case 'overdue':
          this.#retire(generation);
          return failed(
            transport('timeout', generation.sockets.mayHaveLoggedIn, `no answer within ${patienceMs} ms`),
          );
        default:
          return outcome.ok ? outcome : failed(await this.#lookInto(generation, outcome.failure));
      }
    } finally {
      timer.cancel();
      this.#closing.signal.removeEventListener('abort', onClose);
    }
  }

  #generation(): Generation {
    this.#current ??= this.#newGeneration();
    return this.#current;
  }

  #newGeneration(): Generation {
    const { addresses, scheme } = this.#endpoint;
    const [first = ''] = addresses();
    const config = this.#config();
    const sockets = new SocketGroup();
    try {
      const token = guardedToken(this.#endpoint);
      const driver = sockets.run(() => openDriver(`${scheme}://${first}`, token, config));
      const generation = { driver, sockets, running: 0, isRetired: false };
      this.#generations.add(generation);
      return generation;
    } catch (error) {
      sockets.destroy();
      throw error;
    }
  }

  #retire(generation: Generation): void {
    generation.isRetired = true;
    if (this.#current === generation) this.#current = undefined;
  }

  async #dispose(generation: Generation): Promise<void> {
    if (!generation.isRetired || (generation.running > 0 && !this.#closing.signal.aborted)) return;
    if (!this.#generations.delete(generation)) return;
    generation.sockets.destroy();
    await generation.driver.close();
  }

  #config(): Plain<Config> {
    const { acquisitionTimeoutMs, addresses, connectTimeoutMs, maxConnections, scheme, trust } =
      this.#endpoint;
    const { userAgent } = this.#options;
    return {
      ...(scheme === 'neo4j' ? { resolver: () => [...addresses()] } : {}),
      maxConnectionPoolSize: maxConnections,
      connectionAcquisitionTimeout: acquisitionTimeoutMs,
      connectionTimeout: connectTimeoutMs,
      connectionLivenessCheckTimeout: livenessCheckAfterMs,
      maxTransactionRetryTime: 0,
      disableAutoCommitRetries: true,
      useBigInt: true,
      telemetryDisabled: true,
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(trust === 'plaintext'
        ? { encrypted: false }
        : {
            encrypted: true,
            trust: 'TRUST_CUSTOM_CA_SIGNED_CERTIFICATES',
            trustedCertificates: [this.#authoritiesFile(trust.authorities)],
          }),
    };
  }

  #authoritiesFile(authorities: readonly string[]): string {
    this.#authorities ??= mkdtempSync(join(this.#options.scratchDir ?? tmpdir(), 'neo4j-authorities-'));
    const path = join(this.#authorities, 'ca.pem');
    writeFileSync(path, authorities.join('\n'));
    return path;
  }

  /** Tells apart what the driver has one error for. A look at the port never makes a statement one that has not run. */
  async #lookInto(generation: Generation, failure: DriverFailure): Promise<BoltFailure> {
    const { acquisitionTimeoutMs, maxConnections } = this.#endpoint;
    if (
      failure.origin === 'transport' &&
      failure.kind === 'acquisition' &&
      generation.running <= maxConnections
    ) {
      // There were connections to be had, so one was being made, and the server has not said a word on it.
      this.#retire(generation);
      const message = `connections are accepted but not answered within ${acquisitionTimeoutMs} ms`;
      return transport('unreachable', false, message);
    }
    if (failure.origin !== 'hung-up') return failure;
    if (failure.during === 'unknown' && generation.sockets.mayHaveLoggedIn) {
      return transport('lost', true, failure.message);
    }
    return (await this.#mismatch()) ?? transport('unreachable', false, failure.message);
  }

  /** The peer hung up without a word: since one side speaks TLS and the other does not? */
  async #mismatch(): Promise<BoltFailure | undefined> {
    const { addresses, connectTimeoutMs, trust } = this.#endpoint;
    const [server, client, speaks] =
      trust === 'plaintext' ? ['TLS', 'plain text', speaksTls] : ['plain text', 'TLS', speaksPlainBolt];
    for (const address of addresses()) {
      if (await speaks(this.#options.clock, address, connectTimeoutMs, this.#closing.signal)) {
        const message = `${address} speaks ${server} on this port, and ${client} was tried`;
        return transport('tls-expected', false, message);
      }
    }
    return undefined;
  }
}

type RunOutcome =
  | { readonly ok: true; readonly result: BoltResult }
  | { readonly ok: false; readonly failure: DriverFailure };

/**
 * One transaction of its own ("auto-commit"), which is all that statements with WAIT may be run in, and one round trip. That the session
 * cannot be closed since the connection is gone is no further news.
 */
async function runOnce(driver: Driver, statement: Statement, options: RunOptions): Promise<RunOutcome> {
  const mode: Plain<SessionConfig> = {
    database: options.database,
    bookmarks: [...options.bookmarks],
    defaultAccessMode: options.access === 'read' ? sessionModes.READ : sessionModes.WRITE,
  };
  const session = driver.session(mode);
  try {
    const parameters = toDriver(statement.parameters) as Record<string, unknown>;
    const running = session.run(statement.text, parameters, { timeout: options.timeoutMs });
    // A failure is that of the result as well, where it is dealt with.
    const columns = running.keys().catch(() => []);
    const result = await running;
    return { ok: true, result: toResult((await columns).map(String), result, session.lastBookmarks()) };
  } catch (error) {
    return { ok: false, failure: driverFailure(error) };
  } finally {
    await session.close().catch(() => undefined);
  }
}

function isRefusedLogin(outcome: RunOutcome): boolean {
  if (outcome.ok || outcome.failure.origin !== 'server') return false;
  return outcome.failure.code === 'Neo.ClientError.Security.Unauthorized';
}

function toResult(
  columns: readonly string[],
  { records, summary }: QueryResult,
  bookmarks: readonly string[],
): BoltResult {
  // The driver has two views of the same remarks, one with codes and one with statuses.
  const statuses = summary.gqlStatusObjects.filter((status) => status.isNotification);
  return {
    columns,
    rows: records.map((record) =>
      Object.fromEntries(record.keys.map((key) => [String(key), fromDriver(record.get(key))])),
    ),
    bookmarks,
    systemUpdates: summary.counters.systemUpdates(),
    notifications: summary.notifications.map(({ code, description }, index) => ({
      code,
      gqlStatus: statuses[index]?.gqlStatus ?? '',
      description,
    })),
    server: { address: summary.server.address ?? '', agent: summary.server.agent ?? '' },
  };
}

function failed(failure: BoltFailure): BoltAnswer {
  return { ok: false, failure };
}
