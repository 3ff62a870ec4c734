import type { ClusterRecord, DatabaseRecord, ServerRecord, UserRecord } from './records.ts';

/**
 * One change to the system database: a record as it is to be, the name of one that is to go, or that a database (by its id) no longer
 * needs the copy that a server is to give up.
 */
export type SystemChange =
  | { readonly kind: 'cluster'; readonly record: ClusterRecord }
  | { readonly kind: 'server'; readonly record: ServerRecord }
  | { readonly kind: 'database'; readonly record: DatabaseRecord }
  | { readonly kind: 'user'; readonly record: UserRecord }
  | { readonly kind: 'drop-database'; readonly name: string }
  | { readonly kind: 'released'; readonly database: string; readonly server: string }
  | { readonly kind: 'drop-user'; readonly name: string };

/** What one transaction on the system database changes, all at once. */
export type SystemCommand = readonly SystemChange[];

/**
 * The content of the system database as one server has it: what the commands of the log, one after another, have made of it. What a
 * statement decides, such as where copies go, is decided before and is in the command, so all servers come to the same.
 */
export interface SystemState {
  readonly cluster: ClusterRecord | undefined;
  /** By id. */
  readonly servers: ReadonlyMap<string, ServerRecord>;
  /** By name. */
  readonly databases: ReadonlyMap<string, DatabaseRecord>;
  /** By name. */
  readonly users: ReadonlyMap<string, UserRecord>;
  /**
   * Servers that were to give up their copy and may still have what no other one has. By the id of the database. Follows from how the
   * hosts of the databases change, and ends with `released`.
   */
  readonly leaving: ReadonlyMap<string, ReadonlySet<string>>;
}

export const emptySystem: SystemState = {
  cluster: undefined,
  servers: new Map(),
  databases: new Map(),
  users: new Map(),
  leaving: new Map(),
};

/** The state after a command. */
export function applyCommand(state: SystemState, command: SystemCommand): SystemState {
  return command.reduce(applyChange, state);
}

/** The one of some servers that has this id or, if none has, this name. */
export function findServer(servers: readonly ServerRecord[], idOrName: string): ServerRecord | undefined {
  return servers.find(({ id }) => id === idOrName) ?? servers.find(({ name }) => name === idOrName);
}

function applyChange(state: SystemState, change: SystemChange): SystemState {
  switch (change.kind) {
    case 'cluster':
      return { ...state, cluster: change.record };
    case 'server':
      return { ...state, servers: put(state.servers, change.record.id, change.record) };
    case 'database':
      return {
        ...state,
        databases: put(state.databases, change.record.name, change.record),
        leaving: leavingAfter(state, change.record),
      };
    case 'user':
      return { ...state, users: put(state.users, change.record.name, change.record) };
    case 'drop-database':
      return {
        ...state,
        databases: without(state.databases, change.name),
        leaving: without(state.leaving, state.databases.get(change.name)?.id ?? ''),
      };
    case 'released': {
      const rest = [...(state.leaving.get(change.database) ?? [])].filter((id) => id !== change.server);
      return { ...state, leaving: putSome(state.leaving, change.database, rest) };
    }
    case 'drop-user':
      return { ...state, users: without(state.users, change.name) };
  }
}

/** Who has to give up copies after a database is to be as this record says. One made anew under the name has no copies yet. */
function leavingAfter(state: SystemState, after: DatabaseRecord): SystemState['leaving'] {
  const before = state.databases.get(after.name);
  if (before === undefined) return state.leaving;
  if (before.id !== after.id) return without(state.leaving, before.id);
  const had = [...(state.leaving.get(after.id) ?? []), ...before.hosts.map(({ server }) => server)];
  const gone = had.filter((id) => !after.hosts.some(({ server }) => server === id));
  return putSome(state.leaving, after.id, gone);
}

function putSome(
  map: SystemState['leaving'],
  key: string,
  values: readonly string[],
): SystemState['leaving'] {
  return values.length === 0 ? without(map, key) : put(map, key, new Set(values));
}

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
