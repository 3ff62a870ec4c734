import type { Row } from '../connection/bolt-connector.ts';
import { columns } from './columns.ts';
import { known } from './known.ts';

const states = ['Free', 'Enabled', 'Cordoned', 'Deallocating', 'Deallocated', 'Dropped'] as const;
const healths = ['Available', 'Unavailable'] as const;
const constraints = ['NONE', 'PRIMARY', 'SECONDARY'] as const;

/** A server as the cluster knows it. Its identity is the id, which lives on its volume; address and name may repeat and change. */
export interface ServerView {
  readonly id: string;
  readonly name: string;
  /** The advertised Bolt address; absent while the server is unavailable or being removed. */
  readonly address: string | undefined;
  readonly state: (typeof states)[number] | 'unknown';
  /** Whether the server that answers can reach it. */
  readonly health: (typeof healths)[number] | 'unknown';
  /** Databases that it has, and those that it is to have. */
  readonly hosting: readonly string[];
  readonly requestedHosting: readonly string[];
  readonly tags: readonly string[];
  readonly allowedDatabases: readonly string[];
  readonly deniedDatabases: readonly string[];
  readonly modeConstraint: (typeof constraints)[number] | 'unknown';
  /** Absent while the server is unavailable. */
  readonly version: string | undefined;
}

/**
 * Reads `showServers`.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readServers(rows: readonly Row[]): readonly ServerView[] {
  return rows.map((row) => {
    const server = columns('SHOW SERVERS', row);
    const id = server.requiredText('serverId');
    return {
      id,
      name: server.text('name') ?? id,
      address: server.text('address'),
      state: known(states, server.text('state')),
      health: known(healths, server.text('health')),
      hosting: server.texts('hosting') ?? [],
      requestedHosting: server.texts('requestedHosting') ?? [],
      tags: server.texts('tags') ?? [],
      allowedDatabases: server.texts('allowedDatabases') ?? [],
      deniedDatabases: server.texts('deniedDatabases') ?? [],
      modeConstraint: known(constraints, server.text('modeConstraint')),
      version: server.text('version'),
    };
  });
}

/** A copy of a database that would move. */
export interface DatabaseMove {
  readonly database: string;
  readonly fromServerId: string;
  readonly toServerId: string;
  readonly mode: 'primary' | 'secondary' | 'unknown';
}

/**
 * Reads `dryRunDeallocate`.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readMoves(rows: readonly Row[]): readonly DatabaseMove[] {
  return rows.map((row) => {
    const move = columns('DRYRUN DEALLOCATE', row);
    return {
      database: move.requiredText('database'),
      fromServerId: move.requiredText('fromServerId'),
      toServerId: move.requiredText('toServerId'),
      mode: known(['primary', 'secondary'] as const, move.text('mode')),
    };
  });
}
