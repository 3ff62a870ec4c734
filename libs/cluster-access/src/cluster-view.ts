import type { DatabaseView, Neo4jError, ServerView } from '@neo4j-operator/neo4j-admin';

/** What a cluster said about itself, all in one reading. */
export interface ClusterView {
  /** Dropped servers included, which may have the address of one that is not. */
  readonly servers: readonly ServerView[];
  /** `system` included. */
  readonly databases: readonly DatabaseView[];
  /** Monotonic milliseconds at which the reading began: what was written before is in it. */
  readonly readAt: number;
}

/** Whether a cluster can be seen, and what was seen last. */
export type Sight =
  /** Nobody has looked yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'seen'; readonly view: ClusterView }
  /** `sinceMs`: monotonic milliseconds of the first failure in a row. */
  | {
      readonly kind: 'failed';
      readonly error: Neo4jError;
      readonly sinceMs: number;
      readonly last: ClusterView | undefined;
    };

/** What is different in a new reading. */
export interface ViewChange {
  readonly servers: boolean;
  /** Names of databases that came, went or changed. */
  readonly databases: ReadonlySet<string>;
  /** Whether the cluster can be seen now and could not before, or the reverse, or it fails for another reason. */
  readonly reachability: boolean;
}
