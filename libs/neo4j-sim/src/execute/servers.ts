import type { SimNotification, SimValue } from '../contract.ts';
import type { ServerStatement, Term } from '../cypher/ast.ts';
import { mayHost } from '../model/allocator.ts';
import { type ServerOptions, type ServerRecord, noOptions } from '../model/records.ts';
import { findServer } from '../model/system-state.ts';
import { isAtLeast } from '../model/version.ts';
import {
  type Outcome,
  type StatementContext,
  changed,
  mapOf,
  rowsOf,
  table,
  textListOf,
  textOf,
} from './context.ts';
import { moveColumns, serverColumns, unknownServerColumn } from './columns.ts';
import { hostedOn, replaceCopies } from './placement.ts';
import { invalid } from './refusal.ts';

/** Carries out a statement on servers. */
export function executeServerStatement(context: StatementContext, statement: ServerStatement): Outcome {
  switch (statement.kind) {
    case 'show-servers':
      return table(
        serverColumns.all,
        serverColumns.byDefault,
        statement.yield,
        serverRows(context),
        unknownServerColumn,
      );
    case 'enable-server':
      return enable(context, statement.server, statement.options);
    case 'alter-server':
      return alter(context, statement.server, statement.options);
    case 'rename-server':
      return rename(context, statement.server, statement.name);
    case 'drop-server':
      return drop(context, statement.server);
    case 'deallocate':
      return deallocate(context, statement.servers, statement.dryRun);
  }
}

/** No new copies on this server (`dbms.cluster.cordonServer`). */
export function cordon(context: StatementContext, name: string): Outcome {
  const record = known(context, name, ['51N45'], 'cordon');
  if (record.state !== 'Enabled' && record.state !== 'Cordoned') {
    throw invalid(['51N45'], `Server '${record.name}' cannot be cordoned: it is ${record.state}.`);
  }
  return changed(
    record.state === 'Cordoned' ? [] : [{ kind: 'server', record: { ...record, state: 'Cordoned' } }],
  );
}

function enable(context: StatementContext, term: Term, optionsTerm: Term | undefined): Outcome {
  const record = known(context, textOf(context, term), ['51N41'], 'enable');
  // What the statement does not say, the configuration of a new server does.
  const options = optionsOf(context, mapOf(context, optionsTerm), record.options);
  switch (record.state) {
    case 'Free':
    case 'Cordoned':
      return changed([{ kind: 'server', record: { ...record, options, state: 'Enabled' } }]);
    case 'Enabled':
      // To enable again is no way to change the options.
      return changed([], { notifications: [alreadyEnabled(record)] });
    case 'Deallocating':
    case 'Deallocated':
    case 'Dropped':
      throw invalid(['51N41'], `Server '${record.name}' cannot be enabled: it is ${record.state}.`);
  }
}

function alter(context: StatementContext, term: Term, optionsTerm: Term): Outcome {
  const statuses = ['51N46'];
  const record = known(context, textOf(context, term), statuses, 'alter');
  if (record.state === 'Deallocating' || record.state === 'Deallocated' || record.state === 'Dropped') {
    throw invalid(statuses, `Server '${record.name}' cannot be altered: it is ${record.state}.`);
  }
  // The whole set is replaced: what is not named is unset.
  const altered = { ...record, options: optionsOf(context, mapOf(context, optionsTerm), noOptions) };
  const servers = new Map(context.state.servers).set(record.id, altered);
  const moved = replaceCopies({ ...context, state: { ...context.state, servers } }, (database, host) => {
    return host.server !== record.id || mayHost(altered.options, database.name, host.role);
  });
  if (!moved.ok) throw invalid(statuses, moved.message);
  return changed([{ kind: 'server', record: altered }, ...moved.changes]);
}

function rename(context: StatementContext, term: Term, nameTerm: Term): Outcome {
  const statuses = ['51N47'];
  const record = known(context, textOf(context, term), statuses, 'rename');
  const name = textOf(context, nameTerm);
  if (record.state !== 'Enabled' && record.state !== 'Cordoned') {
    throw invalid(statuses, `Server '${record.name}' cannot be renamed: it is ${record.state}.`);
  }
  const other = findServer(listed(context), name);
  if (other !== undefined && other.id !== record.id) {
    throw invalid(statuses, `Server '${record.name}' cannot be renamed: the name '${name}' is taken.`);
  }
  return changed(name === record.name ? [] : [{ kind: 'server', record: { ...record, name } }]);
}

function drop(context: StatementContext, term: Term): Outcome {
  const statuses = ['51N44'];
  const record = known(context, textOf(context, term), statuses, 'drop');
  const { cluster, servers } = context.state;
  if (record.state !== 'Deallocated' && record.state !== 'Free') {
    throw invalid(statuses, `Server '${record.name}' cannot be dropped: it is ${record.state}.`);
  }
  const remaining = [...servers.values()].filter(
    ({ id, state, systemMode }) => id !== record.id && state !== 'Dropped' && systemMode === 'PRIMARY',
  );
  if (record.systemMode === 'PRIMARY') {
    const floor = cluster?.minimumSystemPrimaries ?? 1;
    const available = remaining.filter(({ id }) => isAvailable(context, id)).length;
    if (remaining.length < floor || available * 2 <= remaining.length) {
      throw invalid(
        statuses,
        `Server '${record.name}' cannot be dropped: too few primaries of the system database would be left.`,
      );
    }
  }
  const droppedAt = context.server.network.clock.now();
  return changed([{ kind: 'server', record: { ...record, state: 'Dropped', droppedAt } }]);
}

function deallocate(context: StatementContext, terms: readonly Term[], dryRun: boolean): Outcome {
  const statuses = ['51N43'];
  const leaving = terms.map((term) => known(context, textOf(context, term), statuses, 'deallocate'));
  const ids = new Set(leaving.map(({ id }) => id));
  for (const record of leaving) {
    if (record.state === 'Free' || record.state === 'Dropped') {
      throw invalid(statuses, `Server '${record.name}' cannot be deallocated: it is ${record.state}.`);
    }
    refuseStuckDatabases(context, record, statuses);
  }
  const servers = new Map(context.state.servers);
  for (const record of leaving) {
    if (record.state !== 'Deallocated') servers.set(record.id, { ...record, state: 'Deallocating' });
  }
  const state = { ...context.state, servers };
  const moved = replaceCopies({ ...context, state }, (_, host) => !ids.has(host.server));
  if (!moved.ok) throw invalid(statuses, moved.message);
  if (dryRun)
    return rowsOf(
      moveColumns,
      moved.moves.map((move) => moveRow(context, move)),
    );
  const states = leaving
    .filter(({ state: before }) => before !== 'Deallocating' && before !== 'Deallocated')
    .map((record) => ({ kind: 'server', record: { ...record, state: 'Deallocating' } }) as const);
  return changed([...states, ...moved.changes]);
}

/** What keeps a server from being deallocated (operations manual, "Deallocating databases from a server"). */
function refuseStuckDatabases(
  context: StatementContext,
  record: ServerRecord,
  statuses: readonly string[],
): void {
  const why = (database: string, reason: string): Error =>
    invalid(statuses, `Server '${record.name}' cannot be deallocated: database '${database}' ${reason}.`);
  for (const database of context.state.databases.values()) {
    const host = database.hosts.find(({ server }) => server === record.id);
    if (host === undefined) continue;
    if (database.status === 'offline') throw why(database.name, 'is offline');
    // Those that there are: a default database may have been given fewer than it asked for.
    const primaries = database.hosts.filter(({ role }) => role === 'primary');
    if (host.role === 'primary' && primaries.length === 1) throw why(database.name, 'has a single primary');
    const cordoned = primaries.filter(
      ({ server }) => context.state.servers.get(server)?.state === 'Cordoned',
    );
    if (cordoned.length * 2 > primaries.length) throw why(database.name, 'has a quorum on cordoned servers');
  }
}

function moveRow(
  { state }: StatementContext,
  { database, from, role, to }: { database: string; from: string; role: string; to: string },
): readonly SimValue[] {
  const name = (id: string): string => state.servers.get(id)?.name ?? id;
  return [database, name(from), from, name(to), to, role];
}

function known(
  context: StatementContext,
  idOrName: string,
  statuses: readonly string[],
  what: string,
): ServerRecord {
  const record = findServer(listed(context), idOrName);
  if (record !== undefined) return record;
  throw invalid(statuses, `Failed to ${what} server: no server with the id or name '${idOrName}' exists.`);
}

const optionKeys = ['modeConstraint', 'allowedDatabases', 'deniedDatabases', 'tags'];

function optionsOf(
  context: StatementContext,
  map: Readonly<Record<string, SimValue>>,
  otherwise: ServerOptions,
): ServerOptions {
  for (const key of Object.keys(map)) {
    if (!optionKeys.includes(key)) throw invalid(['22N04'], `Unrecognised option '${key}'.`);
  }
  const modeConstraint = map['modeConstraint'] ?? otherwise.modeConstraint;
  if (modeConstraint !== 'NONE' && modeConstraint !== 'PRIMARY' && modeConstraint !== 'SECONDARY') {
    throw invalid(['22N04'], 'Expected NONE, PRIMARY or SECONDARY for modeConstraint.');
  }
  const list = (key: 'allowedDatabases' | 'deniedDatabases' | 'tags'): readonly string[] =>
    textListOf(map[key] ?? otherwise[key], key);
  const options = {
    modeConstraint,
    allowedDatabases: list('allowedDatabases'),
    deniedDatabases: list('deniedDatabases'),
    tags: list('tags'),
  } as const;
  if (options.allowedDatabases.length > 0 && options.deniedDatabases.length > 0) {
    throw invalid(['42N85'], 'allowedDatabases and deniedDatabases cannot both be given.');
  }
  const least = isAtLeast(context.server.configuration.version, '2025.12') ? 1 : 3;
  for (const name of [...options.allowedDatabases, ...options.deniedDatabases]) {
    if (name.length < least) throw invalid(['22N05'], `'${name}' is too short for the name of a database.`);
  }
  return options;
}

function alreadyEnabled({ name }: ServerRecord): SimNotification {
  return {
    code: 'Neo.ClientNotification.Cluster.ServerAlreadyEnabled',
    gqlStatus: '00N80',
    title: '`ENABLE SERVER` has no effect.',
    description: `Server '${name}' has already been enabled.`,
    severity: 'INFORMATION',
    category: 'TOPOLOGY',
  };
}

function isAvailable({ server }: StatementContext, id: string): boolean {
  return server.network.reachable(server, id) !== undefined;
}

/**
 * The servers that there are for statements. Dropped ones are listed as long as they run, and a while longer; then their names are free
 * again. Their records stay, so that no volume comes back with the identity of one.
 */
function listed({ server, state }: StatementContext): readonly ServerRecord[] {
  const { clock, timings } = server.network;
  return [...state.servers.values()].filter(
    ({ id, droppedAt }) =>
      droppedAt === undefined ||
      server.network.reachable(server, id) !== undefined ||
      clock.now() - droppedAt < timings.droppedRowMs,
  );
}

function serverRows(context: StatementContext): readonly Readonly<Record<string, SimValue>>[] {
  return listed(context).map((record) => serverRow(context, record));
}

function serverRow(context: StatementContext, record: ServerRecord): Readonly<Record<string, SimValue>> {
  const running = context.server.network.reachable(context.server, record.id);
  const isLeaving = record.state === 'Deallocating' || record.state === 'Deallocated';
  const requested = record.state === 'Dropped' ? [] : hostedOn(context.state, record.id);
  const hosted = running === undefined ? requested : [...running.copies.values()].map(({ name }) => name);
  const system = record.state === 'Dropped' ? [] : ['system'];
  return {
    serverId: record.id,
    name: record.name,
    address: isLeaving ? null : record.boltAddress,
    httpAddress: isLeaving ? null : record.httpAddress,
    httpsAddress: isLeaving ? null : record.httpsAddress,
    state: record.state,
    health: running === undefined ? 'Unavailable' : 'Available',
    hosting: [...hosted, ...system].sort(),
    requestedHosting: [...requested, ...system].sort(),
    tags: record.options.tags,
    allowedDatabases: record.options.allowedDatabases,
    deniedDatabases: record.options.deniedDatabases,
    modeConstraint: record.options.modeConstraint,
    version: running?.configuration.version ?? null,
  };
}
