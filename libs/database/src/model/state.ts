import type { FieldError } from '@neo4j-operator/api-types';
import type { ClusterGate, ClusterObject, ClusterView, ReleaseVerdict } from '@neo4j-operator/cluster-access';
import type { Edition, Neo4jVersion } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { Refusal } from '../refusals.ts';

/** Whether databases of a cluster can be worked on, and what the cluster says of itself. */
export type Gate =
  | {
      readonly ready: true;
      readonly view: ClusterView;
      readonly version: Neo4jVersion;
      readonly edition: Edition;
    }
  | { readonly ready: false; readonly reason: ClosedGate['reason']; readonly message: string };

type ClosedGate = Extract<ClusterGate, { ready: false }>;

/** What is observed of one Neo4jDatabase and its surroundings. */
export interface DatabaseState {
  /** What is wrong with the spec. */
  readonly problems: readonly FieldError[];
  readonly cluster: Stored<ClusterObject> | undefined;
  readonly gate: Gate;
  /** The name of the object that has the database instead of this one. */
  readonly ownedBy: string | undefined;
  /** The id of the database of this name that was kept when an object for it was deleted. */
  readonly keptId: string | undefined;
  /** That Neo4j has refused to make the database, and would again. */
  readonly refusal: Refusal | undefined;
  /** Of an object that is being deleted. */
  readonly deletion:
    | {
        /** Whether it may go although what was to be done for it has not been. */
        readonly release: ReleaseVerdict;
        /** Milliseconds for which its cluster is still waited for. */
        readonly graceLeftMs: number;
      }
    | undefined;
}
