import type { DatabaseCopy, DatabaseView, ServerView } from '@neo4j-operator/neo4j-admin';
import type { ClusterView } from './cluster-view.ts';

/** A server that is well. */
export function server(id: string, different: Partial<ServerView> = {}): ServerView {
  return {
    id,
    name: id,
    address: `${id}.sim:7687`,
    state: 'Enabled',
    health: 'Available',
    hosting: ['system', 'neo4j'],
    requestedHosting: ['system', 'neo4j'],
    tags: [],
    allowedDatabases: [],
    deniedDatabases: [],
    modeConstraint: 'NONE',
    version: '2026.08.1',
    ...different,
  };
}

/** A copy that is well and follows. */
export function copy(on: string, different: Partial<DatabaseCopy> = {}): DatabaseCopy {
  return {
    server: on,
    address: `${on}.sim:7687`,
    role: 'primary',
    writer: false,
    status: 'online',
    statusMessage: '',
    lastCommittedTxn: 1n,
    replicationLag: 0,
    ...different,
  };
}

/** A database on these copies. */
export function database(
  name: string,
  copies: readonly DatabaseCopy[],
  different: Partial<DatabaseView> = {},
): DatabaseView {
  return {
    name,
    id: `id-${name}`,
    type: name === 'system' ? 'system' : 'standard',
    isDefault: name === 'neo4j',
    access: 'read-write',
    requestedStatus: 'online',
    requested: { primaries: copies.length, secondaries: 0 },
    aliases: [],
    constituents: [],
    defaultLanguage: 'CYPHER 25',
    store: 'block-block-1.1',
    options: {},
    copies,
    ...different,
  };
}

/** A cluster of two servers that is well. */
export function view(different: Partial<ClusterView> = {}): ClusterView {
  return {
    servers: [server('a'), server('b')],
    databases: [
      database('system', [copy('a', { writer: true }), copy('b')]),
      database('neo4j', [copy('a'), copy('b', { writer: true })]),
    ],
    readAt: 0,
    ...different,
  };
}
