// What a session does while its cluster cannot be seen, or does not let it in.
import { describe, expect, it } from '@jest/globals';
import { sleep } from '@neo4j-operator/clock';
import { alterUser, type Credentials } from '@neo4j-operator/neo4j-admin';
import type { Sight } from './cluster-view.ts';
import { forever, graph, lab } from './sim.spec-helper.ts';

describe('a cluster whose servers die', () => {
  it('is asked ever less often, is told of once, and is seen again when it is back', async () => {
    const { access, changes, clock, sent, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(5 * 60_000);
    const before = session.sight;
    if (before.kind !== 'seen') throw new Error('the cluster is not seen');
    changes.length = 0;
    sent.length = 0;
    for (const { index } of sim.members) sim.crash(index);
    const diedAt = clock.monotonic();
    session.hurry();
    await clock.advance(10_000);
    const soon = sent.length;
    expect(session.sight).toMatchObject({ kind: 'failed', last: before.view });
    expect(soon).toBeGreaterThan(3);
    expect(changes).toEqual([{ cluster: graph, servers: false, databases: new Set(), reachability: true }]);
    const { sinceMs } = session.sight as Extract<Sight, { kind: 'failed' }>;
    expect(sinceMs - diedAt).toBeLessThanOrEqual(500);
    await clock.advance(5 * 60_000);
    sent.length = 0;
    await Promise.all(Array.from({ length: 1000 }, () => session.fresh(forever)));
    await clock.advance(60_000);
    expect(sent.length).toBeLessThanOrEqual(3);
    expect(changes).toHaveLength(1);
    expect(session.sight).toMatchObject({ kind: 'failed', sinceMs });

    changes.length = 0;
    for (const { index } of sim.members) await sim.start(index);
    await clock.advance(60_000);
    expect(session.sight.kind).toBe('seen');
    expect(changes.filter(({ reachability }) => reachability).at(-1)).toBeDefined();
    await access.closeAll();
    await sim.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('is seen by those that are left, and what they say of the dead one is a change', async () => {
    const { access, changes, clock, sim, target } = await lab();
    const session = access.open(graph, target);
    await clock.advance(5 * 60_000);
    changes.length = 0;
    const victim = sim.members.findIndex(({ server }) => server !== sim.leader());
    sim.crash(victim);
    await clock.advance(2 * 60_000);
    expect(session.sight.kind).toBe('seen');
    expect(changes.some(({ servers }) => servers)).toBe(true);
    expect(changes.every(({ reachability }) => !reachability)).toBe(true);
    changes.length = 0;
    await sim.start(victim);
    await clock.advance(2 * 60_000);
    expect(changes.some(({ servers }) => servers)).toBe(true);
    const { sight } = session;
    expect(sight.kind === 'seen' && sight.view.servers.every(({ health }) => health === 'Available')).toBe(
      true,
    );
    await access.closeAll();
    await sim.close();
  });
});

describe('a login that is refused', () => {
  it('is tried twice, whoever asks, and hardly more until somebody says that it is good now', async () => {
    const { access, changes, clock, sent, sim, target } = await lab();
    const password = 'wrong-horse';
    const credentials = (): Promise<Credentials> => Promise.resolve({ username: 'neo4j', password });
    const session = access.open(graph, { ...target, credentials });
    for (let second = 0; second < 110; second++) {
      session.hurry();
      await session.fresh(forever);
      await clock.advance(1000);
    }
    expect(sent).toHaveLength(2);
    expect(session.sight).toMatchObject({ kind: 'failed', error: { reason: 'Unauthorized' } });
    expect(changes).toEqual([{ cluster: graph, servers: false, databases: new Set(), reachability: true }]);

    // The user was not locked, and can be given just this password.
    const right = access.connect(target);
    await right.admin(alterUser(target.version, 'neo4j', { password: { password, changeRequired: false } }));
    await right.close();
    session.retryLogin();
    // The server that is asked may learn of it a moment later, and refuse it once more.
    await clock.advance(3000);
    expect(session.sight.kind).toBe('seen');
    await access.closeAll();
    await sim.close();
  });

  it('is tried again every two minutes, as somebody may have mended it in Neo4j', async () => {
    const { access, changes, clock, sent, sim, target } = await lab();
    const password = 'wrong-horse';
    const credentials = (): Promise<Credentials> => Promise.resolve({ username: 'neo4j', password });
    const session = access.open(graph, { ...target, credentials });
    await clock.advance(20 * 60_000);
    expect(sent.length).toBeLessThan(25);
    expect(changes).toHaveLength(1);
    expect(session.sight).toMatchObject({ kind: 'failed', error: { reason: 'Unauthorized' } });
    await clock.advance(10_000);

    const right = access.connect(target);
    await right.admin(alterUser(target.version, 'neo4j', { password: { password, changeRequired: false } }));
    await right.close();
    await clock.advance(3 * 60_000);
    expect(session.sight.kind).toBe('seen');
    await access.closeAll();
    await sim.close();
  });

  it('is tried again at once when it was made good during a reading', async () => {
    const { access, clock, sim, target } = await lab();
    let password = 'wrong-horse';
    const session = access.open(graph, {
      ...target,
      credentials: async () => {
        const current = password;
        await sleep(clock, 100);
        return { username: 'neo4j', password: current };
      },
    });
    await clock.advance(50);
    password = sim.password;
    session.retryLogin();
    await clock.advance(400);
    expect(session.sight.kind).toBe('seen');
    await access.closeAll();
    await sim.close();
  });

  it('waits out a lock-out that somebody else has caused', async () => {
    const { access, clock, sent, sim, target } = await lab();
    const wrong = { ...target, credentials: () => Promise.resolve({ username: 'neo4j', password: 'no' }) };
    for (let attempt = 0; attempt < 2; attempt++) {
      // Two connections that know nothing of each other lock the user between them.
      const others = access.connect(wrong);
      for (let time = 0; time < 2; time++) {
        await others.read({ text: 'SHOW SERVERS', parameters: {} }).catch(() => undefined);
      }
      await others.close();
    }
    sent.length = 0;
    const session = access.open(graph, target);
    await clock.advance(0);
    expect(session.sight).toMatchObject({ kind: 'failed', error: { reason: 'LockedOut' } });
    await clock.advance(4000);
    expect(sent).toHaveLength(1);
    await clock.advance(12_000);
    expect(session.sight.kind).toBe('seen');
    await access.closeAll();
    await sim.close();
  });
});
