import { describe, expect, it } from '@jest/globals';
import { seededRng, sleep, VirtualClock } from '@neo4j-operator/clock';
import { Neo4jError, type Neo4jErrorReason, type Remedy } from '@neo4j-operator/neo4j-admin';
import fc from 'fast-check';
import type { ClusterView, ViewChange } from './cluster-view.ts';
import { defaultPace } from './pace.ts';
import { Poller } from './poller.ts';
import { forever } from './sim.spec-helper.ts';
import { server } from './views.spec-helper.ts';

interface Desk {
  readonly clock: VirtualClock;
  readonly poller: Poller;
  readonly changes: ViewChange[];
  /** When readings began, in virtual milliseconds. */
  readonly readings: number[];
  /** The most readings that were ever under way at a time. */
  mostAtOnce: number;
  fails: Neo4jError | undefined;
  view: Omit<ClusterView, 'readAt'>;
  takesMs: number;
}

function error(reason: Neo4jErrorReason, remedy: Remedy = 'retry'): Neo4jError {
  return new Neo4jError('no', { reason, remedy, outcomeUnknown: false });
}

/** A poller of a cluster that is what a test says. */
function desk(onChange: (poller: Poller) => void = () => undefined): Desk {
  const clock = new VirtualClock();
  let underWay = 0;
  const made: Omit<Desk, 'poller'> & { poller?: Poller } = {
    clock,
    changes: [],
    readings: [],
    mostAtOnce: 0,
    fails: undefined,
    view: { servers: [], databases: [] },
    takesMs: 5,
  };
  const poller = new Poller({
    clock,
    rng: seededRng(1),
    pace: defaultPace,
    hasAddress: () => true,
    read: async () => {
      const readAt = clock.monotonic();
      made.readings.push(readAt);
      made.mostAtOnce = Math.max(made.mostAtOnce, ++underWay);
      await sleep(clock, made.takesMs);
      underWay--;
      if (made.fails !== undefined) throw made.fails;
      return { ...made.view, readAt };
    },
    onReading: () => undefined,
    onChange: (change) => {
      made.changes.push(change);
      onChange(poller);
    },
  });
  return Object.assign(made, { poller });
}

/** The time between readings, from one to the next. */
function gaps(readings: readonly number[]): readonly number[] {
  return readings.slice(1).map((at, index) => at - (readings[index] ?? 0));
}

/** Ends it, the reading under way included, and sees that no timer is left. */
async function end({ clock, poller }: Pick<Desk, 'clock' | 'poller'>): Promise<void> {
  const ended = poller.close();
  await clock.advance(3000);
  await ended;
  expect(clock.pendingTimers).toBe(0);
}

describe('a poller', () => {
  it('goes from the quick pace to the slow one and stays there', async () => {
    const { clock, poller, readings } = desk();
    poller.resume();
    await clock.advance(10 * 60_000);
    const waits = gaps(readings);
    expect(waits[0]).toBeLessThan(1000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(defaultPace.slowMs + 5);
    expect(waits.slice(-10).every((wait) => wait >= 0.8 * defaultPace.slowMs)).toBe(true);
    // Not all at once: on the way each wait is longer than the last, but for the jitter.
    expect(waits.length).toBeGreaterThan(20);
    await end({ clock, poller });
  });

  it.each(['a change', 'hurry'])('goes back to the quick pace after %s', async (what) => {
    const made = desk();
    made.poller.resume();
    await made.clock.advance(10 * 60_000);
    made.readings.length = 0;
    if (what === 'hurry') made.poller.hurry();
    else made.view = { ...made.view, servers: [server('a')] };
    await made.clock.advance(60_000);
    const news = what === 'hurry' ? 0 : 1;
    const [first = 0, second = 0] = made.readings.slice(news);
    expect(second - first).toBeLessThan(1000);
    await end(made);
  });

  it('goes back to the quick pace after the reading under way if it is hurried meanwhile', async () => {
    const made = desk();
    const { clock, poller, readings } = made;
    poller.resume();
    await clock.advance(10 * 60_000);
    readings.length = 0;
    made.takesMs = 100;
    poller.invalidate();
    void poller.fresh(forever);
    poller.hurry();
    await clock.advance(2000);
    expect(gaps(readings)[0]).toBeLessThan(700);
    await end(made);
  });

  it('does not let itself be hurried while the login is refused', async () => {
    const made = desk();
    const { clock, poller, readings } = made;
    made.fails = error('Unauthorized', 'credentials');
    poller.resume();
    for (let second = 0; second < 60; second++) {
      poller.hurry();
      await clock.advance(1000);
    }
    expect(readings.length).toBeGreaterThan(25);
    expect(readings.length).toBeLessThan(40);
    await end(made);
  });

  it('is not put off by those who hurry it all the time', async () => {
    const { clock, poller, readings } = desk();
    poller.resume();
    for (let turn = 0; turn < 120; turn++) {
      poller.hurry();
      await clock.advance(100);
    }
    expect(readings.length).toBeGreaterThan(12_000 / 600);
    expect(readings.length).toBeLessThan(12_000 / 400);
    await end({ clock, poller });
  });

  it('slows down while it fails, whatever the reasons, and tells of each new reason', async () => {
    const made = desk();
    made.fails = error('Unreachable');
    made.poller.resume();
    await made.clock.advance(10 * 60_000);
    expect(made.changes).toHaveLength(1);
    made.readings.length = 0;
    made.fails = error('TimedOut');
    await made.clock.advance(5 * 60_000);
    expect(made.changes).toHaveLength(2);
    // That nobody was asked is no reason.
    made.fails = error('CircuitOpen');
    await made.clock.advance(5 * 60_000);
    expect(made.changes).toHaveLength(2);
    expect(made.poller.sight).toMatchObject({ kind: 'failed', error: { reason: 'TimedOut' } });
    expect(made.readings.length).toBeLessThan(30);
    await end(made);
  });

  it('takes what is no error of Neo4j for one that may pass', async () => {
    const made = desk();
    made.fails = new TypeError('a fault of ours') as unknown as Neo4jError;
    made.poller.resume();
    await made.clock.advance(1000);
    expect(made.poller.sight).toMatchObject({
      kind: 'failed',
      error: { reason: 'Transient', cause: made.fails },
    });
    await end(made);
  });

  it('has one reading under way also if those who hear of a change ask at once', async () => {
    const made = desk((poller) => {
      poller.invalidate();
      poller.hurry();
      void poller.fresh(forever);
    });
    // Longer than it would be until the next one.
    made.takesMs = 2000;
    made.poller.resume();
    await made.clock.advance(60_000);
    made.view = { ...made.view, servers: [server('a')] };
    await made.clock.advance(60_000);
    expect(made.changes).toHaveLength(2);
    expect(made.mostAtOnce).toBe(1);
    await end(made);
  });

  it('never gives a reading that began before the last write that its caller knows of', async () => {
    const step = fc.record({
      what: fc.constantFrom('write', 'ask', 'hurry', 'retry'),
      takesMs: fc.integer({ min: 0, max: 50 }),
      thenMs: fc.integer({ min: 0, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        const made = desk();
        const { clock, poller, readings } = made;
        const asked: Promise<void>[] = [];
        let lastWrite = 0;
        poller.resume();
        for (const { takesMs, thenMs, what } of steps) {
          made.takesMs = takesMs;
          if (what === 'hurry') poller.hurry();
          if (what === 'retry') poller.resume();
          if (what === 'write') {
            poller.invalidate();
            lastWrite = clock.monotonic();
          }
          if (what === 'ask') {
            const since = lastWrite;
            asked.push(
              poller.fresh(forever).then((sight) => {
                if (sight.kind !== 'seen') throw new Error('not seen');
                expect(sight.view.readAt).toBeGreaterThanOrEqual(since);
              }),
            );
          }
          await clock.advance(thenMs);
        }
        await clock.advance(200);
        await Promise.all(asked);
        expect(made.mostAtOnce).toBe(1);
        // Each step wants one reading at the most, besides the first and those of the poller's own.
        expect(readings.length).toBeLessThanOrEqual(steps.length + 2 + Math.ceil(clock.monotonic() / 400));
        await end({ clock, poller });
      }),
      { numRuns: 60 },
    );
  });
});
