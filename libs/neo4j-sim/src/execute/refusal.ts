import type { SimFailure } from '../contract.ts';

/** A statement that is refused. Thrown while it is carried out, and turned into an answer at the edge. */
export class Refusal extends Error {
  readonly failure: SimFailure;

  constructor(failure: SimFailure) {
    super(failure.message);
    this.name = 'Refusal';
    this.failure = failure;
  }
}

/**
 * @param code - without `Neo.`
 * @param statuses - GQLSTATUS of the failure and of its causes, outermost first
 */
export function refuse(code: string, statuses: readonly string[], message: string): Refusal {
  return new Refusal(failureOf(code, statuses, message));
}

/** The same as a value. */
export function failureOf(code: string, statuses: readonly string[], message: string): SimFailure {
  const [gqlStatus = '50N42', ...causes] = statuses;
  const fullCode = `Neo.${code}`;
  if (causes.length === 0) return { code: fullCode, gqlStatus, message };
  return { code: fullCode, gqlStatus, message, cause: failureOf(code, causes, message) };
}

/** `Neo.TransientError.General.DatabaseUnavailable`: it may be there later. */
export function unavailable(database: string): Refusal {
  return refuse(
    'TransientError.General.DatabaseUnavailable',
    ['08N09'],
    `Database '${database}' is unavailable.`,
  );
}

/** `Neo.ClientError.Cluster.NotALeader`. */
export function notALeader(): Refusal {
  return refuse(
    'ClientError.Cluster.NotALeader',
    ['08N07'],
    'No write operations are allowed directly on this database. Connect to the leader directly or use the neo4j:// scheme.',
  );
}

/** `Neo.TransientError.Cluster.ReplicationFailure`: nobody can say whether it will stay. */
export function replicationFailed(): Refusal {
  return refuse(
    'TransientError.Cluster.ReplicationFailure',
    ['50N42'],
    'Replication failed: a majority of the members could not be reached.',
  );
}

/** `Neo.ClientError.Statement.ArgumentError`. */
export function invalid(statuses: readonly string[], message: string): Refusal {
  return refuse('ClientError.Statement.ArgumentError', statuses, message);
}

/** @param between - GQLSTATUS between the general and the particular one */
export function databaseNotFound(name: string, what: string, between: readonly string[] = []): Refusal {
  return refuse(
    'ClientError.Database.DatabaseNotFound',
    ['42001', ...between, '42N00'],
    `Failed to ${what} the specified database '${name}': Database does not exist.`,
  );
}

export function forbidden(): Refusal {
  return refuse(
    'ClientError.Security.Forbidden',
    ['42NFF'],
    'Permission denied. The user does not have the required privileges. Try executing SHOW USER PRIVILEGES to determine the missing privileges.',
  );
}

export function unsupportedEdition(text: string): Refusal {
  return refuse(
    'ClientError.Statement.UnsupportedAdministrationCommand',
    ['51N27'],
    `Unsupported administration command: ${text}`,
  );
}
