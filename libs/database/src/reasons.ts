/** What a reason says, and what is to be done about it. */
interface Meaning {
  readonly means: string;
  readonly todo: string;
}

const nothing = 'nothing';
const wait = 'wait';

/**
 * Why a Neo4jDatabase is as it is: stable identifiers, shared by conditions and Events. `docs/conditions-database.md` has the same table.
 */
export const reasons = {
  // As it should be
  Online: {
    means: 'every copy that was asked for is online, and one of them takes writes',
    todo: nothing,
  },
  Offline: { means: 'the database is stopped, as `spec.state` says', todo: nothing },
  Paused: {
    means: 'the annotation `neo4j.neo4j.com/paused` is "true", so the database is looked at and not touched',
    todo: 'remove the annotation',
  },

  // Under way
  Creating: { means: 'the database is being made', todo: wait },
  Adopting: { means: 'the database that is there is being taken over', todo: wait },
  Starting: { means: 'the database is being started', todo: wait },
  Stopping: { means: 'the database is being stopped', todo: wait },
  ChangingTopology: { means: 'copies are being made or removed', todo: wait },
  CopiesMissing: {
    means: 'fewer copies are in the wanted state than there should be',
    todo: 'wait; if it lasts, look at the copies in `status.servers` and at their servers',
  },
  NoWriter: {
    means: 'all copies are online and none takes writes',
    todo: 'wait for the election; if it lasts, look at the logs of the servers',
  },
  DatabaseUnavailable: {
    means: 'servers are down, and those that are up do not tell enough about the database to decide anything',
    todo: 'bring the servers back',
  },
  DefaultDatabaseMissing: {
    means: 'the default database, which the cluster makes when it forms, is not there',
    todo: 'wait while the cluster forms; if somebody dropped it, make it again with Cypher',
  },

  // Waiting for the cluster
  ClusterNotFound: {
    means: 'there is no Neo4jEnterpriseCluster of the name in `spec.clusterRef` in this namespace',
    todo: 'make the cluster or correct `spec.clusterRef`',
  },
  ClusterBeingDeleted: { means: 'the cluster is being deleted', todo: 'delete this object as well' },
  ClusterNotSeen: { means: 'nobody has looked at the cluster yet', todo: wait },
  ClusterUnreachable: {
    means: 'no server of the cluster answers the operator',
    todo: 'look at the conditions of the cluster',
  },
  ClusterForming: {
    means: 'the servers do not form a cluster yet',
    todo: 'look at the conditions of the cluster',
  },

  // Somebody has to change something
  InvalidSpec: { means: 'the spec is wrong', todo: 'correct the field that the message names' },
  Duplicate: {
    means: 'another Neo4jDatabase has this database already',
    todo: 'delete one of the two objects; deleting this one leaves the database alone',
  },
  DatabaseExists: {
    means: 'a database of this name is there and was not made for this object',
    todo: 'set `spec.adoptExisting: true` to take it over, or choose another name',
  },
  NameIsAlias: {
    means: 'the name is that of an alias',
    todo: 'drop the alias or choose another name',
  },
  IdentityChanged: {
    means: 'the database of this name is not the one that was made for this object',
    todo: 'find out who replaced it; to take over the new one remove the annotation `neo4j.neo4j.com/database-id` and set `spec.adoptExisting: true`',
  },
  DatabaseLost: {
    means: 'the database that was made for this object is gone, and an empty one would only hide that',
    todo: 'restore it; to begin with an empty one remove the annotation `neo4j.neo4j.com/database-id`',
  },
  UnsupportedEdition: {
    means: 'Community Edition has one database and one copy of it, and cannot stop it',
    todo: 'name the default database of the cluster, or use Enterprise Edition',
  },
  TopologyImpossible: {
    means: 'there are too few servers for the copies asked for',
    todo: 'lower `spec.topology` or add servers to the cluster',
  },
  OnePrimaryImpossible: {
    means: 'a database cannot go from several primaries to one',
    todo: 'keep the number, or back the database up and restore it into a new one with one primary',
  },
  LimitReached: {
    means: 'the cluster has as many databases as it may have',
    todo: 'drop a database, or raise the setting `dbms.max_databases` of the cluster',
  },
  HasAliases: {
    means: 'the database cannot be dropped while aliases point to it',
    todo: 'drop the aliases, or set `spec.deletionPolicy: Retain`',
  },
  StatementRefused: { means: 'Neo4j refused a statement', todo: 'see the message' },
  NameTaken: {
    means: 'the ConfigMap that remembers kept databases has the name of one that is not ours',
    todo: 'remove or rename that ConfigMap',
  },

  // Deletion
  Deleting: { means: 'the object is being deleted', todo: wait },
  Keeping: {
    means:
      'the object goes and the database stays; which one it was is remembered for an object of the same name',
    todo: nothing,
  },
  Dropping: {
    means: 'the database is dropped with its data, as `spec.deletionPolicy: Drop` says',
    todo: nothing,
  },
  ClusterGone: { means: 'the object goes; its cluster is gone, so nothing was dropped', todo: nothing },
  ClusterDeleted: {
    means: 'the object goes; its cluster is being deleted, so nothing was dropped',
    todo: 'if the volumes of the cluster are kept, the database is still in them',
  },
  GraceOver: {
    means: 'the object goes; its cluster could not be worked with for too long, so nothing was dropped',
    todo: 'drop the database with Cypher when the cluster is back',
  },
  DefaultDatabaseKept: {
    means: 'the object goes; the default database of a cluster is never dropped',
    todo: nothing,
  },
  NamespaceTerminating: {
    means: 'the object goes; its namespace goes too, so nothing is remembered of the database',
    todo: nothing,
  },

  // Events
  Created: { means: 'the database was made', todo: nothing },
  Adopted: { means: 'a database that was there was taken over', todo: nothing },
  KeptDatabaseGone: {
    means: 'a database that was kept under this name is gone; an empty one was made',
    todo: 'if that was not meant, restore it',
  },

  // Of any controller
  Settled: { means: 'nothing is left to do', todo: nothing },
  NotStalled: { means: 'no change is needed to go on', todo: nothing },
  Stalled: { means: 'the controller waits for a change', todo: 'see the condition `Stalled`' },
  Retrying: { means: 'something failed and is tried again', todo: 'see the message' },
  NoVerdict: { means: 'nothing has been found out yet', todo: wait },
} as const satisfies Readonly<Record<string, Meaning>>;

/** One of them. */
export type Reason = keyof typeof reasons;

/** The reason of an error that trying again does not mend. */
export function knownReason(reason: string): Reason {
  return Object.hasOwn(reasons, reason) ? (reason as Reason) : 'StatementRefused';
}
