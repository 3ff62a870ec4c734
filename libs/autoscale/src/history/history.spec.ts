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
import type { DemandSeries, PoolHistory } from './types.ts';

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
    { numRuns: 100 },
  );
});

test('a history stays within its bounds', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      applied(sequence, (pool) => {
        expect(violationsOf(pool)).toEqual([]);
        return pool;
      });
    }),
    { numRuns: 100 },
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
    { numRuns: 50 },
  );
});

/** Which bounds do not hold. */
function violationsOf({ recommendations, events, raw, demand, joins }: PoolHistory): readonly string[] {
  const recommended = recommendations.map(({ time }) => time);
  const changed = events.map(({ time }) => time);
  const sampled = [...raw.times];
  const laws: Readonly<Record<string, boolean>> = {
    'recommendations are bounded': within(recommended, maxRecommendations, recommendationSpan),
    'recommendations differ': areDistinct(recommendations.map(({ replicas }) => replicas)),
    'events are bounded': within(changed, maxEvents, eventSpan),
    'events say something': events.every(({ change }) => Number.isInteger(change) && change !== 0),
    'rows are bounded': within(sampled, maxRawRows, rawSpan),
    'rows are complete': raw.values.length === sampled.length * raw.names.length,
    'slots differ': areDistinct(sampled.map((time) => Math.floor(time / rawSlot))),
    'samples are finite or NaN': raw.values.every(isFiniteOrMissing),
    'demand series are bounded': demand.length <= maxDemandSeries,
    'demand series differ': areDistinct(demand.map(({ metric }) => metric)),
    'demand series are sound': demand.every(isSound),
    'joins are bounded': joins.length <= maxJoins,
    'joins are believable': joins.every(({ duration }) => duration >= 0 && duration <= longestJoin),
  };
  return Object.keys(laws).filter((law) => laws[law] === false);
}

function within(times: readonly number[], longest: number, span: number): boolean {
  const isAscending = times.every((time, at) => time >= (times[at - 1] ?? 0));
  return isAscending && times.length <= longest && (times.at(-1) ?? 0) - (times[0] ?? 0) <= span;
}

function areDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function isFiniteOrMissing(value: number): boolean {
  return Math.abs(value) !== Infinity;
}

function isSound({ series: { start, step, values }, open }: DemandSeries): boolean {
  return (
    step === demandStep &&
    start % step === 0 &&
    values.length <= maxBuckets &&
    !Number.isNaN(values[0]) &&
    values.every(isFiniteOrMissing) &&
    (open === undefined || (open.start === start + values.length * step && Number.isFinite(open.sum)))
  );
}
