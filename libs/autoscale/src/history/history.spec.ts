import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  demandStep,
  eventSpan,
  longestJoin,
  maxBuckets,
  maxDemandSeries,
  maxEvents,
  maxJoins,
  maxRawRows,
  maxRecommendations,
  rawSlot,
  rawSpan,
  recommendationSpan,
} from './bounds.ts';
import { decodeHistory, encodeHistory } from './encoding.ts';
import { applied, ofPool, steps } from './history.spec-helper.ts';
import type { PoolHistory } from './types.ts';

test('a restart at any moment changes nothing', () => {
  const restarted = (pool: PoolHistory): PoolHistory => {
    const read = decodeHistory(encodeHistory(ofPool(pool))).pools.secondaries;
    if (read === undefined) throw new Error('The pool is gone.');
    return read;
  };
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.boolean()), (sequence, restarts) => {
      const without = applied(sequence, (pool) => pool);
      const withRestarts = applied(sequence, (pool) =>
        restarts.next().value === true ? restarted(pool) : pool,
      );
      expect(withRestarts).toEqual(without);
      expect(encodeHistory(ofPool(withRestarts))).toEqual(encodeHistory(ofPool(without)));
    }),
    { numRuns: 150 },
  );
});

test('a history stays within its bounds', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      applied(sequence, (pool) => {
        expectWithinBounds(pool);
        return pool;
      });
    }),
    { numRuns: 150 },
  );
});

test('a history is never changed in place', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      let before: { readonly pool: PoolHistory; readonly copy: PoolHistory } | undefined;
      applied(sequence, (pool) => {
        expect(before?.pool).toEqual(before?.copy);
        before = { pool, copy: structuredClone(pool) };
        return pool;
      });
    }),
    { numRuns: 100 },
  );
});

function expectWithinBounds({ recommendations, events, raw, demand, joins }: PoolHistory): void {
  expect(recommendations.length).toBeLessThanOrEqual(maxRecommendations);
  expectAscending(
    recommendations.map(({ time }) => time),
    recommendationSpan,
  );
  expect(new Set(recommendations.map(({ replicas }) => replicas)).size).toBe(recommendations.length);

  expect(events.length).toBeLessThanOrEqual(maxEvents);
  expectAscending(
    events.map(({ time }) => time),
    eventSpan,
  );

  const times = [...raw.times];
  expect(times.length).toBeLessThanOrEqual(maxRawRows);
  expect(raw.values).toHaveLength(times.length * raw.names.length);
  expectAscending(times, rawSpan);
  expect(new Set(times.map((time) => Math.floor(time / rawSlot))).size).toBe(times.length);

  expect(demand.length).toBeLessThanOrEqual(maxDemandSeries);
  expect(new Set(demand.map(({ metric }) => metric)).size).toBe(demand.length);
  for (const { series, open } of demand) {
    expect(series.step).toBe(demandStep);
    expect(series.start % demandStep).toBe(0);
    expect(series.values.length).toBeLessThanOrEqual(maxBuckets);
    expect(series.values[0]).not.toBeNaN();
    expect(series.values.some((value) => Math.abs(value) === Infinity)).toBe(false);
    if (open !== undefined) expect(open.start).toBe(series.start + series.values.length * demandStep);
  }

  expect(joins.length).toBeLessThanOrEqual(maxJoins);
  expect(joins.every(({ duration }) => duration >= 0 && duration <= longestJoin)).toBe(true);
}

function expectAscending(times: readonly number[], span: number): void {
  expect(times).toEqual([...times].sort((one, other) => one - other));
  if (times.length > 0) expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThanOrEqual(span);
}
