import type { Topology } from '@neo4j-operator/neo4j-admin';
import type { Action } from '@neo4j-operator/reconcile-kit';
import type { Reason } from '../reasons.ts';

/** One step of a plan for a database. The target is the Neo4jDatabase itself. */
export type DatabaseAction = Action & { readonly reason: Reason } & (
    | {
        /** Makes the database, having noted on the object that it is about to. */
        readonly kind: 'CreateDatabase';
        /** Absent where there is no choice: Community Edition. */
        readonly topology: Topology | undefined;
        /** The id of a database that was kept under this name and is gone. */
        readonly lostId: string | undefined;
        /** What a refusal would depend on. */
        readonly basis: string;
      }
    | {
        /** Notes on the object which database is its own. */
        readonly kind: 'RecordIdentity';
        readonly id: string;
        /** It was there before the object. */
        readonly adopted: boolean;
      }
    | { readonly kind: 'StartDatabase'; readonly id: string }
    | { readonly kind: 'StopDatabase'; readonly id: string }
    | { readonly kind: 'SetTopology'; readonly id: string; readonly topology: Topology }
    /** Remembers the database for an object of the same name to come. */
    | { readonly kind: 'KeepRecord'; readonly id: string }
    /** The database is gone for good, and so is what was remembered of it. */
    | { readonly kind: 'ForgetKept'; readonly id: string }
    | { readonly kind: 'DropDatabase'; readonly id: string }
    /** Lets the object go and tells in an Event what was not done for it. */
    | { readonly kind: 'Release' }
  );
