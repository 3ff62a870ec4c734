import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { CircuitBreaker } from './circuit-breaker.ts';

function fixture(): { clock: VirtualClock; breaker: CircuitBreaker; fail: (times: number) => void } {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ clock, failures: 3, openMs: 100, longestOpenMs: 350 });
  return {
    clock,
    breaker,
    fail: (times) => {
      for (let time = 0; time < times; time++) breaker.failed();
    },
  };
}

describe('CircuitBreaker', () => {
  it('opens after so many failures in a row, and a success starts the count anew', () => {
    const { breaker, fail } = fixture();
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.admits()).toBe(true);
    fail(1);
    expect(breaker.admits()).toBe(false);
    expect(breaker.remainingMs()).toBe(100);
  });

  it('lets one trial through when the time is over, and no other until it is reported', async () => {
    const { clock, breaker, fail } = fixture();
    fail(3);
    await clock.advance(99);
    expect(breaker.admits()).toBe(false);
    await clock.advance(1);
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
  });

  it('stays open twice as long each time that the trial fails, up to a limit', async () => {
    const { clock, breaker, fail } = fixture();
    fail(3);
    for (const expected of [100, 200, 350, 350]) {
      expect(breaker.remainingMs()).toBe(expected);
      await clock.advance(expected);
      expect(breaker.admits()).toBe(true);
      breaker.failed();
    }
  });

  it('is not opened for longer by calls that were under way when it opened', async () => {
    const { clock, breaker, fail } = fixture();
    fail(3);
    await clock.advance(60);
    fail(5);
    expect(breaker.remainingMs()).toBe(40);
  });

  it('takes another trial after one that showed nothing', async () => {
    const { clock, breaker, fail } = fixture();
    fail(3);
    await clock.advance(100);
    expect(breaker.admits()).toBe(true);
    breaker.undecided();
    expect(breaker.admits()).toBe(true);
  });
});
