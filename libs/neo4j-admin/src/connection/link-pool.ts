import { CircuitBreaker } from '@neo4j-operator/cache';
import type { Clock, Timer } from '@neo4j-operator/clock';
import type { BoltConnector, BoltEndpoint, BoltLink, Credentials } from './bolt-connector.ts';
import type { ConnectionLimits } from './limits.ts';

/** A link with what is known of its server. */
export interface PooledLink {
  readonly link: BoltLink;
  readonly breaker: CircuitBreaker;
}

interface Entry extends PooledLink {
  readonly scheme: BoltEndpoint['scheme'];
  readonly credentials: Credentials;
  users: number;
  /** On the monotonic clock. */
  lastUsed: number;
}

/** What a pool needs to know to open links. */
export interface LinkPoolOptions {
  readonly clock: Clock;
  readonly connector: BoltConnector;
  readonly trust: BoltEndpoint['trust'];
  readonly limits: ConnectionLimits;
}

/**
 * The open links of a cluster: one for each scheme and address, made when it is first wanted and closed when it has been idle, when its
 * credentials are no longer those in use, or when there are too many.
 */
export class LinkPool {
  readonly #options: LinkPoolOptions;
  readonly #entries = new Map<string, Entry>();
  /** Outlives the link: that a server is down does not change because nobody has asked for a while. */
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #closing = new Set<Entry>();
  #sweep: Timer | undefined;

  constructor(options: LinkPoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Open connections of all links, those that are being closed included. */
  get connections(): number {
    const open = [...this.#entries.values(), ...this.#closing];
    return open.reduce((sum, { link }) => sum + link.connections(), 0);
  }

  /**
   * Uses the link to an address.
   *
   * @param connectionsPerHost - for a link that has to be opened
   */
  async use<T>(
    scheme: BoltEndpoint['scheme'],
    address: string,
    credentials: Credentials,
    connectionsPerHost: number,
    work: (link: PooledLink) => Promise<T>,
  ): Promise<T> {
    const entry = this.#entry(scheme, address, credentials, connectionsPerHost);
    entry.users++;
    try {
      return await work(entry);
    } finally {
      entry.users--;
      entry.lastUsed = this.#options.clock.monotonic();
      if (this.#entries.get(`${scheme}://${address}`) !== entry) this.#retire(entry);
      this.#scheduleSweep();
    }
  }

  /** Closes links that nobody uses, the ones unused for longest first, until no more than so many of a scheme are open. */
  closeIdle(scheme: BoltEndpoint['scheme'], keep: number): void {
    const open = [...this.#entries].filter(([, entry]) => entry.scheme === scheme);
    const idle = open
      .filter(([, entry]) => entry.users === 0)
      .sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [key, entry] of idle.slice(0, Math.max(0, open.length - keep))) {
      this.#entries.delete(key);
      this.#retire(entry);
    }
  }

  async close(): Promise<void> {
    this.#sweep?.cancel();
    this.#sweep = undefined;
    const links = [...this.#entries.values(), ...this.#closing].map(({ link }) => link);
    this.#entries.clear();
    this.#closing.clear();
    await Promise.all(links.map((link) => link.close()));
  }

  #entry(
    scheme: BoltEndpoint['scheme'],
    address: string,
    credentials: Credentials,
    connectionsPerHost: number,
  ): Entry {
    const { clock, connector, limits, trust } = this.#options;
    const key = `${scheme}://${address}`;
    const existing = this.#entries.get(key);
    if (existing?.credentials === credentials) return existing;
    this.#entries.delete(key);
    if (existing !== undefined) this.#retire(existing);
    const link = connector.open({
      scheme,
      address,
      credentials,
      trust,
      maxConnections: connectionsPerHost,
      connectTimeoutMs: limits.connectMs,
      acquisitionTimeoutMs: limits.acquisitionMs,
    });
    const breaker = this.#breaker(key);
    const entry: Entry = { link, breaker, scheme, credentials, users: 0, lastUsed: clock.monotonic() };
    this.#entries.set(key, entry);
    return entry;
  }

  #breaker(key: string): CircuitBreaker {
    const existing = this.#breakers.get(key);
    if (existing !== undefined) return existing;
    const { clock, limits } = this.#options;
    const breaker = new CircuitBreaker({
      clock,
      failures: limits.breakerFailures,
      openMs: limits.breakerMs,
      longestOpenMs: limits.longestBreakerMs,
    });
    this.#breakers.set(key, breaker);
    return breaker;
  }

  /** What still uses it goes on; the last one closes it. */
  #retire(entry: Entry): void {
    if (entry.users > 0 || this.#closing.has(entry)) return;
    this.#closing.add(entry);
    void entry.link.close().finally(() => this.#closing.delete(entry));
  }

  /** One timer for all links, set for the one that has been idle for longest. */
  #scheduleSweep(): void {
    const idle = [...this.#entries.values()].filter(({ users }) => users === 0);
    if (this.#sweep !== undefined || idle.length === 0) return;
    const { clock, limits } = this.#options;
    const oldest = Math.min(...idle.map(({ lastUsed }) => lastUsed));
    this.#sweep = clock.setTimer(oldest + limits.idleMs - clock.monotonic(), () => {
      this.#sweep = undefined;
      this.#closeExpired();
      this.#scheduleSweep();
    });
  }

  #closeExpired(): void {
    const { clock, limits } = this.#options;
    for (const [key, entry] of this.#entries) {
      if (entry.users > 0 || clock.monotonic() - entry.lastUsed < limits.idleMs) continue;
      this.#entries.delete(key);
      this.#retire(entry);
    }
  }
}
