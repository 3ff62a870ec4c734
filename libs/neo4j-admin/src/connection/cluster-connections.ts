import type { Clock } from '@neo4j-operator/clock';
import { classify, Neo4jError, type Neo4jErrorReason } from '../errors/index.ts';
import type {
  BoltAnswer,
  BoltConnector,
  BoltEndpoint,
  BoltResult,
  Credentials,
  RunOptions,
  Statement,
} from './bolt-connector.ts';
import { BookmarkChain } from './bookmark-chain.ts';
import { type ConnectionLimits, defaultLimits } from './limits.ts';
import { LinkPool, type PooledLink } from './link-pool.ts';
import { LoginGuard } from './login-guard.ts';
import { Semaphore } from './semaphore.ts';

/** What the connections to a cluster need. */
export interface ClusterConnectionsOptions {
  readonly clock: Clock;
  readonly connector: BoltConnector;
  /** Bolt addresses (`host:port`) of servers; asked at each statement, since servers come and go. Never none. */
  readonly addresses: () => readonly string[];
  /** Asked at each statement, so that a rotated password is used from the next one on. */
  readonly credentials: () => Promise<Credentials>;
  readonly trust: BoltEndpoint['trust'];
  readonly limits?: Partial<ConnectionLimits>;
}

/** What is in use at the moment. */
export interface ConnectionCounts {
  readonly connections: number;
  readonly links: number;
  readonly running: number;
  readonly waiting: number;
}

/** A statement on data, whose duration only its author knows. */
export interface DataOptions {
  readonly access: 'read' | 'write';
  readonly timeoutMs: number;
}

/** The server has not answered at all: what its circuit breaker counts. */
const silent: ReadonlySet<Neo4jErrorReason> = new Set([
  'Unreachable',
  'ConnectionLost',
  'TimedOut',
  'NoRoute',
]);

/** Another server, or a newer routing table, may do. */
const elsewhere: ReadonlySet<Neo4jErrorReason> = new Set([
  'Unreachable',
  'NoRoute',
  'NotLeader',
  'CircuitOpen',
]);

const system = 'system';

/**
 * All that goes to one cluster: administration statements routed to the leader of `system`, reads that see what was written before, and
 * statements to a certain server. Every method gives rows or rejects with a `Neo4jError`.
 *
 * At most `limits.connections` statements are under way and as many connections open, whatever the number of servers up to 14.
 */
export class ClusterConnections {
  readonly #options: ClusterConnectionsOptions;
  readonly #limits: ConnectionLimits;
  readonly #permits: Semaphore;
  readonly #directPermits: Semaphore;
  readonly #pool: LinkPool;
  readonly #logins: LoginGuard;
  readonly #bookmarks = new BookmarkChain();
  #credentials: Credentials | undefined;
  #seed = 0;
  #isClosed = false;

  constructor(options: ClusterConnectionsOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    const { clock, connector, trust } = options;
    this.#permits = new Semaphore(clock, this.#limits.connections);
    this.#directPermits = new Semaphore(clock, this.#limits.directLinks);
    this.#pool = new LinkPool({ clock, connector, trust, limits: this.#limits });
    this.#logins = new LoginGuard(this.#limits.refusedLogins);
  }

  /**
   * Runs an administration statement where `system` is led. If it certainly did not run, it is tried once more at once.
   *
   * @param timeoutMs - for a statement with WAIT, longer than that
   */
  admin(statement: Statement, timeoutMs = this.#limits.queryMs): Promise<BoltResult> {
    return this.#routed(system, statement, { access: 'write', timeoutMs });
  }

  /** Reads administration data, having seen all that `admin` has written. Tried once more if the connection breaks. */
  read(statement: Statement): Promise<BoltResult> {
    return this.#routed(system, statement, { access: 'read', timeoutMs: this.#limits.queryMs });
  }

  /** Runs a statement on the data of a database, with its own time-out. */
  data(database: string, statement: Statement, options: DataOptions): Promise<BoltResult> {
    return this.#routed(database, statement, options);
  }

  /**
   * Asks one server about itself: settings, transactions, its view of others. It is not made to wait until it has seen what was written
   * elsewhere: that it lags may be just what is asked about.
   *
   * @param address - `host:port`
   */
  async direct(address: string, statement: Statement, database = system): Promise<BoltResult> {
    const permit = await this.#directPermits.acquire(this.#limits.acquisitionMs);
    if (permit === undefined) throw this.#tooBusy(statement);
    try {
      this.#pool.closeIdle('bolt', this.#limits.directLinks - 1);
      return await this.#attempt('bolt', address, database, statement, {
        access: 'read',
        timeoutMs: this.#limits.queryMs,
      });
    } finally {
      permit();
    }
  }

  /** After a refused password, says that it is right now: on the server it was changed to ours. */
  retryLogin(): void {
    this.#logins.forget();
  }

  counts(): ConnectionCounts {
    return {
      connections: this.#pool.connections,
      links: this.#pool.size,
      running: this.#permits.taken,
      waiting: this.#permits.waiting,
    };
  }

  /** Closes all connections. Statements from then on fail as `Closed`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.close();
  }

  async #routed(database: string, statement: Statement, options: DataOptions): Promise<BoltResult> {
    const first = this.#seedAddress();
    try {
      return await this.#attempt('neo4j', first, database, statement, options);
    } catch (error) {
      if (!(error instanceof Neo4jError) || !this.#isWorthAnother(error, options.access)) throw error;
      if (error.reason !== 'NotLeader') this.#seed++;
      return await this.#attempt('neo4j', this.#seedAddress(), database, statement, options);
    }
  }

  #isWorthAnother(error: Neo4jError, access: 'read' | 'write'): boolean {
    if (elsewhere.has(error.reason)) return !error.outcomeUnknown || access === 'read';
    return access === 'read' && error.reason === 'ConnectionLost';
  }

  async #attempt(
    scheme: BoltEndpoint['scheme'],
    address: string,
    database: string,
    statement: Statement,
    options: DataOptions,
  ): Promise<BoltResult> {
    const permit = await this.#permits.acquire(this.#limits.acquisitionMs);
    if (permit === undefined) throw this.#tooBusy(statement);
    try {
      return await this.#logins.run(() => this.#runOn(scheme, address, database, statement, options));
    } finally {
      permit();
    }
  }

  async #runOn(
    scheme: BoltEndpoint['scheme'],
    address: string,
    database: string,
    statement: Statement,
    { access, timeoutMs }: DataOptions,
  ): Promise<BoltResult> {
    const what = `${scheme}://${address}: ${firstWords(statement)}`;
    const credentials = await this.#currentCredentials();
    if (this.#isClosed) throw local('Closed', 'retry', `${what}: the connections to this cluster are closed`);
    if (!this.#logins.mayLogIn) {
      throw local(
        'Unauthorized',
        'credentials',
        `${what}: not tried, since this password of '${credentials.username}' was refused ${this.#limits.refusedLogins} times and one ` +
          'more time could lock the user: correct the password',
      );
    }
    const perHost = scheme === 'bolt' ? 1 : this.#routedConnectionsPerHost();
    const bookmarks = scheme === 'neo4j' ? this.#bookmarks.of(database) : [];
    const answer = await this.#pool.use(scheme, address, credentials, perHost, (link) =>
      this.#ask(link, what, statement, { database, access, timeoutMs, bookmarks }),
    );
    this.#learnLogin(credentials, answer);
    if (!answer.ok) {
      const error = classify(answer.failure, what);
      if (error.reason === 'BookmarkUnknown') this.#bookmarks.forget(database);
      throw error;
    }
    if (scheme === 'neo4j') this.#bookmarks.add(database, bookmarks, answer.result.bookmarks);
    return answer.result;
  }

  async #ask(
    { breaker, link }: PooledLink,
    what: string,
    statement: Statement,
    options: RunOptions,
  ): Promise<BoltAnswer> {
    if (!breaker.admits()) {
      throw local(
        'CircuitOpen',
        'retry',
        `${what}: not tried, the server failed several times in a row; next try in ${Math.ceil(breaker.remainingMs())} ms`,
      );
    }
    const answer = await link.run(statement, options);
    if (answer.ok || answer.failure.origin === 'server') breaker.succeeded();
    else if (silent.has(classify(answer.failure, what).reason)) breaker.failed();
    else breaker.undecided();
    return answer;
  }

  #learnLogin(credentials: Credentials, answer: BoltAnswer): void {
    if (answer.ok) {
      this.#logins.accepted(credentials);
      return;
    }
    if (answer.failure.origin !== 'server') return;
    const { code } = answer.failure;
    if (code === 'Neo.ClientError.Security.Unauthorized') this.#logins.refused(credentials);
    else if (provesLogin(code)) this.#logins.accepted(credentials);
  }

  async #currentCredentials(): Promise<Credentials> {
    const given = await this.#options.credentials();
    const current = this.#credentials;
    // The same object as long as they are the same, since links are compared by it.
    const isSame = current?.username === given.username && current.password === given.password;
    const credentials = isSame ? current : given;
    this.#credentials = credentials;
    this.#logins.use(credentials);
    return credentials;
  }

  #routedConnectionsPerHost(): number {
    const { connections, directLinks } = this.#limits;
    const hosts = Math.max(1, this.#options.addresses().length);
    return Math.max(1, Math.floor((connections - directLinks) / hosts));
  }

  #seedAddress(): string {
    const addresses = this.#options.addresses();
    const address = addresses[this.#seed % Math.max(1, addresses.length)];
    if (address === undefined) {
      throw local('Unreachable', 'retry', 'no server of this cluster has an address yet');
    }
    return address;
  }

  #tooBusy(statement: Statement): Neo4jError {
    return local(
      'TooBusy',
      'retry',
      `${firstWords(statement)}: no connection became free within ${this.#limits.acquisitionMs} ms`,
    );
  }
}

/**
 * Whether a server that answers so has taken the login. A locked user's password is not even compared, and a server that is starting may
 * say that it is before it asks for a password.
 */
function provesLogin(code: string): boolean {
  if (code.startsWith('Neo.ClientError.Security.')) return /\.(Forbidden|CredentialsExpired)$/.test(code);
  return code.startsWith('Neo.ClientError.');
}

function local(reason: Neo4jErrorReason, remedy: Neo4jError['remedy'], message: string): Neo4jError {
  return new Neo4jError(message, { reason, remedy, outcomeUnknown: false });
}

/** Enough to recognise a statement in a log. Values are parameters, so there are none in it. */
function firstWords({ text }: Statement): string {
  const words = text.replace(/^CYPHER \d+ /, '').split(' ');
  return words.slice(0, 4).join(' ');
}
