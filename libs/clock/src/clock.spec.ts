import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRng, sleep, systemClock, untilAborted, uuid, VirtualClock, withDeadline } from './index.ts';

describe('VirtualClock', () => {
  it('fires timers in order of their due time, ties in the order they were set', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 20 }), async (delays) => {
        const clock = new VirtualClock();
        const fired: { delay: number; index: number; at: number }[] = [];
        delays.forEach((delay, index) => {
          clock.setTimer(delay, () => fired.push({ delay, index, at: clock.monotonic() }));
        });
        await clock.advance(50);
        const expected = delays
          .map((delay, index) => ({ delay, index, at: delay }))
          .sort((a, b) => a.delay - b.delay || a.index - b.index);
        expect(fired).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('lets a loop that sleeps take each of its turns within one advance', async () => {
    const clock = new VirtualClock();
    let turns = 0;
    void (async () => {
      while (await sleep(clock, 10)) turns++;
    })();
    await clock.advance(45);
    expect(turns).toBe(4);
    expect(clock.monotonic()).toBe(45);
  });

  it('does not fire what was cancelled', async () => {
    const clock = new VirtualClock();
    let fired = false;
    const timer = clock.setTimer(5, () => {
      fired = true;
    });
    timer.cancel();
    await clock.advance(10);
    expect(fired).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('sleep', () => {
  it('says false when aborted, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const slept = sleep(clock, 1000, controller.signal);
    controller.abort();
    expect(await slept).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    expect(await sleep(clock, 1000, controller.signal)).toBe(false);
  });

  it('waits on the system clock', async () => {
    expect(await sleep(systemClock, 1)).toBe(true);
  });
});

describe('untilAborted', () => {
  it('resolves at the abort, and at once after it', async () => {
    const controller = new AbortController();
    let isOver = false;
    const waiting = untilAborted(controller.signal).then(() => {
      isOver = true;
    });
    await Promise.resolve();
    expect(isOver).toBe(false);
    controller.abort();
    await waiting;
    await untilAborted(controller.signal);
    expect(isOver).toBe(true);
  });
});

describe('withDeadline', () => {
  it('aborts the work with the given reason when time is up', async () => {
    const clock = new VirtualClock();
    const outcome = withDeadline(clock, 100, undefined, () => new Error('too late'), waitForAbort);
    await clock.advance(100);
    expect(await outcome).toEqual(new Error('too late'));
    expect(clock.pendingTimers).toBe(0);
  });

  it('passes the abort of its parent on', async () => {
    const parent = new AbortController();
    const outcome = withDeadline(new VirtualClock(), 100, parent.signal, () => new Error(), waitForAbort);
    parent.abort(new Error('shutting down'));
    expect(await outcome).toEqual(new Error('shutting down'));
  });

  function waitForAbort(signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(signal.reason);
      });
    });
  }
});

describe('seededRng', () => {
  it('repeats itself for the same seed and stays within [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [a, b] = [seededRng(seed), seededRng(seed)];
        for (let draw = 0; draw < 20; draw++) {
          const value = a.next();
          expect(value).toBe(b.next());
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(1);
        }
      }),
    );
  });

  it('makes version 4 UUIDs', () => {
    expect(uuid(seededRng(1))).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
