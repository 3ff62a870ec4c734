import type { PoolObservation, Sample, ServerObservation } from '../observation.ts';
import { poolPolicy } from '../policy/pool-policy.spec-helper.ts';
import type { MetricPolicy, MetricType, PoolPolicy } from '../policy/types.ts';

export const now = 1_700_000_000_000;

/** A sample that is `age` milliseconds old. */
export function sample(value: number, age = 5_000): Sample {
  return { value, time: now - age };
}

const kinds: Readonly<Record<MetricType, MetricPolicy['kind']>> = {
  cpu: 'utilization',
  memory: 'average',
  query_latency: 'latency',
  connection_count: 'average',
  throughput: 'average',
  custom: 'average',
};

export function metric(type: MetricType, target: number, over: Partial<MetricPolicy> = {}): MetricPolicy {
  return {
    name: type,
    type,
    kind: kinds[type],
    target,
    weight: 1,
    tolerance: undefined,
    maxAge: 120_000,
    ...over,
  };
}

export function policyOf(...metrics: readonly MetricPolicy[]): PoolPolicy {
  return poolPolicy({ maxReplicas: 100, metrics });
}

/** A ready server with a request of 2 cores and fresh samples of these values. */
export function server(
  name: string,
  values: Readonly<Record<string, number>> = {},
  over: Partial<ServerObservation> = {},
): ServerObservation {
  const samples = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, sample(value)]));
  return { name, state: 'ready', cpuRequest: 2, samples, ...over };
}

/** Ready servers `server-1`, `server-2`..., one for each value of the metric. */
export function poolOf(name: string, values: readonly number[]): PoolObservation {
  return { servers: values.map((value, index) => server(`server-${index + 1}`, { [name]: value })) };
}
