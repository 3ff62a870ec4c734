import { CircuitBreaker } from '@neo4j-operator/cache';
import type { Clock, Timer } from '@neo4j-operator/clock';
import type { BoltConnector, BoltEndpoint, BoltLink } from './bolt-connector.ts';
import type { ConnectionLimits } from './limits.ts';
import { Semaphore } from './semaphore.ts';

/** A link with what is known of its servers. */
export interface PooledLink {
  readonly link: BoltLink;
  readonly breaker: CircuitBreaker;
  /** For statements that have to go alone, since each may be a login. */
  readonly alone: Semaphore;
  /** Whether a statement has come back over it: then its password was right. */
  hasAnswered: boolean;
  /** Statements that are under way over it. */
  running: number;
}

interface Entry extends PooledLink {
  readonly endpoint: BoltEndpoint;
  users: number;
  /** On the monotonic clock. */
  lastUsed: number;
}

/** What a pool needs to open links. */
export interface LinkPoolOptions {
  readonly clock: Clock;
  readonly connector: BoltConnector;
  readonly limits: ConnectionLimits;
}

/**
 * The open links of a cluster: one that routes, and one to each server that was lately asked about itself. A link is made when it is first
 * wanted, and closed when it has been idle, when what it was opened with has changed, or when there are too many.
 */
export class LinkPool {
  readonly #options: LinkPoolOptions;
  readonly #entries = new Map<string, Entry>();
  /** Outlives the link: that a server is down does not change because nobody has asked for a while. */
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #closing = new Map<Entry, Promise<void>>();
  #sweep: Timer | undefined;

  constructor(options: LinkPoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Open connections of all links, those that are being closed included. */
  get connections(): number {
    const open = [...this.#entries.values(), ...this.#closing.keys()];
    return open.reduce((sum, { link }) => sum + link.connections(), 0);
  }

  /** Whether there is a link of this name: to use it opens none. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * Uses the link of a name.
   *
   * @param endpoint - for opening it; one that was opened with something else is closed when its last user has gone
   */
  async use<T>(name: string, endpoint: BoltEndpoint, work: (link: PooledLink) => Promise<T>): Promise<T> {
    const entry = this.#entry(name, endpoint);
    entry.users++;
    try {
      return await work(entry);
    } finally {
      entry.users--;
      entry.lastUsed = this.#options.clock.monotonic();
      if (this.#entries.get(name) !== entry) this.#retire(entry);
      this.#scheduleSweep();
    }
  }

  /** Makes room for one more link to a single server: closes the ones unused for longest, until fewer than `most` are left. */
  makeRoom(most: number): void {
    const direct = [...this.#entries].filter(([, { endpoint }]) => endpoint.scheme === 'bolt');
    const idle = direct
      .filter(([, { users }]) => users === 0)
      .sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [name, entry] of idle.slice(0, Math.max(0, direct.length - most + 1))) {
      this.#entries.delete(name);
      this.#retire(entry);
    }
  }

  async close(): Promise<void> {
    this.#sweep?.cancel();
    this.#sweep = undefined;
    for (const entry of this.#entries.values()) {
      entry.alone.cancel();
      this.#close(entry);
    }
    this.#entries.clear();
    await Promise.all(this.#closing.values());
  }

  #entry(name: string, endpoint: BoltEndpoint): Entry {
    const existing = this.#entries.get(name);
    if (existing !== undefined && isSame(existing.endpoint, endpoint)) return existing;
    this.#entries.delete(name);
    if (existing !== undefined) this.#retire(existing);
    const { clock, connector } = this.#options;
    const entry: Entry = {
      link: connector.open(endpoint),
      breaker: this.#breaker(name),
      alone: new Semaphore(clock, 1),
      hasAnswered: false,
      running: 0,
      endpoint,
      users: 0,
      lastUsed: clock.monotonic(),
    };
    this.#entries.set(name, entry);
    return entry;
  }

  #breaker(name: string): CircuitBreaker {
    const { clock, limits } = this.#options;
    const breaker =
      this.#breakers.get(name) ??
      new CircuitBreaker({
        clock,
        failures: limits.breakerFailures,
        openMs: limits.breakerMs,
        longestOpenMs: limits.longestBreakerMs,
      });
    this.#breakers.set(name, breaker);
    return breaker;
  }

  /** What still uses it goes on; the last one closes it. */
  #retire(entry: Entry): void {
    if (entry.users === 0) this.#close(entry);
  }

  /** That a link could not be closed in good order changes nothing for anybody. */
  #close(entry: Entry): void {
    if (this.#closing.has(entry)) return;
    const closed = entry.link.close().then(
      () => undefined,
      () => undefined,
    );
    this.#closing.set(
      entry,
      closed.then(() => {
        this.#closing.delete(entry);
      }),
    );
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
    for (const [name, entry] of this.#entries) {
      if (entry.users > 0 || clock.monotonic() - entry.lastUsed < limits.idleMs) continue;
      this.#entries.delete(name);
      this.#retire(entry);
    }
  }
}

/** Whether a link that was opened with one serves for the other. Addresses are asked for anew each time. */
function isSame(a: BoltEndpoint, b: BoltEndpoint): boolean {
  return (
    a.credentials.username === b.credentials.username &&
    a.credentials.password === b.credentials.password &&
    a.maxConnections === b.maxConnections &&
    fingerprint(a.trust) === fingerprint(b.trust)
  );
}

function fingerprint(trust: BoltEndpoint['trust']): string {
  return trust === 'plaintext' ? trust : trust.authorities.join('\n');
}
