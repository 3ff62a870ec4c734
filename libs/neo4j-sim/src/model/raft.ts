import type { Rng } from '@neo4j-operator/clock';
import {
  type Applied,
  type RaftContent,
  type RaftEntry,
  type RaftStore,
  membersOf,
  termAt,
} from './raft-store.ts';

/** From and to, in milliseconds. */
export type Window = readonly [from: number, to: number];

/** What a member needs of the world. */
export interface RaftWorld<C> {
  /** Milliseconds that never go back. */
  now(): number;
  readonly rng: Rng;
  /** How long a member goes without its leader before it stands for election (`dbms.cluster.raft.leader_failure_detection_window`). */
  readonly detectionWindow: Window;
  /** How long until it tries again (`dbms.cluster.raft.election_failure_detection_window`). */
  readonly electionWindow: Window;
  /** The member of this id, if it runs and can be reached now. */
  peer(id: string): RaftMember<C> | undefined;
  /** Called once for each committed entry, for a batch once for each of its commands, in order. */
  apply(content: Applied<C>, index: number): void;
  /** Called when this member has won an election. */
  elected(term: number): void;
}

/** How a proposal went. `undecided`: it is in the log, and nobody can say yet whether it will stay. */
export type Proposal = 'committed' | 'undecided' | 'not-leader';

interface AppendRequest<C> {
  readonly term: number;
  readonly leader: string;
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly entries: readonly RaftEntry<C>[];
  readonly commitIndex: number;
}

interface VoteRequest {
  readonly term: number;
  readonly candidate: string;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** Only asks whether it would be worth while, and changes nothing. */
  readonly isPoll: boolean;
}

/**
 * A member of a Raft group (Ongaro, "Consensus: bridging theory and practice", chapters 3, 4 and 9.6). Messages take no time: they
 * arrive at once or, if the peer cannot be reached, not at all. What has to survive is in the store, and changed nowhere else.
 */
export class RaftMember<C> {
  readonly id: string;
  readonly store: RaftStore<C>;
  readonly #world: RaftWorld<C>;
  #isLeader = false;
  #leader: string | undefined;
  #heardAt = -Infinity;
  /** As leader: when a majority answered last. */
  #quorumAt = 0;
  #electionDueAt: number;
  #applied = 0;
  #nextIndexes = new Map<string, number>();
  /** By the latest entry that names them, so that the log need not be searched at each message. */
  #membership: ReturnType<typeof membersOf>;

  constructor(id: string, store: RaftStore<C>, world: RaftWorld<C>) {
    this.id = id;
    this.store = store;
    this.#world = world;
    this.#membership = membersOf(store);
    // One that has just started has missed no leader yet, and none may be there: no reason to wait as long as for one that is silent.
    this.#electionDueAt = world.now() + this.#within(world.electionWindow);
    this.#applyCommitted();
  }

  /** Whether it takes writes, as far as it knows. */
  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Whom it follows; itself if it leads. */
  get leader(): string | undefined {
    return this.#leader;
  }

  get members(): readonly string[] {
    return this.#membership.members;
  }

  /** When this member last had word of its leader or, as leader, of a majority; -Infinity for never. */
  get heardAt(): number {
    return this.#isLeader ? this.#quorumAt : this.#heardAt;
  }

  /** Does what is due: as leader calls on the others, as follower stands for election if there is no leader. */
  pulse(): void {
    const now = this.#world.now();
    if (this.#isLeader) {
      const stillLeads = this.#replicate();
      if (stillLeads && now - this.#quorumAt > this.#world.detectionWindow[0]) this.#follow(undefined);
      return;
    }
    if (this.#leader !== undefined && now - this.#heardAt > this.#world.detectionWindow[0]) {
      this.#leader = undefined;
    }
    if (now >= this.#electionDueAt) this.campaign();
  }

  /** Stands for election now. Asks first whether it would win, so that one who cannot does not disturb the others with new terms. */
  campaign(force = false): void {
    this.#electionDueAt = this.#world.now() + this.#within(this.#world.electionWindow);
    const { members } = this;
    if (this.#isLeader || !members.includes(this.id)) return;
    if (!force && !this.#wins(members, { ...this.#candidacy(this.store.term + 1), isPoll: true })) return;
    this.store.term++;
    this.store.votedFor = this.id;
    const { term } = this.store;
    this.#leader = undefined;
    if (!this.#wins(members, { ...this.#candidacy(term), isPoll: false }) || this.store.term !== term) return;
    this.#isLeader = true;
    this.#leader = this.id;
    this.#quorumAt = this.#world.now();
    this.#nextIndexes = new Map();
    this.#world.elected(term);
    this.store.log.push({ term, content: { kind: 'none' } });
    this.#replicate();
  }

  /** Hands the leadership to a member that is up to date; does nothing if it cannot be reached. */
  transferTo(id: string): void {
    const peer = this.#world.peer(id);
    if (!this.#isLeader || peer === undefined) return;
    this.#replicate();
    if (peer.store.log.length === this.store.log.length) peer.campaign(true);
  }

  /** Several commands make one entry, so they are committed together or not at all. */
  propose(command: C, ...more: readonly C[]): Proposal {
    return this.#append(
      more.length === 0 ? { kind: 'command', command } : { kind: 'batch', commands: [command, ...more] },
    );
  }

  /** Whether everything in the log is committed; tries to bring that about. Only then is it known what a new proposal builds on. */
  isDecided(): boolean {
    if (this.#isLeader && this.store.commitIndex < this.store.log.length) this.#replicate();
    return this.store.commitIndex === this.store.log.length;
  }

  /**
   * Adds or removes one member. Refused as `not-leader` while an earlier change, or the leader's own term, is not committed, and if the
   * group would be left without a majority that can be reached now: it could never commit the change.
   */
  changeMembers(members: readonly string[]): Proposal {
    const before = this.#membership;
    const changes =
      members.filter((id) => !before.members.includes(id)).length +
      before.members.filter((id) => !members.includes(id)).length;
    if (changes !== 1) throw new Error('members are changed one at a time');
    const isSettled =
      before.index <= this.store.commitIndex &&
      termAt(this.store, this.store.commitIndex) === this.store.term;
    const reachable = members.filter((id) => id === this.id || this.#world.peer(id) !== undefined);
    const canCommit = reachable.length * 2 > members.length;
    return isSettled && canCommit ? this.#append({ kind: 'members', members }) : 'not-leader';
  }

  /** Takes over what another one has committed. Only for a copy without a vote: one that votes has to keep what it said it has. */
  learnFrom(source: RaftMember<C>): void {
    if (source.store.commitIndex <= this.store.commitIndex || this.members.includes(this.id)) return;
    this.store.term = Math.max(this.store.term, source.store.term);
    this.#write(
      this.store.commitIndex,
      source.store.log.slice(this.store.commitIndex, source.store.commitIndex),
    );
    this.store.commitIndex = source.store.commitIndex;
    this.#leader = source.leader;
    this.#applyCommitted();
  }

  /** Another one stands for election. */
  vote(request: VoteRequest): { readonly granted: boolean; readonly term: number } {
    const { store } = this;
    const isUpToDate =
      request.lastTerm > termAt(store, store.log.length) ||
      (request.lastTerm === termAt(store, store.log.length) && request.lastIndex >= store.log.length);
    if (request.isPoll) {
      const hasLeader = this.#isLeader || this.#world.now() - this.#heardAt <= this.#world.detectionWindow[0];
      return { granted: isUpToDate && !hasLeader && request.term > store.term, term: store.term };
    }
    if (request.term > store.term) this.#enterTerm(request.term);
    const isFree = store.votedFor === undefined || store.votedFor === request.candidate;
    const granted = request.term === store.term && isFree && isUpToDate;
    if (granted) {
      store.votedFor = request.candidate;
      this.#electionDueAt = this.#world.now() + this.#within(this.#world.detectionWindow);
    }
    return { granted, term: store.term };
  }

  /** The leader sends entries, or just word that it is there. */
  append(request: AppendRequest<C>): { readonly ok: boolean; readonly term: number } {
    const { store } = this;
    if (request.term < store.term) return { ok: false, term: store.term };
    if (request.term > store.term) this.#enterTerm(request.term);
    this.#follow(request.leader);
    const { previousIndex } = request;
    if (previousIndex > store.log.length || termAt(store, previousIndex) !== request.previousTerm) {
      return { ok: false, term: store.term };
    }
    const known = request.entries.findIndex(
      ({ term }, offset) =>
        termAt(store, previousIndex + offset + 1) !== term || previousIndex + offset >= store.log.length,
    );
    if (known >= 0) this.#write(previousIndex + known, request.entries.slice(known));
    store.commitIndex = Math.max(
      store.commitIndex,
      Math.min(request.commitIndex, previousIndex + request.entries.length),
    );
    this.#applyCommitted();
    return { ok: true, term: store.term };
  }

  #append(content: RaftContent<C>): Proposal {
    if (!this.#isLeader) return 'not-leader';
    this.store.log.push({ term: this.store.term, content });
    const index = this.store.log.length;
    if (content.kind === 'members') this.#membership = { members: content.members, index };
    this.#replicate();
    return this.store.commitIndex >= index ? 'committed' : 'undecided';
  }

  /** Sends the others what they lack, and commits what a majority has. Gives whether it still leads. */
  #replicate(): boolean {
    const { members } = this;
    const matched = members.map((id) => (id === this.id ? this.store.log.length : this.#send(id)));
    if (!this.#isLeader) return false;
    const answered = matched.filter((index) => index >= 0).length;
    if (answered * 2 > members.length) this.#quorumAt = this.#world.now();
    // The highest index that a majority has: the middle one of the matches, highest first.
    const index = matched.sort((a, b) => b - a)[Math.floor(members.length / 2)] ?? 0;
    if (index <= this.store.commitIndex || termAt(this.store, index) !== this.store.term) return true;
    this.store.commitIndex = index;
    // The others learn of it from what they are sent next, so until then a read there lacks it.
    this.#applyCommitted();
    return true;
  }

  /** Up to which index this member then agrees with us; -1 if it could not be reached. */
  #send(id: string): number {
    const peer = this.#world.peer(id);
    if (peer === undefined || !this.#isLeader) return -1;
    let next = this.#nextIndexes.get(id) ?? this.store.log.length + 1;
    for (; next > 0; next = Math.max(0, Math.min(next - 1, peer.store.log.length + 1))) {
      const answer = peer.append({
        term: this.store.term,
        leader: this.id,
        previousIndex: next - 1,
        previousTerm: termAt(this.store, next - 1),
        entries: this.store.log.slice(next - 1),
        commitIndex: this.store.commitIndex,
      });
      if (answer.term > this.store.term) {
        this.#enterTerm(answer.term);
        return -1;
      }
      if (answer.ok) break;
    }
    this.#nextIndexes.set(id, this.store.log.length + 1);
    return this.store.log.length;
  }

  #candidacy(term: number): Omit<VoteRequest, 'isPoll'> {
    const lastIndex = this.store.log.length;
    return { term, candidate: this.id, lastIndex, lastTerm: termAt(this.store, lastIndex) };
  }

  #wins(members: readonly string[], request: VoteRequest): boolean {
    let votes = 0;
    for (const id of members) {
      if (id === this.id) {
        votes++;
        continue;
      }
      const answer = this.#world.peer(id)?.vote(request);
      if (answer === undefined) continue;
      if (answer.granted) votes++;
      else if (answer.term > this.store.term) this.#enterTerm(answer.term);
    }
    return votes * 2 > members.length;
  }

  #enterTerm(term: number): void {
    this.store.term = term;
    this.store.votedFor = undefined;
    this.#isLeader = false;
    this.#leader = undefined;
  }

  #follow(leader: string | undefined): void {
    this.#isLeader = false;
    this.#leader = leader;
    if (leader !== undefined) this.#heardAt = this.#world.now();
    this.#electionDueAt = this.#world.now() + this.#within(this.#world.detectionWindow);
  }

  /** Replaces everything after an index. */
  #write(after: number, entries: readonly RaftEntry<C>[]): void {
    if (after < this.store.commitIndex) throw new Error('a committed entry would be lost');
    this.store.log.splice(after, this.store.log.length - after, ...entries);
    if (after < this.#membership.index || entries.some(({ content }) => content.kind === 'members')) {
      this.#membership = membersOf(this.store);
    }
  }

  #applyCommitted(): void {
    while (this.#applied < this.store.commitIndex) {
      const entry = this.store.log[this.#applied];
      this.#applied++;
      if (entry !== undefined) this.#apply(entry.content, this.#applied);
    }
  }

  #apply(content: RaftContent<C>, index: number): void {
    if (content.kind !== 'batch') {
      this.#world.apply(content, index);
      return;
    }
    for (const command of content.commands) this.#world.apply({ kind: 'command', command }, index);
  }

  #within([from, to]: Window): number {
    return from + this.#world.rng.next() * (to - from);
  }
}
