import type { Clock, Rng } from '@neo4j-operator/clock';
import {
  type BoltResult,
  type ClusterConnections,
  type ClusterConnectionsOptions,
  type DataOptions,
  Neo4jError,
  type Statement,
} from '@neo4j-operator/neo4j-admin';
import type { Logger, ObjectKey } from '@neo4j-operator/reconcile-kit';
import type { AccessMetrics } from './access-metrics.ts';
import type { Sight } from './cluster-view.ts';
import type { Pace } from './pace.ts';
import { Poller } from './poller.ts';
import { readCluster } from './read-cluster.ts';
import type { ClusterChange, ClusterSession, ClusterTarget } from './session.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What a session works with. */
export interface OpenSessionOptions {
  readonly cluster: ObjectKey;
  readonly target: ClusterTarget;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly pace: Pace;
  readonly metrics: AccessMetrics;
  readonly connect: (to: Pick<ClusterConnectionsOptions, 'addresses' | 'credentials'>) => ClusterConnections;
  readonly onChange: (change: ClusterChange) => void;
}

/**
 * Milliseconds until a login that stays refused is tried again, as somebody may have mended it in Neo4j, which nothing else tells. Seldom enough
 * that the account, which nobody else uses, is hardly ever locked by it.
 */
const loginAgainMs = 120_000;

/** The session of one cluster: its connections, and the poller that looks at it. */
export class OpenSession implements ClusterSession {
  readonly cluster: ObjectKey;
  readonly #options: OpenSessionOptions;
  readonly #connections: ClusterConnections;
  readonly #poller: Poller;
  readonly #closing = new AbortController();
  #target: ClusterTarget;
  /** When refused logins were last let through, on the monotonic clock. */
  #loginAt = 0;

  constructor(options: OpenSessionOptions) {
    const { clock, cluster, connect, metrics, onChange, pace, rng, target } = options;
    this.#options = options;
    this.#target = target;
    this.cluster = cluster;
    this.#connections = connect({
      addresses: () => this.#target.addresses,
      credentials: () => unlessAborted(this.#target.credentials(), this.#closing.signal),
    });
    this.#poller = new Poller({
      clock,
      rng,
      pace,
      hasAddress: () => this.#target.addresses.length > 0,
      read: () => {
        this.#letLogIn();
        return readCluster((statement) => this.read(statement), this.#target, clock);
      },
      onReading: ({ ok }, durationMs) => {
        metrics.readingDone({ ok, durationMs });
      },
      onChange: (change, sight) => {
        if (change.reachability) this.#tellReachability(sight);
        onChange({ ...change, cluster });
      },
    });
    this.#poller.resume();
  }

  get target(): ClusterTarget {
    return this.#target;
  }

  get sight(): Sight {
    return this.#poller.sight;
  }

  /** From the next statement on, everything goes there. Connections that still fit are kept. */
  retarget(target: ClusterTarget): void {
    const isSame = whereTo(this.#target) === whereTo(target);
    this.#target = target;
    if (!isSame) this.#poller.targetChanged();
  }

  fresh(signal: AbortSignal): Promise<Sight> {
    return this.#poller.fresh(signal);
  }

  admin(statement: Statement, timeoutMs?: number): Promise<BoltResult> {
    return this.#changing(() => this.#measured('admin', () => this.#connections.admin(statement, timeoutMs)));
  }

  read(statement: Statement): Promise<BoltResult> {
    return this.#measured('read', () => this.#connections.read(statement));
  }

  direct(address: string, statement: Statement, access: DataOptions['access'] = 'read'): Promise<BoltResult> {
    const run = (): Promise<BoltResult> =>
      this.#measured('direct', () => this.#connections.direct(address, statement, access));
    return access === 'write' ? this.#changing(run) : run();
  }

  hurry(): void {
    this.#poller.hurry();
  }

  retryLogin(): void {
    this.#connections.retryLogin();
    this.#poller.resume();
  }

  /** Ends the poller and all connections. Statements fail as `Closed` from then on. */
  async close(): Promise<void> {
    this.#closing.abort();
    const ended = Promise.all([this.#poller.close(), this.#connections.close()]);
    // At once: by the time that all is closed there may be another session of the cluster.
    this.#options.metrics.reachable(this.cluster, undefined);
    await ended;
  }

  #letLogIn(): void {
    const { sight } = this.#poller;
    const now = this.#options.clock.monotonic();
    if (sight.kind !== 'failed' || sight.error.remedy !== 'credentials') {
      this.#loginAt = now;
    } else if (now - this.#loginAt >= loginAgainMs) {
      this.#loginAt = now;
      this.#connections.retryLogin();
    }
  }

  /** Before it is sent since it may be carried out at any time from then on, and after it ends since it may have been until then. */
  async #changing(run: () => Promise<BoltResult>): Promise<BoltResult> {
    this.#poller.invalidate();
    try {
      return await run();
    } finally {
      this.#poller.invalidate();
      this.#poller.hurry();
    }
  }

  async #measured(access: 'admin' | 'read' | 'direct', run: () => Promise<BoltResult>): Promise<BoltResult> {
    const { clock, metrics } = this.#options;
    const startedAt = clock.monotonic();
    const done = (outcome: Parameters<AccessMetrics['statementDone']>[0]['outcome']): void => {
      metrics.statementDone({ access, outcome, durationMs: clock.monotonic() - startedAt });
    };
    try {
      const result = await run();
      done('Success');
      return result;
    } catch (error) {
      done(error instanceof Neo4jError ? error.reason : 'Other');
      throw error;
    }
  }

  #tellReachability(sight: Sight): void {
    const { logger, metrics } = this.#options;
    metrics.reachable(this.cluster, sight.kind === 'seen');
    if (sight.kind === 'failed') {
      const { error } = sight;
      logger.warn(
        { cluster: this.cluster, reason: error.reason, error: error.message },
        'cluster cannot be seen',
      );
    } else {
      logger.info({ cluster: this.cluster }, 'cluster can be seen');
    }
  }
}

/** What a reading depends on. Credentials are asked for at each statement, and tell by themselves. */
function whereTo({ addresses, edition, version }: ClusterTarget): string {
  return JSON.stringify([addresses.toSorted(), edition, version]);
}
