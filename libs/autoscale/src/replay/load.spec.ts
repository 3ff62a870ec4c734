import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadBetween } from './load.ts';
import type { Trace } from './types.ts';

const minute = 60_000;

function trace(values: readonly number[], times = values.map((_, row) => row * 5 * minute)): Trace {
  return {
    name: 'made',
    times: Float64Array.from(times),
    values: Float64Array.from(values),
    step: 5 * minute,
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

test('covers the trace from its first row to the end of its last', () => {
  expect(loadBetween(trace([10, 20, 30]), minute, 1)).toHaveLength(15);
  expect(loadBetween(trace([10, 20, 30]), 15_000, 1)).toHaveLength(60);
});

test('is the same for the same seed, and another for another', () => {
  const made = trace([100, 200, 300, 200]);
  expect(loadBetween(made, minute, 1)).toEqual(loadBetween(made, minute, 1));
  expect(loadBetween(made, minute, 1)).not.toEqual(loadBetween(made, minute, 2));
});

test('each row keeps its events, within what chance does', () => {
  const rows = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(rows, fc.constantFrom(minute, 15_000, 100_000), fc.integer(), (values, interval, seed) => {
      const load = loadBetween(trace(values), interval, seed);
      const steps = (5 * minute) / interval;
      values.forEach((value, row) => {
        const drawn = sum(load.subarray(row * steps, (row + 1) * steps));
        expect(Math.abs(drawn - value)).toBeLessThanOrEqual(7 * Math.sqrt(value) + 7);
      });
    }),
  );
});

test('goes from one row to the next without a step', () => {
  const load = loadBetween(trace([1_000_000, 1_000_000, 2_000_000, 2_000_000]), minute, 1);
  const inside = Array.from(load.subarray(7, 13));
  expect(inside).toEqual([...inside].sort((a, b) => a - b));
});

test('steps longer than rows take the sum of them', () => {
  const load = loadBetween(trace([1e6, 2e6, 3e6, 4e6]), 10 * minute, 1);
  expect(load[0]).toBeCloseTo(3e6, -5);
  expect(load[1]).toBeCloseTo(7e6, -5);
});

test('is spread as a Poisson process', () => {
  const load = loadBetween(trace(Array.from({ length: 2000 }, () => 1000)), minute, 3);
  const mean = sum(load) / load.length;
  const variance = sum(load.map((value) => (value - mean) ** 2)) / load.length;
  expect(variance / mean).toBeGreaterThan(0.9);
  expect(variance / mean).toBeLessThan(1.1);
});

describe('missing rows', () => {
  test('of up to three steps are crossed', () => {
    const load = loadBetween(
      trace(
        [1e6, 1e6, 2e6, 2e6],
        [0, 5, 25, 30].map((at) => at * minute),
      ),
      minute,
      1,
    );
    expect(load.every(Number.isFinite)).toBe(true);
    expect(load[17]).toBeCloseTo(300_000, -4);
  });

  test('of more stay unknown, and the row before them lasts one step', () => {
    const load = loadBetween(
      trace(
        [100, 100, 100, 100],
        [0, 5, 30, 35].map((at) => at * minute),
      ),
      minute,
      1,
    );
    const unknown = Array.from(load.keys()).filter((step) => Number.isNaN(load[step]));
    expect(unknown).toEqual(Array.from({ length: 20 }, (_, at) => 10 + at));
  });

  test('a step that is known in part is unknown', () => {
    const load = loadBetween(
      trace(
        [100, 100, 100],
        [0, 5, 32].map((at) => at * minute),
      ),
      4 * minute,
      1,
    );
    expect(Array.from(load, Number.isNaN)).toEqual([false, false, true, true, true, true, true, true, false]);
  });
});

test('rows that are not evenly spaced hold until the next', () => {
  const load = loadBetween(trace([400, 700, 500], [0, 4 * minute, 11 * minute]), minute, 1);
  expect(load).toHaveLength(16);
  expect(sum(load.subarray(0, 4))).toBeGreaterThan(300);
  expect(sum(load.subarray(4, 11))).toBeGreaterThan(580);
});
