import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, EvaluationError } from './evaluate.ts';
import {
  hour,
  minute,
  observed,
  type PoolView,
  policyOf,
  Run,
  second,
  start,
  throughputPolicy,
} from './evaluate.spec-helper.ts';
import { decodeHistory, encodeHistory } from './history/encoding.ts';
import { emptyHistory } from './history/empty.ts';
import { withDemand } from './history/demand.ts';
import { emptyPoolHistory } from './history/empty.ts';
import type { History } from './history/types.ts';
import type { ServerState } from './observation.ts';
import { type Forecaster, forecaster } from './predict/forecaster.ts';

const rules = (decision: { readonly limitedBy: readonly { readonly rule: string }[] }): readonly string[] =>
  decision.limitedBy.map(({ rule }) => rule);

describe('a pool with too much load', () => {
  it('grows by one server at a time, and waits until that one has joined', () => {
    const run = new Run(throughputPolicy(), 2);
    const first = run.step({ throughput: 500 });
    expect(first).toMatchObject({ current: 2, recommended: 5, desired: 3 });
    expect(rules(first)).toContain('OneStepAtATime');
    const second = run.step({ ready: 2, joining: 1, throughput: 500 });
    expect(second).toMatchObject({ current: 3, recommended: 5, desired: 3 });
    expect(rules(second)).toContain('ChangeInProgress');
    expect(run.step({ throughput: 500 }).desired).toBe(4);
  });

  it('stops at its maximum', () => {
    const run = new Run(throughputPolicy(), 10);
    expect(run.step({ throughput: 5000 })).toMatchObject({ recommended: 50, desired: 10 });
  });
});

describe('a pool with little load', () => {
  it('shrinks only when everything in the stabilisation window allowed it', () => {
    const run = new Run(throughputPolicy(), 4);
    const desired = Array.from({ length: 30 }, () => run.step({ throughput: 150 }).desired);
    expect(desired.slice(0, 20)).toEqual(Array(20).fill(4));
    expect(desired.slice(20, 23)).toEqual([3, 2, 2]);
  });

  it('keeps the size that it was found with for a window, as nothing is known of the past', () => {
    const decision = new Run(throughputPolicy(), 4).step({ throughput: 10 });
    expect(decision).toMatchObject({ recommended: 1, desired: 4 });
    expect(rules(decision)).toContain('StabilizationWindow');
  });
});

it('does not flap under a steady load with noise within tolerance', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.double({ min: -0.09, max: 0.09, noNaN: true }), { minLength: 60, maxLength: 60 }),
      (size, noise) => {
        const run = new Run(throughputPolicy(), size);
        for (const part of noise)
          expect(run.step({ throughput: size * 100 * (1 + part) }).desired).toBe(size);
      },
    ),
    { numRuns: 30 },
  );
});

it('never asks for less when there is more load', () => {
  const view = fc.record({
    size: fc.integer({ min: 1, max: 10 }),
    loads: fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { minLength: 1, maxLength: 30 }),
  });
  fc.assert(
    fc.property(view, fc.double({ min: 1, max: 5, noNaN: true }), ({ size, loads }, factor) => {
      const low = new Run(throughputPolicy(), size, minute);
      const high = new Run(throughputPolicy(), size, minute);
      for (const load of loads) {
        const [less, more] = [low.step({ throughput: load }), high.step({ throughput: load * factor })];
        expect(more.recommended).toBeGreaterThanOrEqual(Math.min(less.recommended, high.size));
        expect(more.desired).toBeGreaterThanOrEqual(less.desired);
      }
    }),
    { numRuns: 60 },
  );
});

describe('metrics that vanish', () => {
  const policy = throughputPolicy({ fallback: { after: '10m', behavior: 'static', replicas: 6 } });

  it('hold the size, then the fallback raises it step by step, and it stays when they come back until a window has passed', () => {
    const run = new Run(policy, 4, minute);
    run.step({ throughput: 400 });
    const blind = Array.from({ length: 14 }, () => run.step({}));
    expect(blind.map(({ desired }) => desired)).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 6, 6]);
    expect(blind.map((decision) => rules(decision)[0])).toEqual(Array(14).fill('MetricsMissing'));
    expect(rules(blind[10] ?? { limitedBy: [] })).toContain('Fallback');
    const back = Array.from({ length: 5 }, () => run.step({ throughput: 100 }));
    expect(back.map(({ recommended, desired }) => [recommended, desired])).toEqual([
      [1, 6],
      [1, 6],
      [1, 6],
      [1, 6],
      [1, 5],
    ]);
  });

  it('keep the size for a window after the last of them is back', () => {
    const both = policyOf({
      secondaries: {
        minReplicas: 1,
        maxReplicas: 10,
        metrics: [
          { type: 'throughput', target: 100 },
          { type: 'custom', name: 'backlog', target: 10 },
        ],
      },
    });
    const run = new Run(both, 6, minute);
    const step = (backlog: number | undefined): number | undefined => {
      const seen = observed('secondaries', { ready: 6, throughput: 60 }, run.now);
      const pool = seen.pools.secondaries ?? { servers: [] };
      const samples = {
        ...pool.samples,
        ...(backlog !== undefined && { backlog: { value: backlog, time: run.now } }),
      };
      return run.decide({ ...seen, pools: { secondaries: { ...pool, samples } } }).pools.secondaries?.desired;
    };
    step(60);
    for (let at = 0; at < 8; at += 1) expect(step(undefined)).toBe(6);
    expect(Array.from({ length: 5 }, () => step(5))).toEqual([6, 6, 6, 6, 5]);
  });

  it.each([
    { behavior: 'static', replicas: 2 },
    { behavior: 'currentReplicas' },
    { behavior: 'currentReplicasIfHigher', replicas: 2 },
    { behavior: 'currentReplicasIfLower', replicas: 2 },
  ] as const)('never shrink a pool: $behavior', (fallback) => {
    const run = new Run(throughputPolicy({ fallback: { after: 0, ...fallback } }), 5, minute);
    for (let at = 0; at < 90; at += 1) expect(run.step({}).desired).toBe(5);
  });

  it('keep a pool from shrinking when only some of them can be read', () => {
    const both = policyOf({
      secondaries: {
        minReplicas: 1,
        maxReplicas: 10,
        metrics: [
          { type: 'throughput', target: 100 },
          { type: 'connection_count', target: 50 },
        ],
      },
    });
    const run = new Run(both, 4, minute);
    for (let at = 0; at < 30; at += 1) {
      const decision = run.step({ throughput: 50 });
      expect(decision).toMatchObject({ recommended: 1, desired: 4 });
      expect(rules(decision)).toContain('MetricsMissing');
    }
    expect(run.step({ throughput: 700 }).desired).toBe(5);
  });
});

describe('time', () => {
  it('that goes backwards holds every pool once, and goes on from there', () => {
    const run = new Run(throughputPolicy(), 2, minute);
    run.step({ throughput: 200 });
    run.now -= 30 * minute;
    const decision = run.step({ throughput: 900 });
    expect(decision.desired).toBe(2);
    expect(rules(decision)).toEqual(['ClockWentBackwards']);
    expect(run.step({ throughput: 900 }).desired).toBe(3);
  });

  it('that jumped ahead for one evaluation costs what was learned of that time only', () => {
    const run = new Run(throughputPolicy(), 5, minute);
    for (let at = 0; at < 60; at += 1) run.step({ throughput: 500 });
    const { now } = run;
    run.now = now + 20 * 24 * hour;
    run.step({ throughput: 500 });
    run.now = now;
    run.step({ throughput: 900 });
    for (let at = 0; at < 60; at += 1) run.step({ throughput: 500 });
    const { demand = [], raw } = run.history.pools.secondaries ?? {};
    const [{ series, open } = { series: undefined, open: undefined }] = demand;
    expect(open?.start).toBe(now + hour);
    expect(series?.values).toEqual(new Float32Array(24).fill(500));
    expect(raw?.times.at(-1)).toBe(now + hour);
    expect(decodeHistory(encodeHistory(run.history))).toEqual(run.history);
  });

  it.each([NaN, Infinity, -1])('of %d is refused', (now) => {
    expect(() =>
      evaluate(throughputPolicy(), observed('secondaries', { ready: 1 }, start), emptyHistory(), now),
    ).toThrow(EvaluationError);
  });

  it('of the next evaluation is an interval later, or when the schedule changes', () => {
    const policy = throughputPolicy({ interval: '1m', schedule: [{ cron: '0 8 * * *', minReplicas: 3 }] });
    const next = (now: number): number =>
      evaluate(policy, observed('secondaries', { ready: 1 }, now), emptyHistory(), now).nextEvaluation;
    expect(next(start)).toBe(start + minute);
    expect(next(start + 8 * hour - 20 * second)).toBe(start + 8 * hour);
  });
});

describe('two pools', () => {
  const policy = policyOf({
    primaries: {
      enabled: true,
      minReplicas: 3,
      maxReplicas: 7,
      metrics: [{ type: 'throughput', target: 100 }],
    },
    secondaries: { minReplicas: 1, maxReplicas: 7, metrics: [{ type: 'throughput', target: 100 }] },
  });

  it('never begin a change in the same evaluation', () => {
    const observation = {
      databases: [],
      pools: {
        ...observed('primaries', { ready: 3, throughput: 900 }, start).pools,
        ...observed('secondaries', { ready: 2, throughput: 900 }, start).pools,
      },
    };
    const { pools } = evaluate(policy, observation, emptyHistory(), start);
    expect(pools.primaries?.desired).toBe(5);
    expect(pools.secondaries).toMatchObject({ recommended: 9, desired: 2 });
    expect(pools.secondaries?.limitedBy.map(({ rule }) => rule)).toContain('OnePoolAtATime');
  });

  it('do not hold each other for a size that is no number', () => {
    const observation = {
      databases: [],
      pools: {
        ...observed('primaries', { ready: 3, throughput: 900 }, start).pools,
        ...observed('secondaries', { desired: NaN, ready: 2, throughput: 200 }, start).pools,
      },
    };
    expect(evaluate(policy, observation, emptyHistory(), start).pools.primaries?.desired).toBe(5);
  });

  it('keep what is remembered of the one that was not observed', () => {
    const first = evaluate(
      policy,
      observed('primaries', { ready: 3, throughput: 300 }, start),
      emptyHistory(),
      start,
    );
    const second = evaluate(
      policy,
      observed('secondaries', { ready: 1, throughput: 50 }, start),
      first.history,
      start + minute,
    );
    expect(second.pools.primaries).toBeUndefined();
    expect(second.history.pools.primaries).toBe(first.history.pools.primaries);
  });
});

it('forgets a change that nobody carried out', () => {
  const slow = { behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, period: '30m' }] } } } as const;
  const run = new Run(throughputPolicy(slow), 2, minute);
  expect(run.step({ throughput: 900 }).desired).toBe(3);
  expect(run.step({ desired: 2, ready: 2, throughput: 900 }).desired).toBe(3);
  expect(run.step({ throughput: 900 }).desired).toBe(3);
});

describe('a forecast', () => {
  const predictive = (mode: 'Preview' | 'Active') =>
    throughputPolicy({ advanced: { predictive: { enabled: true, mode, predictionHorizon: '1h' } } });
  /** Two weeks of days that rise from 150 at midnight to 750 at noon, up to `until`. */
  const load = (time: number): number =>
    450 - 300 * Math.cos((2 * Math.PI * (time % (24 * hour))) / (24 * hour));
  const learned = (until: number): History => {
    const step = 5 * minute;
    const length = 14 * 288;
    const from = until - length * step;
    const values = Float32Array.from({ length }, (_, at) => load(from + at * step));
    const pool = withDemand(emptyPoolHistory(), 'throughput', { start: from, step, values });
    return { ...emptyHistory(), pools: { secondaries: pool } };
  };
  const morning = start + 6.5 * hour;
  const decide = (mode: 'Preview' | 'Active', size: number, now = morning) =>
    evaluate(
      predictive(mode),
      observed('secondaries', { ready: size, throughput: load(now) }, now),
      learned(now),
      now,
    ).pools.secondaries;

  it('adds servers before the load is there, in the mode Active', () => {
    const decision = decide('Active', 5);
    expect(decision?.forecast).toMatchObject({
      mode: 'Active',
      metric: 'throughput',
      active: true,
      leadTime: hour,
      joinsSeen: 0,
    });
    expect(decision?.desired).toBe(6);
    expect(decision?.limitedBy.map(({ rule }) => rule)).toContain('Forecast');
  });

  it('is only shown in the mode Preview', () => {
    const decision = decide('Preview', 5);
    expect(decision?.forecast?.proposal).toBeGreaterThan(5);
    expect(decision?.desired).toBe(5);
    expect(decision?.sentence).toContain('Preview');
  });

  it('never removes a server', () => {
    const evening = start + 20 * hour;
    const [with_, without] = [decide('Active', 8, evening), decide('Preview', 8, evening)];
    expect(with_?.desired).toBeGreaterThanOrEqual(without?.desired ?? NaN);
  });

  it('that wavers does not make the pool flap within the window', () => {
    const policy = predictive('Active');
    let history = learned(morning);
    let size = 5;
    const wavering: Forecaster = {
      fit: forecaster.fit,
      outlook: (_, { start: from, step, values }) => {
        const end = from + step * values.length;
        const median = new Float64Array(96).fill((end - morning) % (10 * minute) === 0 ? 590 : 510);
        return {
          recent: { skilled: true, pinball: 0.5, coverage: 0.5, forecasts: 9, reason: 'It does well.' },
          ahead: { start: end, step, median, quantiles: [median, median, median] },
        };
      },
    };
    const sizes = Array.from({ length: 40 }, (_, at) => {
      const now = morning + at * minute;
      const seen = observed('secondaries', { ready: size, throughput: 480 }, now);
      const decision = evaluate(policy, seen, history, now, { forecaster: wavering });
      ({ history } = decision);
      size = decision.pools.secondaries?.desired ?? NaN;
      return size;
    });
    expect(sizes[0]).toBe(6);
    const shrinks = sizes.flatMap((count, at) => (count < (sizes[at - 1] ?? count) ? [at] : []));
    expect(shrinks.length).toBeGreaterThan(0);
    // Every other bucket of five minutes the forecast asks for six: the window of five minutes passes after the last time it did.
    for (const at of shrinks) expect(at % 10).toBe(9);
  });

  it('has a band around its median, in time order', () => {
    const points = decide('Active', 5)?.forecast?.points ?? [];
    expect(points.length).toBeGreaterThan(0);
    expect(points.length).toBeLessThanOrEqual(48);
    for (const { time, lower, median, upper } of points) {
      expect(time).toBeGreaterThanOrEqual(morning);
      expect(lower).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(upper);
    }
  });

  it('stands aside, with the reason, when there is no season', () => {
    const history = {
      ...emptyHistory(),
      pools: {
        secondaries: withDemand(emptyPoolHistory(), 'throughput', {
          start: morning - 288 * 7 * 5 * minute,
          step: 5 * minute,
          values: new Float32Array(288 * 7).fill(400),
        }),
      },
    };
    const decision = evaluate(
      predictive('Active'),
      observed('secondaries', { ready: 4, throughput: 400 }, morning),
      history,
      morning,
    ).pools.secondaries;
    expect(decision?.forecast).toMatchObject({ active: false, proposal: undefined, points: [] });
    expect(decision?.forecast?.reason).not.toBe('');
    expect(decision?.desired).toBe(4);
  });

  it('is the same after a restart in the evaluation in which its options change', () => {
    const before = predictive('Active');
    const after = throughputPolicy({
      advanced: {
        predictive: { mode: 'Active', predictionHorizon: '15m', quantile: 0.9, historicalWindow: '7d' },
      },
    });
    const play = (restart: boolean): readonly unknown[] => {
      let history = learned(morning);
      return Array.from({ length: 12 }, (_, at) => {
        const now = morning + at * 5 * minute;
        if (restart) history = decodeHistory(encodeHistory(history));
        const seen = observed('secondaries', { ready: 5, throughput: load(now) }, now);
        const decision = evaluate(at < 6 ? before : after, seen, history, now);
        history = decision.history;
        return decision.pools;
      });
    };
    expect(play(true)).toEqual(play(false));
  });

  it('says nothing half an hour after the last demand that could be read', () => {
    let history = learned(morning);
    const activeAt = (minutes: number): boolean | undefined => {
      const now = morning + minutes * minute;
      const decision = evaluate(
        predictive('Active'),
        observed('secondaries', { ready: 5 }, now),
        history,
        now,
      );
      history = decision.history;
      return decision.pools.secondaries?.forecast?.active;
    };
    expect([0, 10, 20, 30, 40, 50].map(activeAt)).toEqual([true, true, true, true, false, false]);
  });

  it('is the same after a restart at any moment', () => {
    const policy = predictive('Active');
    const play = (restartAt: ReadonlySet<number>): readonly unknown[] => {
      let history = learned(morning);
      return Array.from({ length: 40 }, (_, at) => {
        const now = morning + at * 12 * minute;
        if (restartAt.has(at)) history = decodeHistory(encodeHistory(history));
        const decision = evaluate(
          policy,
          observed('secondaries', { ready: 4 + (at % 3), throughput: load(now) }, now),
          history,
          now,
        );
        history = decision.history;
        return decision.pools;
      });
    };
    expect(play(new Set([1, 2, 15, 31, 32, 39]))).toEqual(play(new Set()));
  });
});

it('counts an algorithm that does not answer as a metric that cannot be read', () => {
  const policy = throughputPolicy({
    advanced: {
      customAlgorithms: [{ name: 'planner', type: 'webhook', webhook: { url: 'https://planner' } }],
    },
  });
  const run = new Run(policy, 2);
  expect(run.step({ throughput: 200 }).confidence).toBe(0.5);
});

it('never calls within tolerance what joining servers or missing samples keep in check', () => {
  const policy = policyOf({
    secondaries: { minReplicas: 1, maxReplicas: 10, metrics: [{ type: 'cpu', target: 70 }] },
  });
  const sentenceOf = (usage: number, last: ServerState): string | undefined => {
    const samples = { cpu: { value: usage, time: start } };
    const ready = ['a', 'b', 'c'].map((name) => ({ name, state: 'ready' as const, cpuRequest: 1, samples }));
    const servers = [...ready, { name: 'd', state: last, cpuRequest: 1 }];
    const observation = { databases: [], pools: { secondaries: { servers } } };
    return evaluate(policy, observation, emptyHistory(), start).pools.secondaries?.sentence;
  };
  expect(sentenceOf(0.9, 'joining')).toBe(
    'Keep 4 secondaries: cpu is at 90 %, above its target of 70 %, and 4 are enough once each of them takes its share.',
  );
  expect(sentenceOf(0.4, 'ready')).toBe(
    'Keep 4 secondaries: cpu is at 40 %, below its target of 70 %, but not by enough to do with fewer.',
  );
});

describe('whatever is observed', () => {
  const sample = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -5, 1e300));
  const view: fc.Arbitrary<PoolView> = fc.record(
    {
      ready: fc.nat(12),
      joining: fc.nat(3),
      unready: fc.nat(3),
      desired: fc.oneof(fc.nat(14), fc.constantFrom(NaN, -1, 2.5)),
      throughput: sample,
    },
    { requiredKeys: [] },
  );

  it('the number is whole, at most one step away, and not further out of the limits than it was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(view, fc.integer({ min: -100, max: 4000 })), { minLength: 1, maxLength: 25 }),
        (seen) => {
          const policy = throughputPolicy({ advanced: { predictive: { enabled: true, mode: 'Active' } } });
          let history = emptyHistory();
          let now = start;
          for (const [at, seconds] of seen) {
            now += seconds * second;
            const observation = observed('secondaries', at, now);
            const decision = evaluate(policy, observation, history, now);
            history = decodeHistory(encodeHistory(decision.history));
            const { desired, current, confidence } = decision.pools.secondaries ?? {
              desired: NaN,
              current: NaN,
              confidence: NaN,
            };
            const given = observation.pools.secondaries?.desired;
            const asked = given !== undefined && Number.isInteger(given) && given >= 0 ? given : current;
            expect(Number.isInteger(desired)).toBe(true);
            expect(Math.abs(desired - asked)).toBeLessThanOrEqual(1);
            expect(desired).toBeGreaterThanOrEqual(Math.min(1, asked));
            expect(desired).toBeLessThanOrEqual(Math.max(10, asked));
            expect(confidence).toBeGreaterThanOrEqual(0);
            expect(confidence).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
