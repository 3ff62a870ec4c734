import { can } from '../catalogue/index.ts';
import type { Neo4jVersion } from '../catalogue/index.ts';
import type { CypherValue, Statement } from '../connection/bolt-connector.ts';
import { count } from '../cypher/count.ts';
import { InvalidInputError } from '../cypher/invalid-input.ts';
import { databaseName, databaseNameOrSystem } from '../cypher/names.ts';
import { parameterText } from '../cypher/text.ts';
import { statement } from './statement.ts';
import { type Wait, waitClause } from './wait.ts';

/** The most copies of one database (operations manual, "Clustering", limits). */
export const mostPrimaries = 11;
export const mostSecondaries = 20;

/** How many copies a database has. */
export interface Topology {
  readonly primaries: number;
  readonly secondaries: number;
}

/** What change data capture finds in the transaction log. */
export type TxLogEnrichment = 'OFF' | 'DIFF' | 'FULL';

/** The Cypher that statements without a prefix are read as. */
export type DefaultLanguage = 'CYPHER 5' | 'CYPHER 25';

/** Where the data of a new database come from. */
export type Seed =
  | {
      readonly uri: string;
      /** `region=eu-west-1,...`, as the provider of the scheme takes it. */
      readonly config?: string;
      /** What was committed before a time, or before a transaction id. From 2025.01. */
      readonly restoreUntil?: Date | bigint;
      /** Which one of the databases in a folder. From 2025.06. */
      readonly sourceDatabase?: string;
    }
  | { readonly serverId: string };

/** What a new database is to be; what is absent is the server's default. */
export interface NewDatabase {
  readonly name: string;
  readonly topology?: Topology;
  readonly defaultLanguage?: DefaultLanguage;
  readonly seed?: Seed;
  readonly txLogEnrichment?: TxLogEnrichment;
  readonly storeFormat?: 'aligned' | 'block' | 'high_limit' | 'standard';
}

/** What is to change; what is absent stays. */
export interface DatabaseChange {
  readonly topology?: Topology;
  readonly access?: 'read-only' | 'read-write';
  readonly defaultLanguage?: DefaultLanguage;
  /** `unset` takes the option back. It cannot go with another change: the grammar sets or removes, not both. */
  readonly txLogEnrichment?: TxLogEnrichment | 'unset';
}

/**
 * A row for each copy of each database. Composite databases have one for each server.
 *
 * @param name - only this one
 * @throws InvalidInputError
 */
export function showDatabases(version: Neo4jVersion, name?: string): Statement {
  if (name === undefined) return statement(version, ['SHOW DATABASES YIELD *']);
  return statement(version, ['SHOW DATABASE $name YIELD *'], {
    name: databaseNameOrSystem(version, 'name', name),
  });
}

/**
 * Makes a database unless one of this name, or an alias, exists. Never replaces.
 *
 * @throws InvalidInputError
 */
export function createDatabase(version: Neo4jVersion, database: NewDatabase, wait?: Wait): Statement {
  const topology = topologyClause(database.topology);
  const options = createOptions(version, database);
  return statement(
    version,
    [
      'CREATE DATABASE $name IF NOT EXISTS',
      languageClause(version, database.defaultLanguage),
      topology?.text,
      options === undefined ? undefined : 'OPTIONS $options',
      waitClause(wait),
    ],
    {
      name: databaseName(version, 'name', database.name),
      ...topology?.parameters,
      ...(options === undefined ? {} : { options }),
    },
  );
}

/**
 * Changes a database, all at once.
 *
 * @throws InvalidInputError also if nothing is to change
 */
export function alterDatabase(
  version: Neo4jVersion,
  name: string,
  change: DatabaseChange,
  wait?: Wait,
): Statement {
  const { access, txLogEnrichment } = change;
  const topology = topologyClause(change.topology);
  const language = languageClause(version, change.defaultLanguage);
  const clauses = [
    access === undefined ? undefined : `SET ACCESS READ ${access === 'read-only' ? 'ONLY' : 'WRITE'}`,
    topology === undefined ? undefined : `SET ${topology.text}`,
    language === undefined ? undefined : `SET ${language}`,
    enrichmentClause(txLogEnrichment),
  ].filter((clause) => clause !== undefined);
  if (clauses.length === 0) throw new InvalidInputError('change', 'Empty', 'name at least one change');
  if (txLogEnrichment === 'unset' && clauses.length > 1) {
    throw new InvalidInputError(
      'txLogEnrichment',
      'Conflict',
      'an option is removed in a statement of its own',
    );
  }
  return statement(version, ['ALTER DATABASE $name', ...clauses, waitClause(wait)], {
    name: databaseName(version, 'name', name),
    ...topology?.parameters,
    ...(txLogEnrichment === undefined || txLogEnrichment === 'unset' ? {} : { txLogEnrichment }),
  });
}

/** @throws InvalidInputError */
export function startDatabase(version: Neo4jVersion, name: string, wait?: Wait): Statement {
  return statement(version, ['START DATABASE $name', waitClause(wait)], {
    name: databaseName(version, 'name', name),
  });
}

/** @throws InvalidInputError */
export function stopDatabase(version: Neo4jVersion, name: string, wait?: Wait): Statement {
  return statement(version, ['STOP DATABASE $name', waitClause(wait)], {
    name: databaseName(version, 'name', name),
  });
}

/**
 * Drops a database if it exists. Cannot be taken back.
 *
 * @param data - `dump` leaves a dump on each server that had a copy
 * @param aliases - `keep` makes the statement fail if aliases point to it
 * @throws InvalidInputError
 */
export function dropDatabase(
  version: Neo4jVersion,
  name: string,
  data: 'destroy' | 'dump',
  aliases: 'keep' | 'drop',
  wait?: Wait,
): Statement {
  return statement(
    version,
    [
      'DROP DATABASE $name IF EXISTS',
      aliases === 'drop' ? 'CASCADE ALIASES' : 'RESTRICT',
      data === 'destroy' ? 'DESTROY DATA' : 'DUMP DATA',
      waitClause(wait),
    ],
    { name: databaseName(version, 'name', name) },
  );
}

/** Two numbers as a clause with parameters. */
function topologyClause(
  topology: Topology | undefined,
): { readonly text: string; readonly parameters: Readonly<Record<string, bigint>> } | undefined {
  if (topology === undefined) return undefined;
  return {
    text: 'TOPOLOGY $primaries PRIMARIES $secondaries SECONDARIES',
    parameters: {
      primaries: count('topology.primaries', topology.primaries, 1, mostPrimaries),
      secondaries: count('topology.secondaries', topology.secondaries, 0, mostSecondaries),
    },
  };
}

function languageClause(version: Neo4jVersion, language: DefaultLanguage | undefined): string | undefined {
  if (language === undefined) return undefined;
  if (!can(version, 'defaultLanguage')) {
    throw new InvalidInputError(
      'defaultLanguage',
      'NotSupportedByVersion',
      'Neo4j before 2025.06 knows Cypher 5 only: leave it out',
    );
  }
  return `DEFAULT LANGUAGE ${language}`;
}

function enrichmentClause(enrichment: TxLogEnrichment | 'unset' | undefined): string | undefined {
  if (enrichment === undefined) return undefined;
  return enrichment === 'unset'
    ? 'REMOVE OPTION txLogEnrichment'
    : 'SET OPTION txLogEnrichment $txLogEnrichment';
}

function createOptions(version: Neo4jVersion, database: NewDatabase): CypherValue | undefined {
  const { seed, storeFormat, txLogEnrichment } = database;
  const options = {
    ...(seed === undefined ? {} : seedOptions(version, seed)),
    ...(storeFormat === undefined ? {} : { storeFormat }),
    ...(txLogEnrichment === undefined ? {} : { txLogEnrichment }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

function seedOptions(version: Neo4jVersion, seed: Seed): Readonly<Record<string, CypherValue>> {
  // Cypher 25 has made it superfluous, Cypher 5 demands it.
  const use = can(version, 'cypher25') ? {} : { existingData: 'use' };
  if ('serverId' in seed) {
    return { ...use, existingDataSeedServer: parameterText('seed.serverId', seed.serverId) };
  }
  const { config, restoreUntil, sourceDatabase } = seed;
  if (restoreUntil !== undefined && !can(version, 'seedRestoreUntil')) {
    throw new InvalidInputError(
      'seed.restoreUntil',
      'NotSupportedByVersion',
      'Neo4j before 2025.01 seeds whole backups only: restore to that point into a dump first, and seed from it',
    );
  }
  if (sourceDatabase !== undefined && !can(version, 'seedSourceDatabase')) {
    throw new InvalidInputError(
      'seed.sourceDatabase',
      'NotSupportedByVersion',
      'Neo4j before 2025.06 takes no folder with several databases: name the file',
    );
  }
  return {
    ...use,
    seedURI: parameterText('seed.uri', seed.uri),
    ...(config === undefined ? {} : { seedConfig: parameterText('seed.config', config) }),
    ...(restoreUntil === undefined ? {} : { seedRestoreUntil: pointToRestore(restoreUntil) }),
    ...(sourceDatabase === undefined
      ? {}
      : { seedSourceDatabase: parameterText('seed.sourceDatabase', sourceDatabase) }),
  };
}

const highestTransaction = 2n ** 63n - 1n;

function pointToRestore(until: Date | bigint): Date | bigint {
  if (
    typeof until === 'bigint' ? until >= 1n && until <= highestTransaction : !Number.isNaN(until.getTime())
  ) {
    return until;
  }
  throw new InvalidInputError(
    'seed.restoreUntil',
    'OutOfRange',
    typeof until === 'bigint'
      ? `${until} is no transaction id: they go from 1 to ${highestTransaction}`
      : 'the time is invalid: give a date with a time that exists',
  );
}
