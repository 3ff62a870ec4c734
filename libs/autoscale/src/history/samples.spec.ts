import { describe, expect, test } from '@jest/globals';
import { maxRawRows, rawSlot, rawSpan } from './bounds.ts';
import { emptyPoolHistory } from './empty.ts';
import { recordSamples } from './samples.ts';
import type { PoolHistory } from './types.ts';

/** A multiple of a slot. */
const start = 1_750_000_005_000 - (1_750_000_005_000 % rawSlot);

function recorded(
  rows: readonly (readonly [now: number, ...values: number[]])[],
  names: readonly string[] = ['cpu', 'memory'],
  history: PoolHistory = emptyPoolHistory(),
): PoolHistory {
  return rows.reduce((before, [now, ...values]) => recordSamples(before, names, values, now), history);
}

function rowsOf({ raw }: PoolHistory): readonly (readonly number[])[] {
  const width = raw.names.length;
  return [...raw.times].map((time, row) => [
    time - start,
    ...raw.values.subarray(row * width, (row + 1) * width),
  ]);
}

describe('raw samples', () => {
  test('are kept row by row', () => {
    const history = recorded([
      [start, 1, 2],
      [start + 15_000, 3, 4],
    ]);
    expect(history.raw.names).toEqual(['cpu', 'memory']);
    expect(rowsOf(history)).toEqual([
      [0, 1, 2],
      [15_000, 3, 4],
    ]);
  });

  test('that are missing, infinite, or too large for a float are NaN', () => {
    const history = recorded([
      [start, NaN, Infinity],
      [start + 15_000, 1e39],
    ]);
    expect(rowsOf(history)).toEqual([
      [0, NaN, NaN],
      [15_000, NaN, NaN],
    ]);
  });

  test('that come more often than every 15 s replace each other within their slot', () => {
    const history = recorded([
      [start, 1, 1],
      [start + 5_000, 2, 2],
      [start + 14_999, 3, 3],
      [start + 15_000, 4, 4],
      [start + 16_000, 5, 5],
    ]);
    expect(rowsOf(history)).toEqual([
      [14_999, 3, 3],
      [16_000, 5, 5],
    ]);
  });

  test('cut the fraction of a millisecond off', () => {
    expect(rowsOf(recorded([[start + 0.9, 1, 2]]))).toEqual([[0, 1, 2]]);
  });

  test('are dropped when they are three hours old', () => {
    const history = recorded([
      [start, 1, 1],
      [start + 20_000, 2, 2],
      [start + rawSpan, 3, 3],
    ]);
    expect(rowsOf(history)).toEqual([
      [20_000, 2, 2],
      [rawSpan, 3, 3],
    ]);
  });

  test('are at most 720 rows, the newest', () => {
    // With a jitter three hours can touch 721 slots.
    const late = Array.from(
      { length: maxRawRows },
      (_, at) => [start + at * rawSlot + 14_000, at, at] as const,
    );
    const history = recorded([...late, [start + rawSpan + 13_000, 720, 720]]);
    expect(history.raw.times).toHaveLength(maxRawRows);
    expect(rowsOf(history)[0]).toEqual([rawSlot + 14_000, 1, 1]);
    expect(rowsOf(history).at(-1)).toEqual([rawSpan + 13_000, 720, 720]);
  });

  test('keep the past of known columns when the names change, and drop the others', () => {
    const before = recorded([[start, 1, 2]], ['cpu', 'memory']);
    const history = recordSamples(before, ['query_latency', 'memory'], [30, 4], start + 15_000);
    expect(history.raw.names).toEqual(['query_latency', 'memory']);
    expect(rowsOf(history)).toEqual([
      [0, NaN, 2],
      [15_000, 30, 4],
    ]);
  });

  test('are gone when there is no metric left', () => {
    const history = recordSamples(recorded([[start, 1, 2]]), [], [], start + 15_000);
    expect(history.raw).toEqual(emptyPoolHistory().raw);
  });

  test('have at most 32 columns', () => {
    const names = Array.from({ length: 40 }, (_, at) => `metric${at}`);
    const history = recorded([[start, ...names.map((_, at) => at)]], names);
    expect(history.raw.names).toEqual(names.slice(0, 32));
    expect(history.raw.values).toEqual(Float32Array.from({ length: 32 }, (_, at) => at));
  });

  test('older than the newest row are ignored', () => {
    const before = recorded([[start, 1, 2]]);
    expect(recordSamples(before, ['cpu', 'memory'], [5, 6], start - 1)).toBe(before);
    expect(recordSamples(before, ['cpu', 'memory'], [5, 6], start - rawSpan + 1)).toBe(before);
  });

  test('begin again when the clock went back by three hours', () => {
    const history = recorded([
      [start, 1, 2],
      [start - rawSpan, 5, 6],
    ]);
    expect(rowsOf(history)).toEqual([[-rawSpan, 5, 6]]);
  });

  test.each([NaN, -1, Infinity, 1e16])('are not recorded at %d, which is no moment', (now) => {
    const before = recorded([[start, 1, 2]]);
    expect(recordSamples(before, ['cpu', 'memory'], [5, 6], now)).toBe(before);
  });
});
