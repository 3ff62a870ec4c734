// Histories of every size, made by any sequence of the record functions.
import fc from 'fast-check';
import type { Fit } from '../forecast/types.ts';
import type { ServerObservation } from '../observation.ts';
import { demandStep } from './bounds.ts';
import { recordDemand, withDemand } from './demand.ts';
import { emptyPoolHistory } from './empty.ts';
import { recordJoins } from './joins.ts';
import { recordSamples } from './samples.ts';
import { completeChange, recordChange, recordEvent, recordRecommendation } from './scaling.ts';
import type { FitRecord, History, PoolHistory } from './types.ts';

/** A multiple of a bucket. */
export const start = 1_750_000_200_000 - (1_750_000_200_000 % demandStep);

const day = 24 * 3_600_000;

/** One call of a record function at a moment. */
export type Call = (history: PoolHistory, now: number) => PoolHistory;

/** A call, and how much the clock moves before it. */
export interface Step {
  readonly after: number;
  readonly call: Call;
}

export function applied(steps: readonly Step[], between: (history: PoolHistory, at: number) => PoolHistory) {
  let now = start;
  return steps.reduce((history, { after, call }, at) => {
    now += after;
    return between(call(history, now), at);
  }, emptyPoolHistory());
}

const metric = fc.constantFrom('cpu', 'memory', 'throughput', 'größe', 'connection_count');
const metrics = fc.uniqueArray(metric, { maxLength: 4 });
const value = fc.oneof(
  { weight: 4, arbitrary: fc.float({ min: 0, max: 1000, noNaN: true }) },
  fc.double(),
  fc.constant(NaN),
);
const replicas = fc.oneof({ weight: 6, arbitrary: fc.nat(20) }, fc.double(), fc.maxSafeInteger());

const moved = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: -600_000, max: 3_600_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -30 * day, max: 30 * day }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1000, noNaN: true }) },
);

const server: fc.Arbitrary<ServerObservation> = fc.record(
  {
    name: fc.integer({ min: 0, max: 30 }).map((at) => `server-${at}`),
    state: fc.constant('ready' as const),
    createdAt: fc.integer({ min: start - day, max: start }),
    readySince: fc.oneof(fc.integer({ min: start - day, max: start + day }), fc.double()),
  },
  { requiredKeys: ['name', 'state'] },
);

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(metrics, fc.array(value, { maxLength: 4 })).map(
    ([names, values]): Call =>
      (history, now) =>
        recordSamples(history, names, values, now),
  ),
  fc.array(fc.record({ metric, value }), { maxLength: 4 }).map(
    (demands): Call =>
      (history, now) =>
        recordDemand(history, demands, now),
  ),
  replicas.map(
    (count): Call =>
      (history, now) =>
        recordRecommendation(history, now, count),
  ),
  replicas.map(
    (count): Call =>
      (history, now) =>
        recordEvent(history, now, count - 10),
  ),
  fc.tuple(replicas, replicas).map(
    ([from, to]): Call =>
      (history, now) =>
        recordChange(history, now, from, to),
  ),
  fc.constant<Call>(completeChange),
  fc.array(server, { maxLength: 30 }).map(
    (servers): Call =>
      (history, now) =>
        recordJoins(history, servers, now),
  ),
  fc
    .record({
      metric,
      ago: fc.integer({ min: 0, max: 2 * day }),
      step: fc.integer({ min: 1000, max: 3_600_000 }),
      values: fc.array(value, { maxLength: 20 }),
    })
    .map(
      ({ metric: name, ago, step, values }): Call =>
        (history, now) =>
          withDemand(history, name, {
            start: Math.max(0, Math.floor(now) - ago),
            step,
            values: Float32Array.from(values),
          }),
    ),
);

/** The clock may stand still and go back, for a moment or for a month. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ after: moved, call }), {
  minLength: 1,
  maxLength: 60,
});

export const someRecord: FitRecord = { at: start, window: 86_400_000, horizon: 1, quantile: 0.9 };

export const someFit: Fit = {
  model: 'persistence',
  fittedAt: start,
  horizon: 1,
  quantile: 0.9,
  seasons: [],
  backtest: [],
  useful: false,
  reason: '',
  confidence: 0,
  state: undefined,
};

export function ofPool(pool: PoolHistory): History {
  return { version: 1, evaluatedAt: start, pools: { secondaries: pool } };
}

/** Three hours of ten metrics, 28 days of three demand series, and 20 joins. */
export function fullPool(): PoolHistory {
  const names = Array.from({ length: 10 }, (_, at) => `custom_metric_${at}`);
  const demands = names.slice(0, 3).map((name, at) => ({ metric: name, value: at + 0.1 }));
  const past = Float32Array.from({ length: 8064 }, (_, at) => 1000 + 300 * Math.sin(at / 46));
  const series = { start: start - 8064 * demandStep, step: demandStep, values: past };
  let history = demands.reduce(
    (before, demand) => withDemand(before, demand.metric, series),
    emptyPoolHistory(),
  );
  for (let at = 0; at < 720; at += 1) {
    const now = start - 720 * 15_000 + at * 15_000 + (at % 7);
    history = recordSamples(
      history,
      names,
      names.map((_, column) => Math.sin(at + column)),
      now,
    );
    history = recordRecommendation(history, now, 1000 - at);
    history = recordEvent(history, now, at % 2 === 0 ? 1 : -1);
  }
  const servers = Array.from({ length: 20 }, (_, at): ServerObservation => {
    const name = `some-namespace-with-a-long-name-server-${at}`;
    return { name, state: 'ready', createdAt: start - day, readySince: start - day + 600_000 * (at + 1) };
  });
  return completeChange(recordChange(recordJoins(history, servers, start), start, 3, 5), start);
}
