import type { CypherValue, Row } from '../connection/bolt-connector.ts';
import type { Topology } from '../statements/databases.ts';
import { type Columns, columns } from './columns.ts';
import { known } from './known.ts';

const types = ['system', 'standard', 'composite', 'graph shard', 'property shard', 'replica'] as const;
const roles = ['primary', 'secondary', 'property shard replica'] as const;
const requestedStatuses = ['online', 'offline'] as const;
const currentStatuses = [
  'online',
  'offline',
  'starting',
  'stopping',
  'store copying',
  'initial',
  'deallocating',
  'dirty',
  'quarantined',
  'mixed',
] as const;

/** One copy of a database on one server. */
export interface DatabaseCopy {
  /** The server's id or its name: the manual says both, so compare it with both. Absent on servers that do not say. */
  readonly server: string | undefined;
  /** Absent while the server is unavailable. */
  readonly address: string | undefined;
  readonly role: (typeof roles)[number] | 'unknown';
  /** Whether it leads, that is, takes writes. */
  readonly writer: boolean;
  readonly status: (typeof currentStatuses)[number] | 'unknown';
  /** Why the status is what it is; empty when all is well. */
  readonly statusMessage: string;
  readonly lastCommittedTxn: bigint | undefined;
  /** Transactions behind the leader, counted downwards from 0. */
  readonly replicationLag: number | undefined;
}

/** A database, folded from the rows of its copies. */
export interface DatabaseView {
  readonly name: string;
  readonly id: string | undefined;
  readonly type: (typeof types)[number] | 'unknown';
  readonly isDefault: boolean;
  readonly access: 'read-write' | 'read-only' | 'unknown';
  readonly requestedStatus: (typeof requestedStatuses)[number] | 'unknown';
  /** Absent for composite databases, which are on every server, and on servers that are no cluster. */
  readonly requested: Topology | undefined;
  readonly aliases: readonly string[];
  readonly constituents: readonly string[];
  readonly defaultLanguage: string | undefined;
  readonly store: string | undefined;
  readonly options: Readonly<Record<string, CypherValue>>;
  readonly copies: readonly DatabaseCopy[];
}

/**
 * Reads `showDatabases`: one view for each name, in the order of their first rows.
 *
 * A database whose servers are all down may have no row at all, so absence is no proof that it was dropped.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readDatabases(rows: readonly Row[]): readonly DatabaseView[] {
  const byName = Map.groupBy(
    rows.map((row) => columns('SHOW DATABASES', row)),
    (row) => row.requiredText('name'),
  );
  return [...byName].map(([name, copies]) => fold(name, copies));
}

/** Copies of a role that are online. */
export function onlineCopies(database: DatabaseView, role: 'primary' | 'secondary'): number {
  return database.copies.filter((copy) => copy.role === role && copy.status === 'online').length;
}

/**
 * Whether a database is just what was asked for: every copy in the status wanted, as many of each role as wanted, and one that takes
 * writes unless it is read-only or stopped.
 */
export function isSettled(database: DatabaseView): boolean {
  const { access, copies, requested, requestedStatus } = database;
  if (requestedStatus === 'unknown') return false;
  if (copies.some((copy) => copy.status !== requestedStatus)) return false;
  if (copies.length === 0) return false;
  if (requestedStatus === 'offline' || database.type === 'composite') return true;
  const wanted = requested ?? { primaries: 1, secondaries: 0 };
  return (
    onlineCopies(database, 'primary') === wanted.primaries &&
    onlineCopies(database, 'secondary') === wanted.secondaries &&
    (access === 'read-only' || copies.some((copy) => copy.writer))
  );
}

function fold(name: string, rows: readonly Columns[]): DatabaseView {
  /** The first row that knows it: an unavailable server's row is nearly empty. */
  function first<T>(read: (row: Columns) => T | undefined): T | undefined {
    for (const row of rows) {
      const value = read(row);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  const primaries = first((row) => row.whole('requestedPrimariesCount'));
  const secondaries = first((row) => row.whole('requestedSecondariesCount'));
  return {
    name,
    id: first((row) => row.text('databaseID')),
    type: known(
      types,
      first((row) => row.text('type')),
    ),
    isDefault: first((row) => row.flag('default')) ?? false,
    access: known(
      ['read-write', 'read-only'] as const,
      first((row) => row.text('access')),
    ),
    requestedStatus: known(
      requestedStatuses,
      first((row) => row.text('requestedStatus')),
    ),
    requested: primaries === undefined ? undefined : { primaries, secondaries: secondaries ?? 0 },
    aliases: first((row) => row.texts('aliases')) ?? [],
    constituents: first((row) => row.texts('constituents')) ?? [],
    defaultLanguage: first((row) => row.text('defaultLanguage')),
    store: first((row) => row.text('store')),
    options: first((row) => row.map('options')) ?? {},
    copies: rows.map(copy),
  };
}

function copy(row: Columns): DatabaseCopy {
  return {
    server: row.text('serverID'),
    address: row.text('address'),
    role: known(roles, row.text('role')),
    writer: row.flag('writer') ?? false,
    status: known(currentStatuses, row.text('currentStatus')),
    statusMessage: row.text('statusMessage') ?? '',
    lastCommittedTxn: row.big('lastCommittedTxn'),
    replicationLag: row.whole('replicationLag'),
  };
}
