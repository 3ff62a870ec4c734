import { clusterOfDatabase, type ClusterSession, type DatabaseObject } from '@neo4j-operator/cluster-access';
import {
  type BoltResult,
  type DatabaseView,
  InvalidInputError,
  Neo4jError,
  readDatabases,
  showDatabases,
  type Statement,
} from '@neo4j-operator/neo4j-admin';
import { PreconditionFailed, TerminalError } from '@neo4j-operator/reconcile-kit';
import type { DatabasePorts } from '../analyze/analyze.ts';
import type { Reason } from '../reasons.ts';

/** The session of the object's cluster, which a plan has just been made with. */
export function sessionOf(object: DatabaseObject, { access }: DatabasePorts): ClusterSession {
  const session = access.get(clusterOfDatabase(object));
  if (session === undefined)
    throw new PreconditionFailed(`the cluster ${object.spec.clusterRef} is not looked at any more`);
  return session;
}

/** The database as the leader of the cluster knows it now; undefined if it knows none of the name. */
export async function readLive(session: ClusterSession, name: string): Promise<DatabaseView | undefined> {
  const { rows } = await session.read(showDatabases(session.target.version, name));
  return readDatabases(rows).find((database) => database.name === name);
}

/**
 * Reads the database again before something is done to it by its name, which may belong to another one by now.
 *
 * @throws PreconditionFailed unless it has the id
 */
export async function requireLive(session: ClusterSession, name: string, id: string): Promise<DatabaseView> {
  const database = await readLive(session, name);
  if (database?.id === id) return database;
  session.hurry();
  throw new PreconditionFailed(`the database ${name} does not have the id ${id} any more`);
}

/** What stays wrong until somebody changes something, in our words. */
const ownReasons: ReadonlyMap<string, Reason> = new Map<Neo4jError['reason'], Reason>([
  ['AlreadyExists', 'DatabaseExists'],
  ['HasAliases', 'HasAliases'],
  ['LimitReached', 'LimitReached'],
  ['TopologyImpossible', 'TopologyImpossible'],
  ['UnsupportedEdition', 'UnsupportedEdition'],
]);

/**
 * Sends a statement that changes something.
 *
 * @throws TerminalError if the server has refused it and would again; Neo4jError if it may succeed later, or has perhaps
 */
export async function send(session: ClusterSession, statement: () => Statement): Promise<BoltResult> {
  try {
    return await session.admin(statement());
  } catch (error) {
    throw judged(error);
  }
}

function judged(error: unknown): unknown {
  if (error instanceof InvalidInputError)
    return new TerminalError('InvalidSpec', error.message, { cause: error });
  if (!(error instanceof Neo4jError) || error.remedy !== 'give-up' || error.outcomeUnknown) return error;
  return new TerminalError(ownReasons.get(error.reason) ?? 'StatementRefused', error.message, {
    cause: error,
  });
}
