import type { DatabaseStatement, Term, TopologyClause } from '../cypher/ast.ts';
import { newDatabase } from '../model/new-database.ts';
import type { Allocation, DatabaseRecord } from '../model/records.ts';
import { isAtLeast } from '../model/version.ts';
import { databaseColumns } from './columns.ts';
import {
  type Outcome,
  type StatementContext,
  changed,
  countOf,
  databaseNameOf,
  mapOf,
  table,
  valueOf,
} from './context.ts';
import { databaseRows } from './database-rows.ts';
import { placementFor } from './placement.ts';
import { databaseNotFound, invalid, refuse } from './refusal.ts';
import { seedOf } from './seed.ts';

/** The most copies of one database (operations manual, "Clustering", limits). */
const mostPrimaries = 11;
const mostSecondaries = 20;

/** Carries out a statement on databases. */
export function executeDatabaseStatement(context: StatementContext, statement: DatabaseStatement): Outcome {
  const waitSeconds =
    'wait' in statement && statement.wait.kind === 'wait' ? statement.wait.seconds : undefined;
  switch (statement.kind) {
    case 'show-databases': {
      const { all, byDefault } = databaseColumns(context.server.configuration.version, context.language);
      const only = statement.name === undefined ? undefined : databaseNameOf(context, statement.name);
      return table(all, byDefault, statement.yield, databaseRows(context, only));
    }
    case 'create-database':
      return { ...create(context, statement), waitSeconds };
    case 'alter-database':
      return { ...alter(context, statement), waitSeconds };
    case 'start-database':
    case 'stop-database':
      return { ...setStatus(context, statement.name, statement.kind), waitSeconds };
    case 'drop-database':
      return { ...drop(context, statement.name, statement.ifExists), waitSeconds };
  }
}

function create(
  context: StatementContext,
  statement: Extract<DatabaseStatement, { kind: 'create-database' }>,
): Outcome {
  const { cluster, databases } = context.state;
  const { configuration, network } = context.server;
  const name = databaseNameOf(context, statement.name);
  checkName(name, configuration.version);
  const wanted = topologyOf(context, statement.topology);
  const options = mapOf(context, statement.options);
  if (databases.has(name) || name === 'system') {
    if (statement.ifNotExists) return changed([]);
    throw refuse(
      'ClientError.Database.ExistingDatabaseFound',
      ['42N11'],
      `Failed to create the specified database '${name}': Database already exists.`,
    );
  }
  if (databases.size + 1 >= configuration.maxDatabases) {
    throw refuse(
      'DatabaseError.Database.DatabaseLimitReached',
      ['51N55'],
      `Failed to create the specified database '${name}': The total limit of databases is already reached.`,
    );
  }
  const topology = {
    primaries: wanted.primaries ?? cluster?.defaultPrimaries ?? 1,
    secondaries:
      wanted.secondaries ?? (wanted.primaries === undefined ? (cluster?.defaultSecondaries ?? 0) : 0),
  };
  const { seed, shown } = seedOf(context, options);
  const placed = placementFor(context, { name, hosts: [], ...topology });
  if (!placed.ok) throw impossible(`Failed to create the specified database '${name}': ${placed.message}`);
  return changed([
    {
      kind: 'database',
      record: newDatabase(network, {
        name,
        ...topology,
        hosts: placed.hosts,
        language: statement.language ?? configuration.defaultLanguage,
        seed,
        options: shown,
        store: storeOf(options['storeFormat']),
      }),
    },
  ]);
}

function alter(
  context: StatementContext,
  statement: Extract<DatabaseStatement, { kind: 'alter-database' }>,
): Outcome {
  const before = existing(context, statement.name, 'alter');
  const wanted = topologyOf(context, statement.topology);
  const options = { ...before.options };
  for (const key of [...statement.setOptions.keys(), ...statement.removeOptions]) {
    if (key !== 'txLogEnrichment') throw invalid(['22N04'], `Option '${key}' cannot be altered.`);
  }
  for (const [key, term] of statement.setOptions) options[key] = enrichment(context, term);
  for (const key of statement.removeOptions) Reflect.deleteProperty(options, key);
  const after: DatabaseRecord = {
    ...before,
    access: statement.access ?? before.access,
    language: statement.language ?? before.language,
    options,
    ...(statement.topology === undefined
      ? {}
      : { primaries: wanted.primaries ?? before.primaries, secondaries: wanted.secondaries ?? 0 }),
  };
  return changed([
    {
      kind: 'database',
      record: statement.topology === undefined ? after : reallocated(context, before, after),
    },
  ]);
}

/** The database with places for its new numbers of copies. */
function reallocated(
  context: StatementContext,
  before: DatabaseRecord,
  after: DatabaseRecord,
): DatabaseRecord {
  const failed = `Failed to alter the specified database '${after.name}': `;
  const primariesBefore = primariesIn(before.hosts);
  if (after.primaries === 1 && primariesBefore > 1) {
    throw impossible(`${failed}it is not possible to go from several primaries to one.`);
  }
  const placed = placementFor(context, after);
  if (!placed.ok) throw impossible(failed + placed.message);
  // One primary is no Raft group: to become several it starts anew.
  const becomesGroup = primariesBefore === 1 && primariesIn(placed.hosts) > 1;
  return { ...after, hosts: placed.hosts, restarts: before.restarts + (becomesGroup ? 1 : 0) };
}

/** As many as have a place. A default database may have been given fewer than it asked for. */
function primariesIn(hosts: readonly Allocation[]): number {
  return hosts.filter(({ role }) => role === 'primary').length;
}

function setStatus(context: StatementContext, term: Term, kind: 'start-database' | 'stop-database'): Outcome {
  const what = kind === 'start-database' ? 'start' : 'stop';
  const record = existing(context, term, what);
  const status = kind === 'start-database' ? 'online' : 'offline';
  if (record.status === status) return changed([]);
  const now = context.server.network.clock.now();
  const times = status === 'online' ? { startedAt: now } : { stoppedAt: now };
  return changed([{ kind: 'database', record: { ...record, status, ...times } }]);
}

function drop(context: StatementContext, term: Term, ifExists: boolean): Outcome {
  const name = databaseNameOf(context, term);
  if (ifExists && name !== 'system' && !context.state.databases.has(name)) return changed([]);
  existing(context, term, 'delete');
  return changed([{ kind: 'drop-database', name }]);
}

function existing(context: StatementContext, term: Term, what: string): DatabaseRecord {
  const name = databaseNameOf(context, term);
  if (name === 'system') {
    throw refuse(
      'ClientError.General.InvalidArguments',
      ['42N85'],
      `Not allowed to ${what} the system database.`,
    );
  }
  const record = context.state.databases.get(name);
  if (record === undefined) throw databaseNotFound(name, what, term.kind === 'parameter' ? ['42N51'] : []);
  return record;
}

function topologyOf(
  context: StatementContext,
  clause: TopologyClause | undefined,
): { readonly primaries: number | undefined; readonly secondaries: number | undefined } {
  const primaries = clause?.primaries === undefined ? undefined : countOf(context, clause.primaries);
  const secondaries = clause?.secondaries === undefined ? undefined : countOf(context, clause.secondaries);
  if (primaries !== undefined && (primaries < 1 || primaries > mostPrimaries)) {
    throw invalid(['22003', '51N52'], `PRIMARY must be between 1 and ${mostPrimaries}.`);
  }
  if (secondaries !== undefined && (secondaries < 0 || secondaries > mostSecondaries)) {
    throw invalid(['22003', '51N53'], `SECONDARY must be between 0 and ${mostSecondaries}.`);
  }
  return { primaries, secondaries };
}

/** Names of databases (operations manual, "Administrative commands", naming rules). */
function checkName(name: string, version: string): void {
  const first = isAtLeast(version, '2025.01') ? 'a-z0-9' : 'a-z';
  const isValid = new RegExp(`^[${first}][a-z0-9.-]{1,61}[a-z0-9]$`).test(name);
  if (isValid && (!name.startsWith('system') || name === 'system')) return;
  throw invalid(['22N05', '22N83'], `'${name}' is no name for a database.`);
}

function enrichment(context: StatementContext, term: Term): string {
  const value = valueOf(context, term);
  if (value === 'OFF' || value === 'DIFF' || value === 'FULL') return value;
  throw invalid(['22N04'], 'Expected OFF, DIFF or FULL for txLogEnrichment.');
}

function storeOf(format: unknown): string {
  if (format === undefined || format === 'block') return 'block-block-1.1';
  if (format === 'aligned' || format === 'standard' || format === 'high_limit') return `record-${format}-1.1`;
  throw invalid(['22N04'], 'Expected block, aligned, standard or high_limit for storeFormat.');
}

function impossible(message: string): Error {
  return refuse('ClientError.General.InvalidArguments', ['51N57'], message);
}
