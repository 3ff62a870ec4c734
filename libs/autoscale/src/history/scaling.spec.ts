import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventSpan, maxEvents, maxRecommendations, recommendationSpan } from './bounds.ts';
import { emptyPoolHistory } from './empty.ts';
import { completeChange, recordChange, recordEvent, recordRecommendation } from './scaling.ts';
import type { PoolHistory } from './types.ts';

const start = 1_750_000_000_000;
const second = 1000;

type Step = readonly [time: number, count: number];

function recommended(steps: readonly Step[]): PoolHistory {
  return steps.reduce(
    (history, [time, replicas]) => recordRecommendation(history, time, replicas),
    emptyPoolHistory(),
  );
}

function changed(steps: readonly Step[]): PoolHistory {
  return steps.reduce((history, [time, change]) => recordEvent(history, time, change), emptyPoolHistory());
}

describe('recommendations', () => {
  test('under constant load are one entry, the newest', () => {
    const history = recommended(Array.from({ length: 1000 }, (_, at) => [start + at * second, 3]));
    expect(history.recommendations).toEqual([{ time: start + 999 * second, replicas: 3 }]);
  });

  test('that are neither below nor above all later ones are dropped', () => {
    const history = recommended([
      [start, 5],
      [start + 1, 2],
      [start + 2, 4],
      [start + 3, 3],
    ]);
    expect(history.recommendations).toEqual([
      { time: start, replicas: 5 },
      { time: start + 1, replicas: 2 },
      { time: start + 2, replicas: 4 },
      { time: start + 3, replicas: 3 },
    ]);
    expect(recordRecommendation(history, start + 4, 4).recommendations).toEqual([
      { time: start, replicas: 5 },
      { time: start + 1, replicas: 2 },
      { time: start + 3, replicas: 3 },
      { time: start + 4, replicas: 4 },
    ]);
  });

  test('give every window the least and the greatest that all of them together would', () => {
    const step = fc.record({ after: fc.integer({ min: 0, max: 600 * second }), replicas: fc.nat(12) });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: recommendationSpan }),
        fc.boolean(),
        (steps, window, inclusive) => {
          let now = start;
          const all = steps.map(({ after, replicas }): Step => [(now += after), replicas]);
          const inWindow = ([time]: Step): boolean =>
            time > now - window || (inclusive && time === now - window);
          const expected = all.filter(inWindow).map(([, replicas]) => replicas);
          const kept = recommended(all)
            .recommendations.map(({ time, replicas }): Step => [time, replicas])
            .filter(inWindow)
            .map(([, replicas]) => replicas);
          expect([Math.min(...kept), Math.max(...kept)]).toEqual([
            Math.min(...expected),
            Math.max(...expected),
          ]);
        },
      ),
    );
  });

  test('are dropped when they are older than an hour', () => {
    const steps: readonly Step[] = [
      [start, 9],
      [start + 1, 8],
      [start + 1 + recommendationSpan, 1],
    ];
    expect(recommended(steps).recommendations.map(({ replicas }) => replicas)).toEqual([8, 1]);
  });

  test('beyond 1024 lose the oldest', () => {
    const falling = Array.from({ length: maxRecommendations }, (_, at) => ({
      time: start + at,
      replicas: 5000 - at,
    }));
    const before = { ...emptyPoolHistory(), recommendations: falling };
    const { recommendations } = recordRecommendation(before, start + maxRecommendations, 1);
    expect(recommendations).toEqual([...falling.slice(1), { time: start + maxRecommendations, replicas: 1 }]);
  });

  test('from a future that the clock took back count as of now, and leave in their turn', () => {
    const day = 24 * 3600 * second;
    const history = recommended([
      [start + day, 9],
      [start, 3],
    ]);
    expect(history.recommendations).toEqual([
      { time: start, replicas: 9 },
      { time: start, replicas: 3 },
    ]);
    expect(recordRecommendation(history, start + recommendationSpan + 1, 3).recommendations).toEqual([
      { time: start + recommendationSpan + 1, replicas: 3 },
    ]);
  });

  test.each([NaN, -1, 1.5, Infinity, 2 ** 31])('of %d are not recorded', (replicas) => {
    const before = recommended([[start, 3]]);
    expect(recordRecommendation(before, start + 1, replicas)).toBe(before);
  });

  test('of -0 are 0', () => {
    expect(recommended([[start, -0]]).recommendations).toEqual([{ time: start, replicas: 0 }]);
  });
});

describe('scaling events', () => {
  test('are kept for 30 minutes', () => {
    const steps: readonly Step[] = [
      [start, 1],
      [start + 1, -2],
      [start + 1 + eventSpan, 3],
    ];
    expect(changed(steps).events).toEqual([
      { time: start + 1, change: -2 },
      { time: start + 1 + eventSpan, change: 3 },
    ]);
  });

  test('beyond 512 keep every change that was made, the oldest counting for longer', () => {
    const steps = Array.from({ length: 600 }, (_, at): Step => [start + at * second, at % 3 === 0 ? -1 : 2]);
    const { events } = changed(steps);
    expect(events).toHaveLength(maxEvents);
    const sum = (sign: number): number =>
      events
        .filter(({ change }) => Math.sign(change) === sign)
        .reduce((total, { change }) => total + change, 0);
    expect([sum(-1), sum(1)]).toEqual([-200, 800]);
    expect(events.at(-1)).toEqual({ time: start + 599 * second, change: 2 });
  });

  test('beyond 512 keep the one change in the other direction', () => {
    const steps = Array.from({ length: 600 }, (_, at): Step => [start + at * second, at === 0 ? -1 : 1]);
    const { events } = changed(steps);
    expect(events).toHaveLength(maxEvents);
    expect(events[0]).toEqual({ time: start, change: -1 });
    expect(events[1]).toEqual({ time: start + 89 * second, change: 89 });
  });

  test('from a future that the clock took back count as of now', () => {
    const steps: readonly Step[] = [
      [start + eventSpan, 2],
      [start, 1],
    ];
    expect(changed(steps).events).toEqual([
      { time: start, change: 2 },
      { time: start, change: 1 },
    ]);
  });

  test.each([0, NaN, 0.5, -Infinity])('of %d are not recorded', (change) => {
    const before = changed([[start, 3]]);
    expect(recordEvent(before, start + 1, change)).toBe(before);
  });
});

describe('the last change', () => {
  test('is not complete until it is said, and then once', () => {
    const decided = recordChange(emptyPoolHistory(), start, 3, 5);
    expect(decided.lastChange).toEqual({ time: start, from: 3, to: 5, completedAt: undefined });
    const completed = completeChange(decided, start + 10);
    expect(completed.lastChange?.completedAt).toBe(start + 10);
    expect(completeChange(completed, start + 20)).toBe(completed);
  });

  test('makes way for the next', () => {
    const completed = completeChange(recordChange(emptyPoolHistory(), start, 3, 5), start + 10);
    const next = recordChange(completed, start + 20, 5, 4);
    expect(next.lastChange).toEqual({ time: start + 20, from: 5, to: 4, completedAt: undefined });
  });

  test('cannot be complete when there is none', () => {
    const before = emptyPoolHistory();
    expect(completeChange(before, start)).toBe(before);
  });

  test('is not recorded without sense', () => {
    const before = emptyPoolHistory();
    expect(recordChange(before, NaN, 3, 5)).toBe(before);
    expect(recordChange(before, start, 3, NaN)).toBe(before);
    const decided = recordChange(before, start, 3, 5);
    expect(completeChange(decided, NaN)).toBe(decided);
  });
});
