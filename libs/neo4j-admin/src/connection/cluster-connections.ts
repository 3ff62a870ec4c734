import { type Clock, untilAborted, withDeadline } from '@neo4j-operator/clock';
import { count } from '../cypher/count.ts';
import { classify, Neo4jError, type Neo4jErrorReason } from '../errors/index.ts';
import type {
  BoltAnswer,
  BoltConnector,
  BoltEndpoint,
  BoltFailure,
  BoltResult,
  Credentials,
  Statement,
  Trust,
} from './bolt-connector.ts';
import { BookmarkChain } from './bookmark-chain.ts';
import { type ConnectionLimits, defaultLimits } from './limits.ts';
import { LinkPool, type PooledLink } from './link-pool.ts';
import { LoginGuard } from './login-guard.ts';
import { checkParameters } from './parameters.ts';
import { type Release, Semaphore } from './semaphore.ts';

/** What the connections to a cluster need. */
export interface ClusterConnectionsOptions {
  readonly clock: Clock;
  readonly connector: BoltConnector;
  /** Bolt addresses (`host:port`) of servers; asked whenever one is needed, since servers come and go. */
  readonly addresses: () => readonly string[];
  /** Asked at each statement, so that a rotated password is used from the next one on. */
  readonly credentials: () => Promise<Credentials>;
  /** Asked at each statement, so that a new authority is trusted from the next one on. */
  readonly trust: () => Trust;
  /**
   * Asked right before a statement with the access `write` is given to its link, each time that it is tried, with the milliseconds that the
   * server is told as its time-out; up to `limits.acquisitionMs` may pass until there is a connection to send it on. Throws if the statement
   * must not be sent: the caller gets what it throws.
   */
  readonly admit?: (deadlineMs: number) => void;
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

/** Whom a statement is for, and how it is run there. */
interface Errand extends DataOptions {
  readonly scheme: BoltEndpoint['scheme'];
  /** Of the server, under the scheme `bolt`. */
  readonly address: string;
  readonly database: string;
}

const system = 'system';

/** The name of the one link that routes. */
const routedLink = 'routed';

/** A newer routing table, or another server, may do. */
const elsewhere: ReadonlySet<Neo4jErrorReason> = new Set(['NoRoute', 'NotLeader']);

/**
 * All that goes to one cluster: administration statements routed to the leader of `system`, reads that see what was written before, and
 * statements to a certain server. Every method gives rows or rejects with a `Neo4jError`, and before anything is sent with an
 * `InvalidInputError`, if a parameter cannot be sent as it is, or with what `admit` throws.
 *
 * At most `limits.connections` statements are under way, and for up to 14 servers at most as many connections open.
 */
export class ClusterConnections {
  readonly #options: ClusterConnectionsOptions;
  readonly #limits: ConnectionLimits;
  readonly #permits: Semaphore;
  readonly #directPermits: Semaphore;
  readonly #dataPermits: Semaphore;
  readonly #pool: LinkPool;
  readonly #logins: LoginGuard;
  readonly #bookmarks = new BookmarkChain();
  /** Databases with a write whose outcome is unknown: there is no bookmark of it, so only the leader can tell. */
  readonly #inDoubt = new Set<string>();
  #isClosed = false;

  constructor(options: ClusterConnectionsOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    const { clock, connector } = options;
    const { connections, dataStatements, directLinks, refusedLogins } = this.#limits;
    this.#permits = new Semaphore(clock, connections);
    this.#directPermits = new Semaphore(clock, directLinks);
    this.#dataPermits = new Semaphore(clock, dataStatements);
    this.#pool = new LinkPool({ clock, connector, limits: this.#limits });
    this.#logins = new LoginGuard(clock, refusedLogins);
  }

  /**
   * Runs an administration statement where `system` is led. If it certainly did not run, it is tried once more at once.
   *
   * @param timeoutMs - for a statement with WAIT, longer than that
   */
  admin(statement: Statement, timeoutMs = this.#limits.queryMs): Promise<BoltResult> {
    return this.#routed(system, statement, { access: 'write', timeoutMs });
  }

  /**
   * Reads administration data, having seen all that `admin` has written; after a write whose outcome is unknown, from the leader. Tried once
   * more if the connection breaks, or if a server cannot be reached and others can.
   */
  read(statement: Statement): Promise<BoltResult> {
    return this.#routed(system, statement, { access: 'read', timeoutMs: this.#limits.queryMs });
  }

  /** Runs a statement on the data of a database, with its own time-out. */
  async data(database: string, statement: Statement, options: DataOptions): Promise<BoltResult> {
    return this.#holding(this.#dataPermits, statement, () => this.#routed(database, statement, options));
  }

  /**
   * Asks one server about itself: settings, transactions, its view of others. It is not made to wait until it has seen what was written
   * elsewhere: that it lags may be just what is asked about.
   *
   * @param address - `host:port`
   * @param access - `write` if it changes something there
   * @param database - on whose copy it is run
   */
  async direct(
    address: string,
    statement: Statement,
    access: DataOptions['access'] = 'read',
    database = system,
  ): Promise<BoltResult> {
    const timeoutMs = this.#limits.queryMs;
    return this.#holding(this.#directPermits, statement, () =>
      this.#attempt({ scheme: 'bolt', address, database, access, timeoutMs }, statement),
    );
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
      waiting: this.#permits.waiting + this.#directPermits.waiting + this.#dataPermits.waiting,
    };
  }

  /** Closes all connections. Statements that wait, and those from then on, fail as `Closed`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const permits of [this.#permits, this.#directPermits, this.#dataPermits]) permits.cancel();
    await this.#pool.close();
  }

  async #routed(database: string, statement: Statement, options: DataOptions): Promise<BoltResult> {
    const errand: Errand = { scheme: 'neo4j', address: '', database, ...options };
    try {
      return await this.#attempt(errand, statement);
    } catch (error) {
      const others = this.#pool.connections;
      if (!(error instanceof Neo4jError) || !isWorthAnother(error, options.access, others)) throw error;
      return await this.#attempt(errand, statement);
    }
  }

  async #attempt(errand: Errand, statement: Statement): Promise<BoltResult> {
    checkParameters(statement);
    count('timeoutMs', errand.timeoutMs, 1, Number.MAX_SAFE_INTEGER);
    return this.#holding(this.#permits, statement, async () => {
      const what = `${errand.scheme === 'bolt' ? `${errand.address}: ` : ''}${firstWords(statement)}`;
      const credentials = await this.#credentials(what);
      if (errand.scheme === 'neo4j' && this.#options.addresses().length === 0) {
        throw local('Unreachable', 'retry', `${what}: no server of this cluster has an address yet`);
      }
      const name = errand.scheme === 'bolt' ? errand.address : routedLink;
      if (errand.scheme === 'bolt' && !this.#pool.has(name)) this.#pool.makeRoom(this.#limits.directLinks);
      return this.#pool.use(name, this.#endpoint(errand, credentials), (link) =>
        this.#runOn(link, errand, statement, credentials, what),
      );
    });
  }

  #endpoint({ address, scheme }: Errand, credentials: Credentials): BoltEndpoint {
    const { acquisitionMs, connectMs } = this.#limits;
    return {
      scheme,
      addresses: scheme === 'bolt' ? () => [address] : this.#options.addresses,
      credentials,
      mayLogIn: () => this.#logins.refusal(credentials) === undefined,
      loginRefused: () => {
        this.#logins.refused(credentials);
      },
      trust: this.#options.trust(),
      maxConnections: scheme === 'bolt' ? 1 : this.#routedConnectionsPerHost(),
      connectTimeoutMs: connectMs,
      acquisitionTimeoutMs: acquisitionMs,
    };
  }

  /**
   * Statements that may each need a login go over a link one at a time, since a burst of wrong logins would lock the user: all of them as
   * long as the link has not answered or a login of the user has failed, and those that find no connection free.
   */
  async #runOn(
    pooled: PooledLink,
    errand: Errand,
    statement: Statement,
    credentials: Credentials,
    what: string,
  ): Promise<BoltResult> {
    const send = async (): Promise<BoltResult> => {
      pooled.running++;
      try {
        return await this.#send(pooled, errand, statement, credentials, what);
      } finally {
        pooled.running--;
      }
    };
    const isSafe =
      pooled.hasAnswered &&
      !this.#logins.isDoubtful(credentials) &&
      pooled.running < pooled.link.connections();
    return isSafe ? send() : this.#holding(pooled.alone, statement, send);
  }

  async #send(
    pooled: PooledLink,
    { access, database, scheme, timeoutMs }: Errand,
    statement: Statement,
    credentials: Credentials,
    what: string,
  ): Promise<BoltResult> {
    this.#checkLogin(credentials, what);
    const { breaker, link } = pooled;
    if (!breaker.admits()) {
      const wait = Math.ceil(breaker.remainingMs());
      throw local(
        'CircuitOpen',
        'retry',
        `${what}: not tried after several failures; next try in ${wait} ms`,
      );
    }
    const bookmarks = scheme === 'neo4j' ? this.#bookmarks.of(database) : [];
    const mode = scheme === 'neo4j' && this.#inDoubt.has(database) ? 'write' : access;
    const hadConnections = link.connections() > 0;
    let answer: BoltAnswer | undefined;
    try {
      if (access === 'write') this.#options.admit?.(timeoutMs);
      answer = await link.run(statement, { database, access: mode, timeoutMs, bookmarks });
    } finally {
      reportTo(pooled, scheme, answer);
    }
    this.#learnLogin(credentials, answer, pooled, hadConnections);
    if (answer.ok) {
      if (scheme === 'neo4j') {
        this.#bookmarks.add(database, bookmarks, answer.result.bookmarks);
        if (mode === 'write') this.#inDoubt.delete(database);
      }
      return answer.result;
    }
    const error = classify(answer.failure, what);
    if (error.reason === 'BookmarkUnknown') this.#bookmarks.forget(database);
    if (error.outcomeUnknown && access === 'write') this.#inDoubt.add(database);
    throw error;
  }

  #checkLogin(credentials: Credentials, what: string): void {
    const refusal = this.#logins.refusal(credentials);
    switch (refusal?.kind) {
      case undefined:
        return;
      case 'locked':
        throw local(
          'LockedOut',
          'credentials',
          `${what}: not tried, the user '${credentials.username}' is locked for another ${Math.ceil(refusal.remainingMs)} ms`,
        );
      case 'refused':
        throw local(
          'Unauthorized',
          'credentials',
          `${what}: not tried, since this password of '${credentials.username}' was refused and one more time could lock the user: ` +
            'correct the password',
        );
    }
  }

  #learnLogin(
    credentials: Credentials,
    answer: BoltAnswer,
    pooled: PooledLink,
    hadConnections: boolean,
  ): void {
    const failure = answer.ok ? undefined : answer.failure;
    if (failure?.origin === 'transport') return;
    const code = failure?.code ?? '';
    if (code === 'Neo.ClientError.Security.AuthenticationRateLimit') {
      this.#logins.locked(credentials);
    } else if (answer.ok || provesLogin(code)) {
      pooled.hasAnswered = true;
      // A connection that was there before proves nothing: the password may have been changed since it logged in.
      if (!hadConnections) this.#logins.accepted(credentials);
    }
  }

  async #credentials(what: string): Promise<Credentials> {
    const { acquisitionMs } = this.#limits;
    const late = (): Error => new Error(`they did not come within ${acquisitionMs} ms`);
    try {
      return await withDeadline(this.#options.clock, acquisitionMs, undefined, late, (signal) =>
        Promise.race([
          this.#options.credentials(),
          untilAborted(signal).then(() => Promise.reject(signal.reason as Error)),
        ]),
      );
    } catch (cause) {
      throw new Neo4jError(`${what}: user and password could not be had: ${String(cause)}`, {
        reason: 'NoCredentials',
        remedy: 'retry',
        outcomeUnknown: false,
        cause,
      });
    }
  }

  /** Two for each host are plenty for administration, and two wrong logins at once do not lock a user. */
  #routedConnectionsPerHost(): number {
    const { connections, directLinks } = this.#limits;
    const hosts = Math.max(1, this.#options.addresses().length);
    return Math.min(2, Math.max(1, Math.floor((connections - directLinks) / hosts)));
  }

  async #holding<T>(permits: Semaphore, statement: Statement, work: () => Promise<T>): Promise<T> {
    let release: Release | undefined;
    if (!this.#isClosed) release = await permits.acquire(this.#limits.acquisitionMs);
    if (this.#isClosed) {
      release?.();
      throw local('Closed', 'retry', `${firstWords(statement)}: the connections to this cluster are closed`);
    }
    if (release === undefined) {
      const { acquisitionMs } = this.#limits;
      throw local('TooBusy', 'retry', `${firstWords(statement)}: not its turn within ${acquisitionMs} ms`);
    }
    try {
      return await work();
    } finally {
      release();
    }
  }
}

/** A trial of the breaker is always reported, or it would stay open for ever. */
function reportTo(
  { breaker }: PooledLink,
  scheme: BoltEndpoint['scheme'],
  answer: BoltAnswer | undefined,
): void {
  if (answer === undefined) breaker.undecided();
  else if (answer.ok || answer.failure.origin === 'server') breaker.succeeded();
  else if (isSilence(answer.failure, scheme)) breaker.failed();
  else breaker.undecided();
}

/**
 * Whether the other side of a link is down or mute. Of the link that routes only that nobody gives a routing table: that one database has
 * no leader, or one leader is silent, must not keep statements from the others.
 */
function isSilence(
  failure: Extract<BoltFailure, { origin: 'transport' }>,
  scheme: BoltEndpoint['scheme'],
): boolean {
  const { kind } = failure;
  return kind === 'unreachable' || (scheme === 'bolt' && (kind === 'lost' || kind === 'timeout'));
}

/**
 * The driver learns that a server is gone by failing to connect to it; as long as there are connections to others, one of them will do.
 *
 * @param others - connections that are open
 */
function isWorthAnother(error: Neo4jError, access: 'read' | 'write', others: number): boolean {
  if (error.reason === 'Unreachable') return others > 0 && !error.outcomeUnknown;
  if (elsewhere.has(error.reason)) return !error.outcomeUnknown || access === 'read';
  return access === 'read' && error.reason === 'ConnectionLost';
}

/**
 * Whether a server that answers so has taken the login. A server that is starting may say that it is before it asks for a password.
 */
function provesLogin(code: string): boolean {
  if (code.startsWith('Neo.ClientError.Security.')) return /\.(Forbidden|CredentialsExpired)$/.test(code);
  return code.startsWith('Neo.ClientError.');
}

function local(reason: Neo4jErrorReason, remedy: Neo4jError['remedy'], message: string): Neo4jError {
  return new Neo4jError(message, { reason, remedy, outcomeUnknown: false });
}

/** Enough to recognise a statement in a log. The values of those that are built here are parameters. */
function firstWords({ text }: Statement): string {
  const words = text.replace(/^CYPHER \d+ /, '').split(' ');
  return words.slice(0, 4).join(' ');
}
