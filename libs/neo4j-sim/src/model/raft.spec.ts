import { describe, expect, it } from '@jest/globals';
import { type Rng, seededRng } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { RaftMember } from './raft.ts';
import { type RaftStore, copyOfCommitted, foundingStore } from './raft-store.ts';

const all = ['a', 'b', 'c', 'd', 'e'];

/** A group whose every message can be lost, also in one direction only. */
class Group {
  now = 0;
  readonly leaders = new Map<number, string>();
  readonly committed: string[] = [];
  readonly stores = new Map<string, RaftStore<number>>();
  readonly running = new Map<string, RaftMember<number>>();
  readonly #rng: Rng;
  #isCut: (from: string, to: string) => boolean = () => false;

  constructor(seed: number, founders: readonly string[]) {
    this.#rng = seededRng(seed);
    for (const id of founders) this.stores.set(id, foundingStore(founders));
    for (const id of founders) this.start(id);
  }

  start(id: string): void {
    const store = this.stores.get(id);
    if (store === undefined || this.running.has(id)) return;
    const member = new RaftMember<number>(id, store, {
      now: () => this.now,
      rng: this.#rng,
      detectionWindow: [100, 150],
      electionWindow: [20, 50],
      peer: (other) => (this.#isCut(id, other) ? undefined : this.running.get(other)),
      apply: (content, index) => {
        const text = JSON.stringify(content);
        this.committed[index - 1] ??= text;
        if (this.committed[index - 1] !== text) throw new Error(`two opinions on entry ${index}`);
      },
      elected: (term) => {
        if ((this.leaders.get(term) ?? id) !== id) throw new Error(`two leaders in term ${term}`);
        this.leaders.set(term, id);
      },
    });
    this.running.set(id, member);
  }

  cut(isCut: (from: string, to: string) => boolean): void {
    this.#isCut = isCut;
  }

  pulse(): void {
    for (const member of this.running.values()) member.pulse();
  }

  leader(): RaftMember<number> | undefined {
    return [...this.running.values()]
      .filter(({ isLeader }) => isLeader)
      .sort((a, b) => b.store.term - a.store.term)[0];
  }
}

const anyMember = fc.constantFrom(...all);
const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('propose' as const), at: anyMember }),
  fc.record({ kind: fc.constant('crash' as const), at: anyMember }),
  fc.record({ kind: fc.constant('start' as const), at: anyMember }),
  // Messages between these pairs are lost.
  fc.record({
    kind: fc.constant('cut' as const),
    pairs: fc.array(fc.tuple(anyMember, anyMember), { maxLength: 16 }),
  }),
  fc.record({ kind: fc.constant('campaign' as const), at: anyMember, force: fc.boolean() }),
  fc.record({ kind: fc.constant('members' as const), at: anyMember, member: anyMember }),
);

describe('a Raft group', () => {
  it('has one leader in a term and one opinion on what is committed, and recovers', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        fc.array(anyStep, { maxLength: 120 }),
        (seed, size, steps) => {
          const group = new Group(seed, all.slice(0, size));
          for (const [index, step] of steps.entries()) {
            switch (step.kind) {
              case 'pass':
                group.now += step.ms;
                group.pulse();
                break;
              case 'propose':
                group.running.get(step.at)?.propose(index);
                break;
              case 'crash':
                group.running.delete(step.at);
                break;
              case 'start':
                group.start(step.at);
                break;
              case 'cut':
                group.cut((from, to) => step.pairs.some(([a, b]) => a === from && b === to));
                break;
              case 'campaign':
                group.running.get(step.at)?.campaign(step.force);
                break;
              case 'members':
                changeMembers(group, step.at, step.member);
            }
          }
          group.cut(() => false);
          for (const id of group.stores.keys()) group.start(id);
          for (let round = 0; round < 40; round++) {
            group.now += 50;
            group.pulse();
          }
          const leader = group.leader();
          expect(leader?.isDecided()).toBe(true);
          expect(leader?.propose(-1)).toBe('committed');
          // Whoever votes has everything.
          for (const id of leader?.members ?? []) {
            expect(group.stores.get(id)?.log).toEqual(leader?.store.log);
          }
        },
      ),
      { numRuns: 3000, seed: 5 },
    );
  });

  it('commits nothing on a leader that is cut off, which then steps down', () => {
    const group = new Group(1, ['a', 'b', 'c']);
    group.running.get('a')?.campaign(true);
    const old = group.leader();
    expect(old?.propose(1)).toBe('committed');
    group.cut((from, to) => from === 'a' || to === 'a');
    expect(old?.propose(2)).toBe('undecided');
    for (let round = 0; round < 20; round++) {
      group.now += 20;
      group.pulse();
    }
    expect(old?.isLeader).toBe(false);
    expect(group.leader()?.id).not.toBe('a');
    expect(group.leader()?.propose(3)).toBe('committed');
    group.cut(() => false);
    group.now += 20;
    group.pulse();
    expect(group.stores.get('a')?.log).toEqual(group.leader()?.store.log);
  });
});

/** Takes a member out, or one in that has copied what is committed; one that comes back has lost its vote with its store. */
function changeMembers(group: Group, at: string, member: string): void {
  const leader = group.running.get(at);
  if (leader?.isLeader !== true || member === at) return;
  if (leader.members.includes(member)) {
    if (leader.members.length < 2) return;
    if (leader.changeMembers(leader.members.filter((id) => id !== member)) === 'committed') {
      group.running.delete(member);
      group.stores.delete(member);
    }
    return;
  }
  if (!group.stores.has(member)) group.stores.set(member, copyOfCommitted(leader.store));
  group.start(member);
  leader.changeMembers([...leader.members, member]);
}
