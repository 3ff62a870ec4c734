import { can } from '../catalogue/index.ts';
import type { Neo4jVersion } from '../catalogue/index.ts';
import type { CypherValue, Statement } from '../connection/bolt-connector.ts';
import { count } from '../cypher/count.ts';
import { InvalidInputError } from '../cypher/invalid-input.ts';
import { databaseName, databaseNameOrSystem } from '../cypher/names.ts';
import { parameterText } from '../cypher/text.ts';
import { mostPrimaries, mostSecondaries, type Topology } from './databases.ts';
import { statement } from './statement.ts';

/** Version and edition. It needs no version itself: it is what one starts with. */
export const showComponents: Statement = {
  text: 'CALL dbms.components() YIELD name, versions, edition',
  parameters: {},
};

/**
 * The settings of the server that answers, not of the cluster.
 *
 * @param names - only these
 * @throws InvalidInputError
 */
export function showSettings(version: Neo4jVersion, names?: readonly string[]): Statement {
  if (names === undefined) return statement(version, ['SHOW SETTINGS YIELD *']);
  return statement(version, ['SHOW SETTINGS $names YIELD *'], { names: texts('names', names) });
}

/**
 * Changes a dynamic setting of the server that answers until it restarts. Enterprise.
 *
 * @throws InvalidInputError
 */
export function setSetting(version: Neo4jVersion, name: string, value: string): Statement {
  return statement(version, ['CALL dbms.setConfigValue($name, $value)'], {
    name: parameterText('name', name),
    value: value === '' ? value : parameterText('value', value),
  });
}

/** The transactions of the server that answers, not of the cluster. */
export function showTransactions(version: Neo4jVersion): Statement {
  return statement(version, ['SHOW TRANSACTIONS YIELD *']);
}

/**
 * Ends transactions of the server that answers; those that are over already are no error.
 *
 * @throws InvalidInputError
 */
export function terminateTransactions(version: Neo4jVersion, ids: readonly string[]): Statement {
  return statement(version, ['TERMINATE TRANSACTIONS $ids'], { ids: texts('ids', ids) });
}

/**
 * Whether a majority of a database's primaries replicates, as seen by the server that answers.
 *
 * @param databases - none for all whose primary is on this server
 * @param timeoutMs - how long the server waits for the majority
 * @throws InvalidInputError
 */
export function statusCheck(
  version: Neo4jVersion,
  databases: readonly string[],
  timeoutMs: number,
): Statement {
  return statement(version, ['CALL dbms.cluster.statusCheck($databases, $timeoutMs)'], {
    databases: databases.map((name, index) => databaseNameOrSystem(version, `databases[${index}]`, name)),
    timeoutMs: count('timeoutMs', timeoutMs, 1, 600_000),
  });
}

/**
 * How many copies a database gets whose creation does not say.
 *
 * @throws InvalidInputError
 */
export function setDefaultAllocation(version: Neo4jVersion, topology: Topology): Statement {
  return statement(version, ['CALL dbms.setDefaultAllocationNumbers($primaries, $secondaries)'], {
    primaries: count('primaries', topology.primaries, 1, mostPrimaries),
    secondaries: count('secondaries', topology.secondaries, 0, mostSecondaries),
  });
}

/** One row: default copies, default database, whether Free servers are enabled by themselves. */
export function showDefaultAllocation(version: Neo4jVersion): Statement {
  return statement(version, ['CALL dbms.showTopologyGraphConfig()']);
}

/** Where the data of a database that is made anew come from. */
export type RecreateSource =
  | { readonly kind: 'servers'; readonly ids: readonly string[] }
  /** The best copy that is left. Servers that are gone have to be cordoned first. */
  | { readonly kind: 'surviving' }
  | { readonly kind: 'seed'; readonly uri: string }
  /** From 2025.02. The data are lost, privileges stay. */
  | { readonly kind: 'empty' };

/**
 * Makes a database anew from a source and keeps its privileges. It is down meanwhile. Cannot be taken back.
 *
 * @param topology - absent: as it was
 * @throws InvalidInputError
 */
export function recreateDatabase(
  version: Neo4jVersion,
  name: string,
  source: RecreateSource,
  topology?: Topology,
): Statement {
  const procedure = can(version, 'recreateShortName')
    ? 'dbms.recreateDatabase'
    : 'dbms.cluster.recreateDatabase';
  return statement(version, [`CALL ${procedure}($name, $options)`], {
    name: databaseName(version, 'name', name),
    options: {
      ...recreateSource(version, source),
      ...(topology === undefined
        ? {}
        : {
            primaries: count('topology.primaries', topology.primaries, 1, mostPrimaries),
            secondaries: count('topology.secondaries', topology.secondaries, 0, mostSecondaries),
          }),
    },
  });
}

function recreateSource(
  version: Neo4jVersion,
  source: RecreateSource,
): Readonly<Record<string, CypherValue>> {
  switch (source.kind) {
    case 'servers':
      return { seedingServers: texts('source.ids', source.ids) };
    case 'surviving':
      return { seedingServers: [] };
    case 'seed':
      return { seedURI: parameterText('source.uri', source.uri) };
    case 'empty':
      if (can(version, 'recreateClearData')) return { clearData: true };
      throw new InvalidInputError(
        'source',
        'NotSupportedByVersion',
        'Neo4j before 2025.02 cannot empty a database: drop it and create it again',
      );
  }
}

function texts(field: string, values: readonly string[]): readonly string[] {
  if (values.length === 0) throw new InvalidInputError(field, 'Empty', 'name at least one');
  return values.map((value, index) => parameterText(`${field}[${index}]`, value));
}
