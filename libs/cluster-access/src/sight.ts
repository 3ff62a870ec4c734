import { isDeepStrictEqual } from 'node:util';
import type { DatabaseCopy, DatabaseView, Neo4jError, ServerView } from '@neo4j-operator/neo4j-admin';
import type { ClusterView, Sight, ViewChange } from './cluster-view.ts';

/** What came of a reading. */
export type Reading =
  | { readonly ok: true; readonly view: ClusterView }
  /** `atMs`: monotonic milliseconds at which it failed. */
  | { readonly ok: false; readonly error: Neo4jError; readonly atMs: number };

/** What is known of a cluster after a reading. */
export function nextSight(previous: Sight, reading: Reading): Sight {
  if (reading.ok) return { kind: 'seen', view: reading.view };
  const { atMs, error } = reading;
  if (previous.kind !== 'failed') {
    return { kind: 'failed', error, sinceMs: atMs, last: lastView(previous) };
  }
  // That nobody was asked says nothing; what went wrong when somebody was says why.
  const telling = error.reason === 'CircuitOpen' ? previous.error : error;
  return { ...previous, error: telling };
}

/** What was seen last, however long ago. */
export function lastView(sight: Sight): ClusterView | undefined {
  switch (sight.kind) {
    case 'unknown':
      return undefined;
    case 'seen':
      return sight.view;
    case 'failed':
      return sight.last;
  }
}

/**
 * What a reading has brought, or undefined if nothing. Counters of transactions, which go up all the time, are no change, and neither is the
 * order of rows and lists.
 */
export function diffSights(previous: Sight, next: Sight): ViewChange | undefined {
  const before = lastView(previous);
  const after = lastView(next);
  const servers = !isDeepStrictEqual(comparableServers(before), comparableServers(after));
  const databases = changedDatabases(before?.databases ?? [], after?.databases ?? []);
  const reachability = previous.kind !== next.kind || reasonOf(previous) !== reasonOf(next);
  return servers || databases.size > 0 || reachability ? { servers, databases, reachability } : undefined;
}

function reasonOf(sight: Sight): string {
  return sight.kind === 'failed' ? sight.error.reason : '';
}

function changedDatabases(
  before: readonly DatabaseView[],
  after: readonly DatabaseView[],
): ReadonlySet<string> {
  const old = comparableDatabases(before);
  const now = comparableDatabases(after);
  const names = new Set([...old.keys(), ...now.keys()]);
  return new Set([...names].filter((name) => !isDeepStrictEqual(old.get(name), now.get(name))));
}

function comparableServers(view: ClusterView | undefined): ReadonlyMap<string, ServerView> | undefined {
  if (view === undefined) return undefined;
  return new Map(
    view.servers.map((server) => [
      server.id,
      {
        ...server,
        hosting: server.hosting.toSorted(),
        requestedHosting: server.requestedHosting.toSorted(),
        tags: server.tags.toSorted(),
        allowedDatabases: server.allowedDatabases.toSorted(),
        deniedDatabases: server.deniedDatabases.toSorted(),
      },
    ]),
  );
}

function comparableDatabases(databases: readonly DatabaseView[]): ReadonlyMap<string, object> {
  return new Map(
    databases.map((database) => [
      database.name,
      {
        ...database,
        aliases: database.aliases.toSorted(),
        constituents: database.constituents.toSorted(),
        copies: database.copies.map(copyText).toSorted(),
      },
    ]),
  );
}

/** As text, by which copies are put in order as well. */
function copyText(copy: DatabaseCopy): string {
  return JSON.stringify({ ...copy, lastCommittedTxn: undefined, replicationLag: undefined });
}
