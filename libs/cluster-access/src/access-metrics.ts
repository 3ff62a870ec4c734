import type { Neo4jErrorReason } from '@neo4j-operator/neo4j-admin';
import type { ObjectKey } from '@neo4j-operator/reconcile-kit';

/** What sessions report while they work. Durations are in milliseconds. */
export interface AccessMetrics {
  /** A statement has ended. `outcome`: `Other` is what was refused before it was sent, by the write gate or as bad input. */
  statementDone(statement: {
    readonly access: 'admin' | 'read' | 'direct';
    readonly outcome: 'Success' | 'Other' | Neo4jErrorReason;
    readonly durationMs: number;
  }): void;
  /** A poller has read servers and databases, or has failed to. */
  readingDone(reading: { readonly ok: boolean; readonly durationMs: number }): void;
  /** Whether a cluster can be seen; undefined when it is not looked at any more. */
  reachable(cluster: ObjectKey, isReachable: boolean | undefined): void;
}

/** Reports nowhere. */
export const noAccessMetrics: AccessMetrics = {
  statementDone: () => undefined,
  readingDone: () => undefined,
  reachable: () => undefined,
};
