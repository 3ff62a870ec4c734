import { describe, expect, it } from '@jest/globals';
import { seededRng, sleep } from '@neo4j-operator/clock';
import {
  type BoltConnector,
  createDatabase,
  Neo4jError,
  showDatabases,
  versionOf,
} from '@neo4j-operator/neo4j-admin';
import { inProcessConnector, type SimCluster, type WireFaults } from '@neo4j-operator/neo4j-sim';
import { objectKey, silentLogger } from '@neo4j-operator/reconcile-kit';
import { map } from 'rxjs';
import { type AccessMetrics, noAccessMetrics } from './access-metrics.ts';
import { ClusterAccess } from './cluster-access.ts';
import type { Sight } from './cluster-view.ts';
import type { ClusterChange } from './session.ts';
import { forever, graph, lab } from './sim.spec-helper.ts';

const version = versionOf('2026.08.1');
const movies = createDatabase(version, { name: 'movies', topology: { primaries: 3, secondaries: 0 } });

function names(sight: Sight): readonly string[] {
  if (sight.kind !== 'seen') throw new Error(`the cluster is not seen: ${sight.kind}`);
  return sight.view.databases.map(({ name }) => name).toSorted();
}

function readAt(sight: Sight): number {
  return sight.kind === 'seen' ? sight.view.readAt : -1;
}

function faulty({ network }: SimCluster, wire: Partial<WireFaults>): void {
  for (const { faults } of network.servers) faults.wire = { ...faults.wire, ...wire };
}

describe('a session', () => {
  it('sees the cluster as soon as it is open, and says so once', async () => {
    const { access, changes, clock, sim, target } = await lab();
    const session = access.open(graph, target);
    expect(session.sight).toEqual({ kind: 'unknown' });
    await clock.advance(0);
    expect(names(session.sight)).toEqual(['neo4j', 'system']);
    expect(changes).toEqual([
      { cluster: graph, servers: true, databases: new Set(['neo4j', 'system']), reachability: true },
    ]);
    expect(access.open(graph, target)).toBe(session);
    expect(access.get(graph)).toBe(session);
    expect(access.get(objectKey('prod', 'other'))).toBeUndefined();
    await access.closeAll();
    await sim.close();
  });

  it('sends a settled cluster a handful of statements a minute, whatever the number of those who ask', async () => {
    const { access, clock, sent, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(5 * 60_000);
    sent.length = 0;
    for (let second = 0; second < 60; second++) {
      const sights = await Promise.all(Array.from({ length: 1000 }, () => session.fresh(forever)));
      expect(new Set(sights).size).toBe(1);
      await clock.advance(1000);
    }
    // Two statements a reading, a reading each half minute less the jitter.
    expect(sent.length).toBeGreaterThanOrEqual(4);
    expect(sent.length).toBeLessThanOrEqual(6);
    await access.closeAll();
    await sim.close();
  });

  it('shares one reading among all who ask after a write', async () => {
    const { access, clock, sent, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(60_000);
    await session.admin(movies);
    sent.length = 0;
    const asked = Promise.all(Array.from({ length: 1000 }, () => session.fresh(forever)));
    await clock.advance(0);
    expect(new Set((await asked).map(names)).size).toBe(1000);
    expect(names(session.sight)).toContain('movies');
    expect(sent).toHaveLength(2);
    await access.closeAll();
    await sim.close();
  });

  it('reads anew while a write is under way and after it has ended', async () => {
    const { access, clock, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(60_000);
    // Answers take a while, so that reading and write overlap.
    faulty(sim, { slowMs: 100 });
    const sentAt = clock.monotonic();
    let endedAt = 0;
    const writing = session.admin(movies).then(() => {
      endedAt = clock.monotonic();
    });
    const during = session.fresh(forever);
    await clock.advance(150);
    await writing;
    const after = session.fresh(forever);
    await clock.advance(1000);
    expect(readAt(await during)).toBeGreaterThanOrEqual(sentAt);
    expect(readAt(await after)).toBeGreaterThanOrEqual(endedAt);
    expect(endedAt).toBeGreaterThan(sentAt);
    expect(names(await after)).toContain('movies');
    await access.closeAll();
    await sim.close();
  });

  it('reads anew after a write that failed, since it may have been carried out', async () => {
    const { access, clock, sent, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(60_000);
    faulty(sim, { loseAnswers: true });
    const failure = session.admin(movies).catch((error: unknown) => error);
    await clock.advance(0);
    expect(await failure).toMatchObject({ outcomeUnknown: true });
    faulty(sim, { loseAnswers: false });
    sent.length = 0;
    const asked = session.fresh(forever);
    await clock.advance(0);
    expect(names(await asked)).toContain('movies');
    expect(sent).toHaveLength(2);
    await access.closeAll();
    await sim.close();
  });

  it('tells which databases have changed, and looks often for a while after a write', async () => {
    const { access, changes, clock, sent, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(5 * 60_000);
    changes.length = 0;
    sent.length = 0;
    await session.admin(movies);
    await clock.advance(10_000);
    expect(changes.length).toBeGreaterThan(0);
    const changed = changes.map(({ databases }) => [...databases].join());
    expect(new Set(changed)).toEqual(new Set(['movies']));
    expect(changes.every(({ reachability }) => !reachability)).toBe(true);
    expect(sent.length).toBeGreaterThan(10);
    await access.closeAll();
    await sim.close();
  });

  it('goes on when somebody who listens to its changes fails', async () => {
    const { access, changes, clock, sim, target } = await lab();
    const failures: unknown[] = [];
    const fail = (): never => {
      throw new Error('a fault of theirs');
    };
    access.changes$.pipe(map(fail)).subscribe({ error: (error) => failures.push(error) });
    const later: ClusterChange[] = [];
    access.changes$.subscribe((change) => later.push(change));
    const session = access.open(graph, target);
    await clock.advance(60_000);
    await session.admin(movies);
    await clock.advance(10_000);
    expect(failures).toHaveLength(1);
    expect(later).toEqual(changes);
    expect(later.length).toBeGreaterThan(1);
    expect(names(session.sight)).toContain('movies');
    await access.closeAll();
    await sim.close();
  });

  it('gives up waiting when its caller does, and reads on for the others', async () => {
    const { access, clock, sim, target } = await lab();
    const session = access.open(graph, target);
    const caller = new AbortController();
    const given = session.fresh(caller.signal).catch((error: unknown) => error);
    const kept = session.fresh(forever);
    caller.abort(new Error('the pass is over'));
    await clock.advance(0);
    expect(await given).toEqual(new Error('the pass is over'));
    expect((await kept).kind).toBe('seen');
    await expect(session.fresh(caller.signal)).rejects.toThrow('the pass is over');
    await access.closeAll();
    await sim.close();
  });

  it('sends nothing while there is nobody to ask, and begins when there is', async () => {
    const { access, changes, clock, openLinks, sent, sim, target } = await lab();
    const session = access.open(graph, { ...target, addresses: [] });
    expect(await session.fresh(forever)).toEqual({ kind: 'unknown' });
    session.hurry();
    await clock.advance(60_000);
    expect([sent.length, changes.length, openLinks()]).toEqual([0, 0, 0]);
    access.open(graph, target);
    await clock.advance(0);
    expect(session.sight.kind).toBe('seen');
    await clock.advance(60_000);
    const { length } = sent;
    access.open(graph, { ...target, addresses: [] });
    expect(session.sight).toMatchObject({ kind: 'failed', error: { reason: 'Unreachable' } });
    await clock.advance(10 * 60_000);
    expect(sent).toHaveLength(length);
    await access.closeAll();
    await sim.close();
  });

  it('keeps its connections when addresses come and go', async () => {
    const { access, clock, openLinks, sim, target } = await lab();
    const session = access.open(graph, { ...target, addresses: target.addresses.slice(0, 1) });
    await clock.advance(60_000);
    const reading = openLinks();
    access.open(graph, target);
    expect(session.target).toBe(target);
    await clock.advance(60_000);
    expect([reading, openLinks()]).toEqual([1, 1]);
    await access.closeAll();
    await sim.close();
  });

  it('asks a server of its own accord, and takes a write there for a change', async () => {
    const { access, clock, sent, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(60_000);
    const address = target.addresses[1] ?? '';
    const { server } = await session.direct(address, showDatabases(version));
    expect(server.address).toBe(address);
    sent.length = 0;
    await session.fresh(forever);
    expect(sent).toHaveLength(0);
    const set = { text: 'CALL dbms.setConfigValue($name, $value)', parameters: { name: 'x', value: 'y' } };
    await session.direct(address, set, 'write').catch(() => undefined);
    await session.fresh(forever);
    expect(sent).toHaveLength(3);
    await access.closeAll();
    await sim.close();
  });

  it('leaves no timer and no link behind', async () => {
    const { access, clock, openLinks, sim, target } = await lab();
    const session = access.open(graph, target);
    access.open(objectKey('prod', 'other'), target);
    await clock.advance(60_000);
    await session.direct(target.addresses[0] ?? '', showDatabases(version));
    const waiting = session.fresh(forever);
    await access.closeAll();
    await waiting;
    expect(openLinks()).toBe(0);
    expect(access.get(graph)).toBeUndefined();
    expect(await session.fresh(forever)).toMatchObject({ kind: 'failed', error: { reason: 'Closed' } });
    await expect(session.admin(movies)).rejects.toMatchObject({ reason: 'Closed' });
    session.hurry();
    session.retryLogin();
    expect(() => access.open(graph, target)).toThrow('ending');
    await sim.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends while a reading is under way', async () => {
    const { access, clock, openLinks, sim, target } = await lab();
    faulty(sim, { mute: true });
    const session = access.open(graph, target);
    const waiting = session.fresh(forever);
    await clock.advance(10);
    await access.close(graph);
    expect(await waiting).toMatchObject({ kind: 'failed', error: { reason: 'Closed' } });
    expect(openLinks()).toBe(0);
    await access.closeAll();
    await sim.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends while it waits for the credentials', async () => {
    const { access, clock, sent, sim, target } = await lab();
    const session = access.open(graph, { ...target, credentials: () => new Promise(() => undefined) });
    const waiting = session.fresh(forever);
    await clock.advance(10);
    await access.closeAll();
    expect(await waiting).toMatchObject({ kind: 'failed', error: { reason: 'Closed' } });
    expect(sent).toHaveLength(0);
    await sim.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('asks the gate before a statement that changes something, and for no other', async () => {
    const asked: number[] = [];
    const gate = {
      admit: (deadlineMs: number) => {
        asked.push(deadlineMs);
        throw new Error('not the leader');
      },
    };
    const { access, clock, sent, sim, target } = await lab({ access: { gate } });
    const session = access.open(graph, target);
    await clock.advance(0);
    expect(session.sight.kind).toBe('seen');
    sent.length = 0;
    await expect(session.admin(movies, 7000)).rejects.toThrow('not the leader');
    await expect(access.connect(target).admin(movies, 6000)).rejects.toThrow('not the leader');
    expect([asked, sent]).toEqual([[7000, 6000], []]);
    await access.closeAll();
    await sim.close();
  });

  it('reports statements, readings and whether the cluster can be seen', async () => {
    const seen: unknown[] = [];
    const metrics: AccessMetrics = {
      statementDone: ({ access, outcome }) => seen.push(`${access} ${outcome}`),
      readingDone: ({ ok }) => seen.push(ok),
      reachable: (cluster, isReachable) => seen.push(`${cluster} ${String(isReachable)}`),
    };
    const { access, clock, sim, target } = await lab({ access: { metrics } });
    const session = access.open(graph, target);
    await clock.advance(0);
    const readOnce = ['read Success', 'read Success', true];
    expect(seen.splice(0)).toEqual([...readOnce, 'prod/graph true']);
    await session.admin(movies);
    const again = await session
      .admin({ ...movies, text: movies.text.replace(' IF NOT EXISTS', '') })
      .catch((error: unknown) => error);
    expect(again).toBeInstanceOf(Neo4jError);
    expect(seen.splice(0)).toEqual(['admin Success', 'admin AlreadyExists']);
    await access.close(graph);
    expect(seen).toEqual(['prod/graph undefined']);
    await access.closeAll();
    await sim.close();
  });

  it('leaves to the next session of the cluster to say whether that can be seen', async () => {
    const gauge = new Map<string, boolean>();
    const reachable: AccessMetrics['reachable'] = (cluster, isReachable) => {
      if (isReachable === undefined) gauge.delete(cluster);
      else gauge.set(cluster, isReachable);
    };
    const { clock, sim, target } = await lab();
    const inner = inProcessConnector(sim.network);
    const connector: BoltConnector = {
      open: (endpoint) => {
        const link = inner.open(endpoint);
        return {
          run: (statement, options) => link.run(statement, options),
          connections: () => link.connections(),
          close: () => sleep(clock, 1000).then(() => link.close()),
        };
      },
    };
    const access = new ClusterAccess({
      clock,
      connector,
      rng: seededRng(5),
      logger: silentLogger,
      metrics: { ...noAccessMetrics, reachable },
    });
    access.open(graph, target);
    await clock.advance(500);
    const closing = access.close(graph);
    access.open(graph, target);
    await clock.advance(2000);
    await closing;
    expect([...gauge]).toEqual([[graph, true]]);
    const ended = access.closeAll();
    await clock.advance(1000);
    await ended;
    expect([...gauge]).toEqual([]);
    await sim.close();
  });

  it('sees the databases of a Community server, which tells of no servers', async () => {
    const { access, clock, sent, sim, target } = await lab({ servers: 1, edition: 'community' });
    const session = access.open(graph, target);
    await clock.advance(0);
    expect(names(session.sight)).toEqual(['neo4j', 'system']);
    expect(session.sight).toMatchObject({ view: { servers: [] } });
    expect(sent.map(({ text }) => text)).toEqual(['CYPHER 25 SHOW DATABASES YIELD *']);
    await access.closeAll();
    await sim.close();
  });
});
