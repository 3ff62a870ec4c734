import { describe, expect, it } from '@jest/globals';
import { VirtualClock, seededRng } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { run } from '../session.spec-helper.ts';
import { SimCluster } from '../sim-cluster.ts';
import type { SimEvent } from './network.ts';
import type { RaftStore } from './raft-store.ts';
import { type SystemState, applyCommand, emptySystem } from './system-state.ts';
import { type SimTimings, realTimings } from './timings.ts';

const timings: SimTimings = {
  ...realTimings,
  heartbeatMs: 100,
  formationMs: 100,
  reconcileMs: 50,
  startMs: 50,
  storeCopyMs: 200,
  detectionWindow: [500, 700],
  electionWindow: [150, 300],
};

/** Longer than everything that has to happen after the last fault. */
const recoveryMs = 30_000;

type Step =
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'crash' | 'stop' | 'lose-volume' | 'restart'; readonly server: number }
  | { readonly kind: 'partition'; readonly side: readonly number[] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'write'; readonly server: number; readonly database: 'neo4j' | 'orders' }
  | { readonly kind: 'topology'; readonly primaries: number; readonly secondaries: number }
  | { readonly kind: 'deallocate'; readonly server: number }
  /** A statement of the kind that a name completes, on a server or a database. */
  | { readonly kind: 'administer'; readonly text: string; readonly server: number };

const servers = 5;
const anyServer = fc.nat({ max: servers - 1 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 1500 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      server: anyServer,
      database: fc.constantFrom('neo4j' as const, 'neo4j' as const, 'orders' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('crash' as const, 'stop' as const, 'lose-volume' as const, 'restart' as const),
      server: anyServer,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('partition' as const),
      side: fc.uniqueArray(anyServer, { minLength: 1, maxLength: servers - 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heal' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('topology' as const),
      primaries: fc.integer({ min: 2, max: 5 }),
      secondaries: fc.integer({ min: 0, max: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deallocate' as const), server: anyServer }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('administer' as const),
      text: fc.constantFrom(
        'CREATE DATABASE orders IF NOT EXISTS TOPOLOGY 3 PRIMARIES 1 SECONDARY',
        'DROP DATABASE orders IF EXISTS',
        'STOP DATABASE orders',
        'START DATABASE orders',
        'ALTER DATABASE orders SET TOPOLOGY 2 PRIMARIES 2 SECONDARIES',
        'ENABLE SERVER $id',
        'CALL dbms.cluster.cordonServer($id)',
        'DROP SERVER $id',
      ),
      server: anyServer,
    }),
  },
);

/** What is watched while a run goes on, and what must always hold. */
class Watch {
  readonly #leaders = new Map<string, string>();
  readonly #committed = new Map<string, string[]>();
  /** By the id of the database. */
  readonly #acknowledged = new Map<string, string[]>();
  lostVolumes = 0;

  /** At most one leader in a term of a group. */
  saw(event: SimEvent): void {
    if (event.kind !== 'elected') return;
    const key = `${event.database}/${event.term}`;
    const before = this.#leaders.get(key);
    if (before !== undefined && before !== event.server) throw new Error(`two leaders in ${key}`);
    this.#leaders.set(key, event.server);
  }

  acknowledge(database: string, probe: string): void {
    this.#acknowledged.set(database, [...this.acknowledgedBy(database), probe]);
  }

  acknowledgedBy(database: string): readonly string[] {
    return this.#acknowledged.get(database) ?? [];
  }

  /** What one server holds for committed nobody ever holds for something else. */
  check(cluster: SimCluster): void {
    for (const { volume } of cluster.members) {
      if (volume.system !== undefined) this.#agree(`system`, volume.system);
      for (const [id, { raft }] of volume.databases) this.#agree(id, raft);
    }
    for (const { copies } of cluster.network.servers) {
      const names = [...copies.values()].map(({ id }) => id);
      expect(new Set(names).size).toBe(names.length);
    }
    for (const { state } of cluster.network.servers) {
      for (const { hosts, name } of state.databases.values()) {
        const places = hosts.map(({ server }) => server);
        if (new Set(places).size !== places.length) throw new Error(`two copies of ${name} on one server`);
      }
    }
    // Volumes that are lost may take all copies with them.
    if (this.lostVolumes === 0) this.#checkDroppable(cluster);
  }

  /** Nothing acknowledged is lost with servers that may be dropped: all of it is on one that is not deallocated. */
  #checkDroppable(cluster: SimCluster): void {
    const { servers: records, databases } = newestSystem(cluster);
    const kept = cluster.members.filter(({ volume }) => {
      const { state } = records.get(volume.serverId ?? '') ?? {};
      return state !== 'Deallocated' && state !== 'Dropped';
    });
    for (const { id, name } of databases.values()) {
      const stored = new Set(kept.flatMap(({ volume }) => probesIn(volume.databases.get(id)?.raft)));
      const missing = this.acknowledgedBy(id).filter((probe) => !stored.has(probe));
      if (missing.length > 0) throw new Error(`only deallocated servers have ${missing.join()} of ${name}`);
    }
  }

  #agree(group: string, store: RaftStore<unknown>): void {
    const known = this.#committed.get(group) ?? [];
    for (let index = 0; index < store.commitIndex; index++) {
      const entry = store.log[index];
      const text = `${entry?.term ?? -1}:${entry?.content.kind ?? ''}:${JSON.stringify(entry?.content)}`;
      known[index] ??= text;
      if (known[index] !== text) throw new Error(`two opinions on entry ${index + 1} of ${group}`);
    }
    this.#committed.set(group, known);
  }
}

/** The system database by whoever knows most, running or not. */
function newestSystem(cluster: SimCluster): SystemState {
  const stores = cluster.members.map(({ volume }) => volume.system).filter((store) => store !== undefined);
  const [newest] = stores.sort((a, b) => b.commitIndex - a.commitIndex);
  return (newest?.log.slice(0, newest.commitIndex) ?? []).reduce(
    (state, { content }) => (content.kind === 'command' ? applyCommand(state, content.command) : state),
    emptySystem,
  );
}

function probesIn(store: RaftStore<string> | undefined): readonly string[] {
  return (store?.log ?? []).flatMap(({ content }) => (content.kind === 'command' ? [content.command] : []));
}

/** Gives what happened. */
async function play(seed: number, steps: readonly Step[]): Promise<readonly SimEvent[]> {
  const events: SimEvent[] = [];
  const watch = new Watch();
  const clock = new VirtualClock();
  const cluster = new SimCluster({
    clock,
    rng: seededRng(seed),
    timings,
    servers,
    settings: { 'dbms.cluster.minimum_initial_system_primaries_count': '5' },
    onEvent: (event) => {
      watch.saw(event);
      events.push(event);
    },
  });
  for (let index = 0; index < servers; index++) await cluster.add();
  await clock.advance(5000);
  for (const [index, step] of steps.entries()) {
    await take(cluster, clock, watch, step, index);
    watch.check(cluster);
  }
  cluster.network.heal();
  for (const member of cluster.members) if (member.server === undefined) await cluster.start(member.index);
  await clock.advance(recoveryMs);
  watch.check(cluster);
  expectRecovered(cluster, watch);
  await cluster.close();
  return events;
}

async function take(
  cluster: SimCluster,
  clock: VirtualClock,
  watch: Watch,
  step: Step,
  index: number,
): Promise<void> {
  const admin = cluster.leader();
  switch (step.kind) {
    case 'advance':
      await clock.advance(step.ms);
      return;
    case 'crash':
      cluster.crash(step.server);
      return;
    case 'stop':
      cluster.members[step.server]?.server?.stop();
      return;
    case 'lose-volume':
      // Only ever a minority, and never more than two of five.
      if (watch.lostVolumes === 2) return;
      watch.lostVolumes++;
      cluster.crash(step.server, { loseVolume: true });
      return;
    case 'restart':
      if (cluster.members[step.server]?.server === undefined) await cluster.start(step.server);
      return;
    case 'partition':
      cluster.network.partition(step.side.map((one) => `server-${one}.sim:6000`));
      return;
    case 'heal':
      cluster.network.heal();
      return;
    case 'write': {
      const server = cluster.members[step.server]?.server;
      if (server === undefined) return;
      const id = `probe-${index}`;
      const { database } = step;
      const record = server.state.databases.get(database);
      const answer = await run(server, 'MERGE (p:Probe {id: $id})', { id }, { database });
      if (answer.ok && record !== undefined) watch.acknowledge(record.id, id);
      return;
    }
    case 'topology':
      if (admin === undefined) return;
      await run(admin, 'ALTER DATABASE neo4j SET TOPOLOGY $p PRIMARIES $s SECONDARIES', {
        p: BigInt(step.primaries),
        s: BigInt(step.secondaries),
      });
      return;
    case 'deallocate': {
      const id = cluster.members[step.server]?.volume.serverId;
      if (admin === undefined || id === undefined) return;
      await run(admin, 'DEALLOCATE DATABASES FROM SERVERS $id', { id });
      return;
    }
    case 'administer': {
      const id = cluster.members[step.server]?.volume.serverId;
      if (admin !== undefined && id !== undefined) await run(admin, step.text, { id });
    }
  }
}

/** Everything that has a quorum has a leader, and what was acknowledged is there. */
function expectRecovered(cluster: SimCluster, watch: Watch): void {
  const system = cluster.leader();
  if (system === undefined) throw new Error('the system database has no leader');
  for (const record of system.state.databases.values()) {
    if (record.status === 'offline' || !hasQuorum(cluster, record.id)) continue;
    const leader = cluster.leader(record.name);
    if (leader === undefined) throw new Error(`${record.name} has a quorum and no leader`);
    const probes = leader.copies.get(record.id)?.probes ?? new Set();
    expect(watch.acknowledgedBy(record.id).filter((id) => !probes.has(id))).toEqual([]);
  }
}

/** Whether most of the members run, by whoever knows most. */
function hasQuorum(cluster: SimCluster, database: string): boolean {
  const rafts = cluster.network.servers
    .map(({ copies }) => copies.get(database)?.raft)
    .filter((raft) => raft !== undefined);
  const [newest] = rafts.sort((a, b) => b.store.commitIndex - a.store.commitIndex);
  const members = newest?.members ?? [];
  const ids = rafts.map(({ id }) => id);
  return members.filter((id) => ids.includes(id)).length * 2 > members.length;
}

describe('whatever goes wrong', () => {
  it('there is one leader in a term, what is committed stays, and quorums get leaders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (seed, steps) => {
        await play(seed, steps);
      }),
      {
        numRuns: 60,
        seed: 11,
      },
    );
  }, 120_000);

  it('the same seed and the same steps give the same run', async () => {
    const steps = fc.sample(fc.array(anyStep, { minLength: 30, maxLength: 40 }), { numRuns: 3, seed: 2 });
    for (const [seed, sample] of steps.entries()) {
      const [one, other] = [await play(seed, sample), await play(seed, sample)];
      expect(one.length).toBeGreaterThan(10);
      expect(other).toEqual(one);
    }
  });
});
