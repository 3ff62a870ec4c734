/**
 * What was seen of each database, so that whatever comes next sees it too. The newest bookmarks of a server include the older ones, but
 * two statements that ran at the same time do not include each other: both are kept until one that followed them has an answer.
 */
export class BookmarkChain {
  readonly #byDatabase = new Map<string, ReadonlySet<string>>();

  /** What the next statement on a database has to wait for. */
  of(database: string): readonly string[] {
    return [...(this.#byDatabase.get(database) ?? [])];
  }

  /**
   * @param waitedFor - what the statement was given; that is superseded
   * @param seen - what it gave
   */
  add(database: string, waitedFor: readonly string[], seen: readonly string[]): void {
    if (seen.length === 0) return;
    const others = this.of(database).filter((bookmark) => !waitedFor.includes(bookmark));
    this.#byDatabase.set(database, new Set([...others, ...seen]));
  }

  /** What was seen is no more: the database was made anew, or restored to an earlier time. */
  forget(database: string): void {
    this.#byDatabase.delete(database);
  }
}
