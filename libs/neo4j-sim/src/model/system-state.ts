import type { ClusterRecord, DatabaseRecord, ServerRecord, UserRecord } from './records.ts';

/** One change to the system database: a record as it is to be, or the name of one that is to go. */
export type SystemChange =
  | { readonly kind: 'cluster'; readonly record: ClusterRecord }
  | { readonly kind: 'server'; readonly record: ServerRecord }
  | { readonly kind: 'database'; readonly record: DatabaseRecord }
  | { readonly kind: 'user'; readonly record: UserRecord }
  | { readonly kind: 'drop-database'; readonly name: string }
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
}

export const emptySystem: SystemState = {
  cluster: undefined,
  servers: new Map(),
  databases: new Map(),
  users: new Map(),
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
      return { ...state, databases: put(state.databases, change.record.name, change.record) };
    case 'user':
      return { ...state, users: put(state.users, change.record.name, change.record) };
    case 'drop-database':
      return { ...state, databases: without(state.databases, change.name) };
    case 'drop-user':
      return { ...state, users: without(state.users, change.name) };
  }
}

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
