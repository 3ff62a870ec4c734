// What a cluster says of its servers and its default database, for specs.
import type { ClusterView } from '@neo4j-operator/cluster-access';
import type { DatabaseCopy, DatabaseView, ServerView } from '@neo4j-operator/neo4j-admin';

export class Members {
  /** By id; empty before the cluster has formed. */
  readonly rows = new Map<string, ServerView>();
  database: DatabaseView | undefined;

  /** A server is known. */
  add(id: string, address: string, state: ServerView['state']): void {
    this.rows.set(id, row(id, address, state));
  }

  change(id: string, change: Partial<ServerView>): void {
    const found = this.rows.get(id);
    if (found === undefined) throw new Error(`there is no server ${id}`);
    this.rows.set(id, { ...found, ...change });
  }

  place(primaries: number, secondaries: number, name = this.database?.name ?? 'neo4j'): void {
    const hosts = [...this.rows.values()].filter(({ state }) => state === 'Enabled');
    const first = hosts.filter(({ modeConstraint }) => modeConstraint === 'NONE').slice(0, primaries);
    const rest = hosts
      .filter((host) => !first.includes(host))
      .toSorted((a, b) => Number(b.modeConstraint === 'SECONDARY') - Number(a.modeConstraint === 'SECONDARY'))
      .slice(0, secondaries);
    const copies = [
      ...first.map((host, index) => copy(host, 'primary', index === 0)),
      ...rest.map((host) => copy(host, 'secondary', false)),
    ];
    this.database = databaseOf(name, primaries, secondaries, copies);
  }

  view(): ClusterView {
    const databases = (this.database === undefined ? [] : [this.database]).map((database) => ({
      ...database,
      copies: database.copies.map((one) => ({
        ...one,
        status: this.rows.get(one.server ?? '')?.health === 'Available' ? one.status : ('unknown' as const),
      })),
    }));
    return { servers: [...this.rows.values()], databases, readAt: 0 };
  }
}

function row(id: string, address: string, state: ServerView['state']): ServerView {
  return {
    id,
    name: id,
    address,
    state,
    health: 'Available',
    hosting: [],
    requestedHosting: [],
    tags: [],
    allowedDatabases: [],
    deniedDatabases: [],
    modeConstraint: 'NONE',
    version: '2026.08.1',
  };
}

function copy({ id, address }: ServerView, role: DatabaseCopy['role'], writer: boolean): DatabaseCopy {
  return {
    server: id,
    address,
    role,
    writer,
    status: 'online',
    statusMessage: '',
    lastCommittedTxn: undefined,
    replicationLag: undefined,
  };
}

function databaseOf(
  name: string,
  primaries: number,
  secondaries: number,
  copies: readonly DatabaseCopy[],
): DatabaseView {
  return {
    name,
    id: 'database-1',
    type: 'standard',
    isDefault: true,
    access: 'read-write',
    requestedStatus: 'online',
    requested: { primaries, secondaries },
    aliases: [],
    constituents: [],
    defaultLanguage: undefined,
    store: undefined,
    options: {},
    copies,
  };
}
