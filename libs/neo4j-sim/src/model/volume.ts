import type { RaftStore } from './raft-store.ts';
import type { SystemCommand } from './system-state.ts';

/** The store of one copy of a database. Its data are the ids of the probes. */
export interface DatabaseStore {
  readonly name: string;
  readonly raft: RaftStore<string>;
}

/**
 * What a server has on its disk: what survives a crash. It can be given to a new server, at the same address or another one, which then
 * is this server; but not to two at a time.
 */
export interface SimVolume {
  /** `undefined` until a server has started with it. */
  serverId: string | undefined;
  /** The newest version that has started with it: older ones cannot read it. */
  version: string | undefined;
  /** As set before the first start. */
  initialPassword: { readonly password: string; readonly changeRequired: boolean } | undefined;
  /** `undefined` until the server has become a member of a cluster. */
  system: RaftStore<SystemCommand> | undefined;
  /** By the id of the database. */
  readonly databases: Map<string, DatabaseStore>;
  /** Databases that this server had a copy of and gave up. */
  readonly givenUp: Set<string>;
  /** The server knows that the cluster has dropped it. */
  dropped: boolean;
  /** A running server holds the lock on its stores. */
  locked: boolean;
}

/** An empty one. */
export function newVolume(): SimVolume {
  return {
    serverId: undefined,
    version: undefined,
    initialPassword: undefined,
    system: undefined,
    databases: new Map(),
    givenUp: new Set(),
    dropped: false,
    locked: false,
  };
}
