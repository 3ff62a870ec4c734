import type {
  BoltResult,
  Credentials,
  DataOptions,
  Edition,
  Neo4jVersion,
  Statement,
} from '@neo4j-operator/neo4j-admin';
import type { ObjectKey } from '@neo4j-operator/reconcile-kit';
import type { Sight, ViewChange } from './cluster-view.ts';

/** How a cluster is reached; whoever reconciles it says so on each pass. */
export interface ClusterTarget {
  /** Bolt addresses (`host:port`) of the servers that exist. */
  readonly addresses: readonly string[];
  readonly version: Neo4jVersion;
  readonly edition: Edition;
  /** Of the operator's own account, read anew at each statement. */
  readonly credentials: () => Promise<Credentials>;
}

/** Changes of one cluster as its poller sees them. */
export interface ClusterChange extends ViewChange {
  readonly cluster: ObjectKey;
}

/**
 * All that goes to one cluster, shared by every controller. Statements are those of `ClusterConnections`; on top of that a session knows
 * what the cluster last said of itself.
 */
export interface ClusterSession {
  readonly cluster: ObjectKey;
  readonly target: ClusterTarget;
  /** What was seen last, however old it is. */
  readonly sight: Sight;
  /**
   * What the cluster says now, unless the last reading has seen every own write: then that. Calls at the same time share one reading.
   * Never rejects because of the cluster: what failed is in the result. Rejects when `signal` is aborted.
   */
  fresh(signal: AbortSignal): Promise<Sight>;
  /** Runs an administration statement that changes something. Whatever becomes of it, the next `fresh` reads again. */
  admin(statement: Statement, timeoutMs?: number): Promise<BoltResult>;
  /** Reads administration data live, having seen all own writes: for what must be known right before it is acted on. */
  read(statement: Statement): Promise<BoltResult>;
  /** Asks or changes one server alone. */
  direct(address: string, statement: Statement, access?: DataOptions['access']): Promise<BoltResult>;
  /** Something is under way: have the poller look more often for a while. */
  hurry(): void;
  /** The login that was refused is good now. */
  retryLogin(): void;
}
