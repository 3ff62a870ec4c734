// A pool of ten secondaries with ten metrics, whose history is as full as one becomes.
import {
  emptyPoolHistory,
  evaluate,
  type History,
  type Observation,
  parsePolicy,
  type Policy,
  type PolicySpec,
  type PoolHistory,
  type Series,
  type ServerObservation,
  withDemand,
} from '@neo4j-operator/autoscale';
import { seededRng } from '@neo4j-operator/clock';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Between two evaluations. */
export const interval = 15 * second;
/** Between the ends of two buckets of a demand series. */
export const bucket = 5 * minute;
/** The demand that forecasts are made from is known for so long. */
const past = 28 * day;
/** Samples are kept for so long. */
const recent = 3 * hour;
const end = Date.UTC(2026, 0, 31);

const customs = ['cache_misses', 'checkpoints', 'page_faults', 'queue_length', 'transactions'] as const;
/** The metrics that the engine remembers the demand of. */
const remembered = ['connection_count', 'throughput', 'cache_misses'] as const;

/** Targets of which the load at its highest is two thirds. */
const targets: Readonly<Record<string, number>> = {
  cpu: 60,
  memory: 75,
  query_latency: 200,
  connection_count: 500,
  throughput: 300,
  ...Object.fromEntries(customs.map((name) => [name, 100])),
};

const spec: PolicySpec = {
  secondaries: {
    minReplicas: 10,
    maxReplicas: 20,
    metrics: Object.entries(targets).map(([name, target]) =>
      isMeasured(name) ? { type: name, target } : { type: 'custom', name, target },
    ),
  },
};

/** With forecasts. */
export const predictive = policyOf({
  ...spec,
  advanced: { predictive: { enabled: true, mode: 'Active' } },
});
/** Without. */
export const reactive = policyOf(spec);

/** A history, and when the next evaluation is due. */
export interface Past {
  readonly history: History;
  readonly now: number;
}

/** Three hours of samples of ten metrics and 28 days of three series with a day and a week; nothing is fitted yet. */
export function fullPast(seed: number): Past {
  const pool = remembered.reduce<PoolHistory>(
    (history, metric, at) => withDemand(history, metric, demandOf(metric, seed + at)),
    emptyPoolHistory(),
  );
  let history: History = { version: 1, evaluatedAt: undefined, pools: { secondaries: pool } };
  for (let now = end - recent; now < end; now += interval) {
    ({ history } = evaluate(reactive, observedAt(now), history, now));
  }
  return { history, now: end };
}

/** What the evaluation leaves that is due; the next one is `after` later. */
export function next(policy: Policy, { history, now }: Past, after = interval): Past {
  return { history: evaluate(policy, observedAt(now), history, now).history, now: now + after };
}

/** Ten servers that are ready, each with its share of the load. */
export function observedAt(time: number): Observation {
  const load = loadAt(time);
  const sampled = (names: readonly string[], of: (target: number) => number) =>
    Object.fromEntries(names.map((name) => [name, { value: of(targets[name] ?? 0), time: time - second }]));
  const servers = Array.from({ length: 10 }, (_, at): ServerObservation => {
    const own = load * (0.95 + at / 100);
    return {
      name: `graph-secondary-${at}`,
      state: 'ready',
      createdAt: end - past,
      readySince: end - past + 8 * minute,
      zone: `zone-${at % 3}`,
      cpuRequest: 4,
      samples: {
        ...sampled(['cpu'], (target) => (4 * own * target) / 100),
        ...sampled(['memory', 'query_latency'], (target) => own * target),
      },
    };
  });
  const samples = sampled(
    Object.keys(targets).filter((name) => !['cpu', 'memory', 'query_latency'].includes(name)),
    (target) => 10 * load * target,
  );
  return {
    pools: { secondaries: { desired: 10, servers, samples } },
    databases: [{ name: 'neo4j', primaries: 3, secondaries: 'pool' }],
  };
}

/** The demand of 28 days before the samples end, with noise of its own. */
export function demandOf(metric: string, seed: number): Series {
  const rng = seededRng(seed);
  const start = end - past;
  const values = Float32Array.from({ length: (past - recent) / bucket }, (_, at) => {
    const noise = 1 + 0.1 * (rng.next() - 0.5);
    return 10 * (targets[metric] ?? 0) * loadAt(start + at * bucket) * noise;
  });
  return { start, step: bucket, values };
}

/** As a share of the targets, with a day and a week in it. */
function loadAt(time: number): number {
  const isWeekend = Math.floor(time / day + 3) % 7 >= 5;
  return (isWeekend ? 0.35 : 0.5) * (1 + 0.3 * Math.sin((2 * Math.PI * time) / day));
}

function isMeasured(
  name: string,
): name is 'cpu' | 'memory' | 'query_latency' | 'connection_count' | 'throughput' {
  return !customs.some((custom) => custom === name);
}

function policyOf(written: PolicySpec): Policy {
  const parsed = parsePolicy(written);
  if (!parsed.ok)
    throw new Error(parsed.errors.map(({ field, message }) => `${field}: ${message}`).join('\n'));
  return parsed.policy;
}
