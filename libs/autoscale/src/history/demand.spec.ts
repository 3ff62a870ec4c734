import { describe, expect, test } from '@jest/globals';
import type { Series } from '../forecast/types.ts';
import { demandStep, maxBuckets } from './bounds.ts';
import { recordDemand, withDemand } from './demand.ts';
import { emptyPoolHistory } from './empty.ts';
import { HistoryError } from './error.ts';
import { someFit, someRecord } from './history.spec-helper.ts';
import type { DemandSeries, PoolHistory } from './types.ts';

/** A multiple of a bucket. */
const start = 1_750_000_200_000 - (1_750_000_200_000 % demandStep);
const minute = 60_000;

type Seen = readonly [minutes: number, value: number];

function seen(values: readonly Seen[], before: PoolHistory = emptyPoolHistory(), metric = 'throughput') {
  return values.reduce(
    (history, [minutes, value]) => recordDemand(history, [{ metric, value }], start + minutes * minute),
    before,
  );
}

function only(history: PoolHistory): DemandSeries {
  const [demand] = history.demand;
  if (demand === undefined || history.demand.length > 1) throw new Error('There is not one series.');
  return demand;
}

/** Minutes after the start, and the values. */
function seriesOf(demand: DemandSeries): readonly [number, readonly number[]] {
  expect(demand.series.step).toBe(demandStep);
  return [(demand.series.start - start) / minute, [...demand.series.values]];
}

function seed(values: readonly number[], minutes = 0, step = 5): Series {
  return { start: start + minutes * minute, step: step * minute, values: Float32Array.from(values) };
}

function fitted(history: PoolHistory): PoolHistory {
  return {
    ...history,
    demand: history.demand.map((demand) => ({ ...demand, fit: someFit, fitted: someRecord })),
  };
}

describe('a demand series', () => {
  test('gets the mean of what was seen once a bucket is over', () => {
    const filling = seen([
      [0, 10],
      [2, 20],
      [4.99, 60],
    ]);
    expect(seriesOf(only(filling))).toEqual([0, []]);
    expect(only(filling).open).toEqual({ start, sum: 90, count: 3 });
    const closed = seen([[5, 7]], filling);
    expect(seriesOf(only(closed))).toEqual([0, [30]]);
    expect(only(closed).open).toEqual({ start: start + demandStep, sum: 7, count: 1 });
  });

  test('does not count what is missing', () => {
    const history = seen([
      [0, 10],
      [1, NaN],
      [2, Infinity],
      [3, 1e39],
      [5, 1],
    ]);
    expect(seriesOf(only(history))).toEqual([0, [10]]);
  });

  test('has NaN for buckets in which nothing was seen', () => {
    const history = seen([
      [0, 10],
      [5, NaN],
      [20, 40],
      [25, NaN],
    ]);
    expect(seriesOf(only(history))).toEqual([0, [10, NaN, NaN, NaN, 40]]);
  });

  test('begins with a value', () => {
    const history = seen([
      [0, NaN],
      [5, NaN],
      [10, 3],
      [15, NaN],
    ]);
    expect(seriesOf(only(history))).toEqual([10, [3]]);
  });

  test('keeps its newest 28 days', () => {
    const full = withDemand(
      emptyPoolHistory(),
      'throughput',
      seed(Array.from({ length: maxBuckets }, (_, at) => at)),
    );
    const end = maxBuckets * 5;
    const [from, values] = seriesOf(
      only(
        seen(
          [
            [end, 1],
            [end + 10, 2],
          ],
          full,
        ),
      ),
    );
    expect(from).toBe(10);
    expect(values).toHaveLength(maxBuckets);
    expect([values[0], values.at(-3), values.at(-2), values.at(-1)]).toEqual([2, maxBuckets - 1, 1, NaN]);
  });

  test('is empty after more than 28 days without a word', () => {
    const before = fitted(
      seen([
        [0, 10],
        [5, 20],
      ]),
    );
    const lastDay = only(seen([[5 + maxBuckets * 5, 3]], before));
    expect(seriesOf(lastDay)[1].filter((value) => !Number.isNaN(value))).toEqual([20]);
    const later = only(seen([[5 + (maxBuckets + 1) * 5, 3]], before));
    expect(seriesOf(later)).toEqual([5 + (maxBuckets + 1) * 5, []]);
    expect([later.fit, later.fitted]).toEqual([undefined, undefined]);
  });

  test('ignores what is older than the open bucket', () => {
    const before = seen([
      [0, 10],
      [5, 20],
    ]);
    expect(seen([[4, 99]], before)).toEqual(before);
    expect(seen([[5 - maxBuckets * 5, 99]], before)).toEqual(before);
  });

  test('begins again when the clock went back by more than 28 days', () => {
    const before = seen([
      [0, 10],
      [5, 20],
    ]);
    const minutes = 5 - (maxBuckets + 1) * 5;
    const demand = only(seen([[minutes, 99]], before));
    expect(seriesOf(demand)).toEqual([minutes, []]);
    expect(demand.open).toEqual({ start: start + minutes * minute, sum: 99, count: 1 });
  });

  test.each([NaN, -5, Infinity])('is not touched at %d, which is no moment', (now) => {
    const before = seen([[0, 10]]);
    expect(recordDemand(before, [{ metric: 'throughput', value: 1 }], now)).toBe(before);
  });
});

describe('demand series of a pool', () => {
  const names = (history: PoolHistory): readonly string[] => history.demand.map(({ metric }) => metric);
  const all = (metrics: readonly string[]) => metrics.map((metric, value) => ({ metric, value }));

  test('stand in the order of the list and forget what left it', () => {
    const before = recordDemand(emptyPoolHistory(), all(['a', 'b', 'c']), start);
    const after = recordDemand(before, all(['d', 'c', 'a']), start + demandStep);
    expect(names(after)).toEqual(['d', 'c', 'a']);
    expect(after.demand.map((demand) => seriesOf(demand))).toEqual([
      [5, []],
      [0, [2]],
      [0, [0]],
    ]);
  });

  test('keep their fit as long as the metric stays', () => {
    const before = fitted(recordDemand(emptyPoolHistory(), all(['a', 'b']), start));
    const after = recordDemand(before, all(['b', 'c']), start + demandStep);
    expect(after.demand.map((demand) => [demand.fit, demand.fitted])).toEqual([
      [someFit, someRecord],
      [undefined, undefined],
    ]);
  });

  test('are at most three, each metric once', () => {
    const history = recordDemand(emptyPoolHistory(), all(['a', 'a', 'b', 'c', 'd']), start);
    expect(names(history)).toEqual(['a', 'b', 'c']);
    expect(history.demand[0]?.open?.sum).toBe(0);
  });
});

describe('a past from outside', () => {
  const withSeed = (series: Series, before = emptyPoolHistory()): DemandSeries =>
    only(withDemand(before, 'throughput', series));

  test('is averaged when it is finer', () => {
    expect(seriesOf(withSeed(seed([1, 2, 3, 4, NaN, 7, 7, NaN], 0, 1)))).toEqual([0, [2.5, 7]]);
  });

  test('is repeated when it is coarser', () => {
    expect(seriesOf(withSeed(seed([1, NaN, 2], 0, 10)))).toEqual([0, [1, 1, NaN, NaN, 2, 2]]);
  });

  test('finds its buckets when it is not aligned with them', () => {
    expect(seriesOf(withSeed(seed([1, 2, 3], 2, 3)))).toEqual([0, [1, 2.5, 3]]);
    expect(seriesOf(withSeed(seed([1, 2], 3, 7)))).toEqual([0, [1, 1, 2, 2]]);
  });

  test('goes on with what is measured', () => {
    const history = seen(
      [
        [15, 5],
        [20, 6],
      ],
      withDemand(emptyPoolHistory(), 'throughput', seed([1, 2])),
    );
    expect(seriesOf(only(history))).toEqual([0, [1, 2, NaN, 5]]);
  });

  test('goes before and over what was measured, and leaves the open bucket alone', () => {
    const measured = seen([
      [10, 30],
      [15, 40],
      [20, 50],
    ]);
    const demand = withSeed(seed([1, 2, NaN, 4]), measured);
    expect(seriesOf(demand)).toEqual([0, [1, 2, 30, 4]]);
    expect(demand.open).toEqual({ start: start + 20 * minute, sum: 50, count: 1 });
  });

  test('that reaches into the open bucket takes its place', () => {
    const demand = withSeed(seed([1, 2, 3]), seen([[5, 40]]));
    expect(seriesOf(demand)).toEqual([0, [1, 2, 3]]);
    expect(demand.open).toBeUndefined();
    const history = { ...emptyPoolHistory(), demand: [demand] };
    expect(only(seen([[14, 9]], history))).toEqual(demand);
    expect(only(seen([[15, 9]], history)).open).toEqual({ start: start + 15 * minute, sum: 9, count: 1 });
  });

  test('asks for a new fit', () => {
    const demand = withSeed(seed([1, 2]), fitted(seen([[20, 40]])));
    expect([demand.fit, demand.fitted]).toEqual([undefined, undefined]);
  });

  test('is cut to its newest 28 days', () => {
    const demand = withSeed(seed(Array.from({ length: maxBuckets + 2 }, (_, at) => at)));
    const [from, values] = seriesOf(demand);
    expect([from, values.length, values[0], values.at(-1)]).toEqual([10, maxBuckets, 2, maxBuckets + 1]);
  });

  test('of more than 28 days ago leaves nothing', () => {
    const measured = seen([
      [0, 30],
      [5, 40],
    ]);
    expect(withSeed(seed([1], -maxBuckets * 5), measured)).toEqual({ ...only(measured) });
  });

  test.each([[[]], [[NaN, NaN]]])('without a value, %j, changes nothing', (values) => {
    const before = fitted(seen([[0, 30]]));
    expect(withDemand(before, 'throughput', seed(values, 60))).toBe(before);
  });

  test('of a fourth metric displaces the first', () => {
    const three = recordDemand(
      emptyPoolHistory(),
      ['a', 'b', 'c'].map((metric) => ({ metric, value: 1 })),
      start,
    );
    expect(withDemand(three, 'd', seed([1])).demand.map(({ metric }) => metric)).toEqual(['b', 'c', 'd']);
  });

  test.each([
    { start: NaN, step: 1 },
    { start: -1, step: 1 },
    { start: 0.5, step: 1 },
    { start: 0, step: 0 },
    { start: 0, step: -1 },
    { start: 0, step: NaN },
    { start: 0, step: 0.25 },
    { start: 8.64e15, step: 1e15 },
  ])('with %j is refused', (shape) => {
    const series = { ...shape, values: Float32Array.of(1) };
    expect(() => withDemand(emptyPoolHistory(), 'throughput', series)).toThrow(HistoryError);
  });
});

describe('a past from elsewhere that is none', () => {
  const history = emptyPoolHistory();
  const values = Float32Array.of(1, 2);
  test.each<[string, unknown, unknown, unknown]>([
    ['Give one of its pools', { version: 1, pools: {} }, 'throughput', { start, step: demandStep, values }],
    ['Give one of its pools', undefined, 'throughput', { start, step: demandStep, values }],
    ['Give that of a metric', history, undefined, { start, step: demandStep, values }],
    ['Give that of a metric', history, 'x'.repeat(2_000), { start, step: demandStep, values }],
    ['Give them as a Float32Array', history, 'throughput', { start, step: demandStep, values: [1, 2] }],
    ['Give them as a Float32Array', history, 'throughput', { start, step: demandStep }],
    ['Give them as a Float32Array', history, 'throughput', null],
  ])('is refused in words: %s', (remedy, pool, metric, series) => {
    const put = () => withDemand(pool as never, metric as never, series as never);
    expect(put).toThrow(HistoryError);
    expect(put).toThrow(remedy);
  });
});
