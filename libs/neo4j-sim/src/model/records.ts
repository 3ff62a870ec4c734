import type { Language } from '../cypher/ast.ts';
import type { SimValue } from '../contract.ts';

/** What databases a server may take. */
export interface ServerOptions {
  readonly modeConstraint: 'NONE' | 'PRIMARY' | 'SECONDARY';
  readonly allowedDatabases: readonly string[];
  readonly deniedDatabases: readonly string[];
  readonly tags: readonly string[];
}

/** What a server has that nobody has said anything of. */
export const noOptions: ServerOptions = {
  modeConstraint: 'NONE',
  allowedDatabases: [],
  deniedDatabases: [],
  tags: [],
};

export type ServerState = 'Free' | 'Enabled' | 'Cordoned' | 'Deallocating' | 'Deallocated' | 'Dropped';

/** A server as the system database knows it. Its identity is the id, which is on its volume. */
export interface ServerRecord {
  readonly id: string;
  readonly name: string;
  readonly state: ServerState;
  readonly options: ServerOptions;
  readonly systemMode: 'PRIMARY' | 'SECONDARY';
  readonly boltAddress: string;
  readonly httpAddress: string | null;
  readonly httpsAddress: string | null;
  /** Milliseconds of the clock since the epoch; `undefined` unless Dropped. */
  readonly droppedAt: number | undefined;
}

export type CopyRole = 'primary' | 'secondary';

/** Where a copy is to be. */
export interface Allocation {
  readonly server: string;
  readonly role: CopyRole;
}

/** What a database starts with. `failed`: the source could not be read, which only shows in the status of the copies. */
export type SeedData =
  | { readonly kind: 'empty' }
  | { readonly kind: 'probes'; readonly ids: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string };

/** A database as it is wanted. A database made anew under its old name is another one. */
export interface DatabaseRecord {
  readonly id: string;
  readonly name: string;
  readonly primaries: number;
  readonly secondaries: number;
  readonly hosts: readonly Allocation[];
  /** The servers with the first primaries: the founders of its Raft group. */
  readonly founders: readonly string[];
  readonly seed: SeedData;
  readonly status: 'online' | 'offline';
  readonly access: 'read-write' | 'read-only';
  readonly language: Language;
  readonly options: Readonly<Record<string, SimValue>>;
  readonly store: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  /** Counted up when all copies have to restart, as when one primary becomes several. */
  readonly restarts: number;
}

/** A user. This is a test kit: passwords are kept as they are given. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  /** `undefined` for users of external providers only. */
  readonly native: { readonly password: string; readonly changeRequired: boolean } | undefined;
  readonly external: ReadonlyMap<string, string>;
  /** Without PUBLIC, which everybody has. */
  readonly roles: readonly string[];
  readonly suspended: boolean;
  readonly home: string | undefined;
}

/** What holds for the whole cluster. */
export interface ClusterRecord {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly formedAt: number;
  readonly defaultDatabase: string;
  readonly defaultPrimaries: number;
  readonly defaultSecondaries: number;
  readonly enablesFreeServers: boolean;
  /** The number of system primaries that the cluster was formed with. */
  readonly minimumSystemPrimaries: number;
  readonly roles: readonly string[];
}
