import { describe, expect, test } from '@jest/globals';
import { syntheticFamilies, type SyntheticFamily, syntheticTrace } from './synthetic.ts';
import type { Trace } from './types.ts';

const perDay = 288;

function mean(values: Float64Array | readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function days(values: Float64Array): number[] {
  return Array.from({ length: values.length / perDay }, (_, day) =>
    mean(values.subarray(day * perDay, (day + 1) * perDay)),
  );
}

const traces = new Map(syntheticFamilies.map((family) => [family, syntheticTrace(family, 7)]));

function traceOf(family: SyntheticFamily): Trace {
  const trace = traces.get(family);
  if (trace === undefined) throw new Error(`there is no trace of ${family}`);
  return trace;
}

describe.each(syntheticFamilies)('%s', (family) => {
  const trace = traceOf(family);

  test('has 84 days of whole numbers, five minutes apart', () => {
    expect(trace.times).toHaveLength(84 * perDay);
    expect(trace.step).toBe(300_000);
    expect(trace.times[1]).toBe((trace.times[0] ?? 0) + 300_000);
    expect(trace.values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
  });

  test('is the same for the same seed, and another for another', () => {
    const threeDays = (seed: number): Float64Array => syntheticTrace(family, seed, { days: 3 }).values;
    expect(threeDays(7)).toEqual(threeDays(7));
    expect(threeDays(8)).not.toEqual(threeDays(7));
  });

  test('stays within a factor of ten of its level', () => {
    const average = mean(trace.values);
    expect(average).toBeGreaterThan(600);
    expect(average).toBeLessThan(60_000);
  });
});

test('takes days, step and level', () => {
  const trace = syntheticTrace('constant', 1, { days: 2, step: 3_600_000, level: 100 });
  expect(trace.values).toHaveLength(48);
  expect(mean(trace.values)).toBeGreaterThan(90);
  expect(mean(trace.values)).toBeLessThan(110);
});

test('a daily load repeats itself after a day more than after half a day', () => {
  const { values } = traceOf('daily');
  const distance = (lag: number): number =>
    mean(values.subarray(lag).map((value, index) => Math.abs(value - (values[index] ?? 0))));
  expect(distance(perDay)).toBeLessThan(distance(perDay / 2) / 2);
});

test('weekends of a weekly load are lighter', () => {
  const byDay = days(traceOf('weekly').values);
  const weekend = byDay.filter((_, day) => day % 7 >= 5);
  const weekday = byDay.filter((_, day) => day % 7 < 5);
  expect(mean(weekend)).toBeLessThan(0.8 * mean(weekday));
});

test('a growing load ends at least at one and a half times its start', () => {
  const byDay = days(traceOf('growing').values);
  expect(mean(byDay.slice(-7))).toBeGreaterThan(1.5 * mean(byDay.slice(0, 7)));
});

test('bursts are far above what is usual', () => {
  const sorted = traceOf('bursts').values.toSorted();
  expect(sorted.at(-1)).toBeGreaterThan(4 * (sorted[sorted.length >> 1] ?? 0));
});
