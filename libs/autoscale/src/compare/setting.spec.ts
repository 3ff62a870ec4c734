import { describe, expect, it } from '@jest/globals';
import { firstThird } from './season.ts';
import { capacityOf, intervalFor, scoreFromOf } from './setting.ts';
import { memoizeForecaster } from './memoize-forecaster.ts';
import { targetsAt, withTargets } from './targets.ts';
import { dailyWave } from './tools.spec-helper.ts';
import type { Fit, Outlook, Series } from '../forecast/types.ts';
import type { Trace } from '../replay/types.ts';

const minute = 60_000;

describe('the setting of a trace', () => {
  const trace: Trace = {
    name: 'steps',
    times: Float64Array.from({ length: 300 }, (_, row) => row * minute),
    values: Float64Array.from({ length: 300 }, (_, row) => (row < 100 ? row : 1e6) * 60),
    step: minute,
  };

  it('lets eight servers take what 99 % of the first third stays below, whatever comes later', () => {
    expect(capacityOf(trace)).toBeCloseTo(99 / 8);
  });

  it('scores what comes after the first third', () => {
    expect(scoreFromOf(trace)).toBe(100 * minute);
  });

  it('has no capacity without a load', () => {
    expect(capacityOf({ ...trace, values: new Float64Array(300) })).toBeUndefined();
    expect(capacityOf({ ...trace, times: new Float64Array(0), values: new Float64Array(0) })).toBeUndefined();
  });

  it('decides more often where servers join faster', () => {
    expect([5, 15, 60].map((delay) => intervalFor(delay * minute) / minute)).toEqual([2, 3, 5]);
  });
});

describe('what the season test sees', () => {
  it('is the first third in buckets of 5 minutes, with rows that begin between them shared out', () => {
    const trace: Trace = {
      name: 'late',
      times: Float64Array.from({ length: 9 }, (_, row) => (4 + 5 * row) * minute),
      values: Float64Array.from({ length: 9 }, (_, row) => 300 * (row + 1)),
      step: 5 * minute,
    };
    const { start, step, values } = firstThird(trace);
    expect([start, step]).toEqual([0, 5 * minute]);
    expect([...values].map((value) => Number(value.toFixed(5)))).toEqual([1, 1.2, 2.2]);
  });

  it('is at most 28 days', () => {
    expect(firstThird(dailyWave(120)).values).toHaveLength(28 * 288);
  });

  it('is unknown where rows are missing', () => {
    const { times, values, ...rest } = dailyWave(3);
    const kept = [...times.keys()].filter((row) => row !== 5);
    const holed = {
      ...rest,
      times: Float64Array.from(kept, (row) => times[row] ?? 0),
      values: Float64Array.from(kept, (row) => values[row] ?? 0),
    };
    expect([...firstThird(holed).values].filter(Number.isNaN)).toHaveLength(12);
  });
});

describe('targets', () => {
  const policy = {
    secondaries: {
      maxReplicas: 5,
      metrics: [
        { type: 'throughput', target: 1 },
        { type: 'cpu', name: 'use', target: 1 },
        { type: 'memory', target: 70 },
      ],
    },
    pause: 'scaleDown',
  } as const;

  it('are all at one fraction of the capacity, each in its unit; memory and everything else stay', () => {
    expect(withTargets(policy, 0.6, 50)).toEqual({
      ...policy,
      secondaries: {
        maxReplicas: 5,
        metrics: [
          { type: 'throughput', target: 30 },
          { type: 'cpu', name: 'use', target: 60 },
          { type: 'memory', target: 70 },
        ],
      },
    });
  });

  it('are named like their metrics', () => {
    expect(targetsAt(policy, 0.6, 50)).toEqual([
      { pool: 'secondaries', metric: 'throughput', target: 30 },
      { pool: 'secondaries', metric: 'use', target: 60 },
    ]);
  });
});

describe('fits that are remembered', () => {
  const series = (values: readonly number[], start = 0): Series => ({
    start,
    step: 300_000,
    values: Float32Array.from(values),
  });

  it('are made once for the same content, and anew for any other series or options', () => {
    let made = 0;
    const { fit } = memoizeForecaster({
      fit: () => ({ confidence: ++made }) as Fit,
      outlook: () => ({}) as Outlook,
    });
    const options = { horizon: 3, quantile: 0.9 };
    const first = fit(series([1, 2, 3]), options);
    expect(fit(series([1, 2, 3]), { ...options })).toBe(first);
    for (const [other, changed] of [
      [series([1, 2, 4]), options],
      [series([2, 1, 3]), options],
      [series([1, 2]), options],
      [series([1, 2, NaN]), options],
      [series([1, 2, 3], 300_000), options],
      [series([1, 2, 3]), { ...options, horizon: 4 }],
      [series([1, 2, 3]), { ...options, quantile: 0.8 }],
    ] as const) {
      expect(fit(other, changed)).not.toBe(first);
    }
    expect(made).toBe(8);
  });

  it('are looked ahead from once for the same fit, and newest values', () => {
    let made = 0;
    const { outlook } = memoizeForecaster({
      fit: () => ({}) as Fit,
      outlook: () => ({ recent: { pinball: ++made } }) as Outlook,
    });
    const [one, other] = [{} as Fit, {} as Fit];
    const first = outlook(one, series([1, 2, 3]));
    expect(outlook(one, series([1, 2, 3]))).toBe(first);
    expect(outlook(other, series([1, 2, 3]))).not.toBe(first);
    expect(outlook(one, series([1, 2, 3, 4]))).not.toBe(first);
    expect(outlook(one, series([1, 2, 4]))).not.toBe(first);
    expect(made).toBe(4);
  });

  it('look at the part of a buffer that the series is', () => {
    const buffer = Float32Array.from([9, 1, 2, 8]);
    let made = 0;
    const { fit } = memoizeForecaster({
      fit: () => ({ confidence: ++made }) as Fit,
      outlook: () => ({}) as Outlook,
    });
    const options = { horizon: 3, quantile: 0.9 };
    fit({ ...series([]), values: buffer.subarray(1, 3) }, options);
    fit(series([1, 2]), options);
    expect(made).toBe(1);
  });
});
