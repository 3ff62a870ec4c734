import type { RaftMember } from './raft.ts';
import type { CopyRole } from './records.ts';

/** As in the column `currentStatus` of SHOW DATABASES. */
export type CopyStatus =
  | 'initial'
  | 'starting'
  | 'store copying'
  | 'online'
  | 'stopping'
  | 'offline'
  | 'deallocating'
  | 'dirty'
  | 'quarantined';

/** A copy of a database on a server, while the server runs. What survives is the store on the volume. */
export class DatabaseCopy {
  /** Of the database. */
  readonly id: string;
  readonly name: string;
  role: CopyRole;
  status: CopyStatus = 'initial';
  statusMessage = '';
  /** When its status can change by itself, in milliseconds that never go back. */
  dueAt: number;
  /** The restarts of the record that it has been through. */
  restarts: number;
  /** Only while it is online. */
  raft: RaftMember<string> | undefined;
  /** The data: what is committed, as far as this copy knows. */
  readonly probes = new Set<string>();

  constructor(id: string, name: string, role: CopyRole, dueAt: number, restarts: number) {
    this.id = id;
    this.name = name;
    this.role = role;
    this.dueAt = dueAt;
    this.restarts = restarts;
  }
}
