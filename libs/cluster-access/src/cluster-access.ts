import type { Clock, Rng } from '@neo4j-operator/clock';
import {
  type BoltConnector,
  ClusterConnections,
  type ClusterConnectionsOptions,
} from '@neo4j-operator/neo4j-admin';
import { type Logger, type ObjectKey, openGate, type WriteGate } from '@neo4j-operator/reconcile-kit';
import { type Observable, Subject } from 'rxjs';
import { type AccessMetrics, noAccessMetrics } from './access-metrics.ts';
import { OpenSession } from './open-session.ts';
import { defaultPace, type Pace } from './pace.ts';
import type { ClusterChange, ClusterSession, ClusterTarget } from './session.ts';

/** What access to clusters needs. */
export interface ClusterAccessOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly connector: BoltConnector;
  /** Asked right before a statement that changes something is sent; what it throws reaches the caller. Open unless given. */
  readonly gate?: WriteGate;
  /** How often clusters are looked at. */
  readonly pace?: Partial<Pace>;
  /** Reports nowhere unless given. */
  readonly metrics?: AccessMetrics;
}

/** Opens, keeps and closes the sessions of clusters: one for each, whoever asks. One per process. */
export class ClusterAccess {
  /**
   * What is new about any cluster, as it is noticed; the first sight of one is new as a whole. Hot: who subscribes late reads what there is from
   * `sight`. Completes with `closeAll`.
   */
  readonly changes$: Observable<ClusterChange>;
  /** Monotonic milliseconds since which clusters can have been looked at. */
  readonly startedAt: number;
  readonly #options: ClusterAccessOptions;
  readonly #changes = new Subject<ClusterChange>();
  readonly #sessions = new Map<ObjectKey, OpenSession>();
  #isClosed = false;

  constructor(options: ClusterAccessOptions) {
    this.#options = options;
    this.startedAt = options.clock.monotonic();
    this.changes$ = this.#changes.asObservable();
  }

  /**
   * Opens the session of a cluster and starts to look at it, or tells the open one how the cluster is reached now.
   *
   * @throws Error after `closeAll`
   */
  open(cluster: ObjectKey, target: ClusterTarget): ClusterSession {
    if (this.#isClosed) throw new Error(`no session for ${cluster}: this process is ending`);
    const existing = this.#sessions.get(cluster);
    if (existing !== undefined) {
      existing.retarget(target);
      return existing;
    }
    const { clock, logger, metrics = noAccessMetrics, pace, rng } = this.#options;
    const session = new OpenSession({
      cluster,
      target,
      clock,
      rng,
      logger,
      metrics,
      pace: { ...defaultPace, ...pace },
      connect: (to) => this.#connectionsTo(to),
      onChange: (change) => {
        this.#changes.next(change);
      },
    });
    this.#sessions.set(cluster, session);
    return session;
  }

  /** The session of a cluster, if it is open. */
  get(cluster: ObjectKey): ClusterSession | undefined {
    return this.#sessions.get(cluster);
  }

  /** Ends the session of a cluster, which is gone. */
  async close(cluster: ObjectKey): Promise<void> {
    const session = this.#sessions.get(cluster);
    this.#sessions.delete(cluster);
    await session?.close();
  }

  /**
   * Connections with another login, for the few statements before the operator's account exists. Who asked for them closes them; no session
   * knows what they did, so call `retryLogin` of the session if they made its account.
   */
  connect({ addresses, credentials }: ClusterTarget): ClusterConnections {
    return this.#connectionsTo({ addresses: () => addresses, credentials });
  }

  /** Ends all sessions. No other can be opened. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#sessions.keys()].map((cluster) => this.close(cluster)));
    this.#changes.complete();
  }

  #connectionsTo(to: Pick<ClusterConnectionsOptions, 'addresses' | 'credentials'>): ClusterConnections {
    const { clock, connector, gate = openGate } = this.#options;
    return new ClusterConnections({
      clock,
      connector,
      ...to,
      trust: () => 'plaintext',
      admit: (deadlineMs) => {
        gate.admit(deadlineMs);
      },
    });
  }
}
