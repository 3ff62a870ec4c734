import type { RaftMember } from '../model/raft.ts';
import type { SimServer } from '../model/server.ts';
import { refuse } from './refusal.ts';

/** How long a server waits for what a bookmark stands for when the client sets no limit (`db.bookmark.ready.timeout`). */
const defaultTimeoutMs = 30_000;

/** Stands for everything that this server has of a database, by its id: one made anew under its name is another one. */
export function bookmarkOf(server: SimServer, database: string): string {
  return `${database}:${raftOf(server, database)?.store.commitIndex ?? 0}`;
}

/**
 * Waits until this server has what the bookmarks stand for.
 *
 * @throws Refusal `Neo.TransientError.Transaction.BookmarkTimeout`
 */
export async function waitForBookmarks(
  server: SimServer,
  bookmarks: readonly string[],
  timeoutMs: number | undefined,
): Promise<void> {
  const isReached = (): boolean => bookmarks.every((bookmark) => hasReached(server, bookmark));
  if (isReached()) return;
  if (await server.network.until(isReached, timeoutMs ?? defaultTimeoutMs)) return;
  throw refuse(
    'TransientError.Transaction.BookmarkTimeout',
    ['08N13'],
    'The database is not up to the requested bookmark.',
  );
}

function hasReached(server: SimServer, bookmark: string): boolean {
  const [, database = '', index = ''] = /^(.+):(\d+)$/.exec(bookmark) ?? [];
  if (index === '') {
    throw refuse(
      'ClientError.Transaction.InvalidBookmark',
      ['08N12'],
      `Parsing of the supplied bookmark '${bookmark}' failed.`,
    );
  }
  const raft = raftOf(server, database);
  // What is of no use on this server does not hold it up.
  return raft === undefined || raft.store.commitIndex >= Number(index);
}

function raftOf(server: SimServer, database: string): Pick<RaftMember<unknown>, 'store'> | undefined {
  return database === 'system' ? server.system : server.copies.get(database)?.raft;
}
