/** What a Raft log carries: the members of the group, something to do, several things of which all are done or none, or nothing (a leader's first entry). */
export type RaftContent<C> =
  | { readonly kind: 'none' }
  | { readonly kind: 'members'; readonly members: readonly string[] }
  | { readonly kind: 'command'; readonly command: C }
  | { readonly kind: 'batch'; readonly commands: readonly C[] };

/** What a member is given of the log when it is committed; a batch is given command by command. */
export type Applied<C> = Exclude<RaftContent<C>, { readonly kind: 'batch' }>;

/** One place of a log. */
export interface RaftEntry<C> {
  readonly term: number;
  readonly content: RaftContent<C>;
}

/** What a member of a Raft group has on its volume. */
export interface RaftStore<C> {
  term: number;
  votedFor: string | undefined;
  /** The entry with index n is at n - 1. */
  readonly log: RaftEntry<C>[];
  /** Entries up to this index are committed; 0 for none. */
  commitIndex: number;
}

/** The first state of a group, the same on all its founders. */
export function foundingStore<C>(members: readonly string[], commands: readonly C[] = []): RaftStore<C> {
  const contents: RaftContent<C>[] = [
    { kind: 'members', members },
    ...commands.map((command) => ({ kind: 'command', command }) as const),
  ];
  const log = contents.map((content) => ({ term: 0, content }));
  return { term: 0, votedFor: undefined, log, commitIndex: log.length };
}

/**
 * A copy of what is committed. The copy has voted for nobody it could vote for again: its term is the source's, with the vote given away,
 * so one that had a store before and lost it cannot vote twice.
 */
export function copyOfCommitted<C>(source: RaftStore<C>): RaftStore<C> {
  return {
    term: source.term,
    votedFor: '',
    log: source.log.slice(0, source.commitIndex),
    commitIndex: source.commitIndex,
  };
}

/** The commands of what a log carries, in order. */
export function commandsOf<C>(content: RaftContent<C>): readonly C[] {
  switch (content.kind) {
    case 'command':
      return [content.command];
    case 'batch':
      return content.commands;
    case 'members':
    case 'none':
      return [];
  }
}

/** The members by the latest entry that names them, committed or not (Raft, "cluster membership changes"). */
export function membersOf<C>(store: RaftStore<C>): {
  readonly members: readonly string[];
  readonly index: number;
} {
  for (let index = store.log.length; index > 0; index--) {
    const content = store.log[index - 1]?.content;
    if (content?.kind === 'members') return { members: content.members, index };
  }
  return { members: [], index: 0 };
}

/** The term of the entry at an index; 0 before the first. */
export function termAt<C>(store: RaftStore<C>, index: number): number {
  return store.log[index - 1]?.term ?? 0;
}
