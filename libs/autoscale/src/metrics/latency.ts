// Query latency of a pool, and how busy the servers were that showed it.
import type { PoolObservation } from '../observation.ts';
import type { MetricPolicy } from '../policy/types.ts';
import type { LatencySignal } from '../queueing/latency.ts';
import type { Missing } from './message.ts';
import { readSample, sampleOf } from './sample.ts';
import { oldest, readServers, servingCount, sum, type ServerReadings } from './servers.ts';

export interface LatencyReading {
  readonly signal: LatencySignal;
  readonly age: number | undefined;
  /** Servers that should have told their latency and did not. */
  readonly missing: readonly Missing[];
  /** Of the servers that should serve, the share that could be read. */
  readonly share: number;
}

/**
 * The pool's own quantile, else the mean of those of its servers: a quantile of the whole lies between theirs. Utilisation is what all
 * servers that serve use of their CPU requests; it is read whether or not the policy has a target for it.
 */
export function latencySignal(
  metric: MetricPolicy,
  metrics: readonly MetricPolicy[],
  pool: PoolObservation,
  now: number,
): LatencyReading {
  const serving = servingCount(pool);
  const whole = readSample(sampleOf(pool.samples, metric.name), metric.maxAge, now);
  const fromPool = whole.failed === undefined && serving > 0;
  const latencies = readServers(pool, metric, now);
  const cpu = readServers(pool, cpuMetric(metrics) ?? { name: 'cpu', maxAge: metric.maxAge }, now);
  const measured = cpu.read.filter(({ request }) => request !== undefined);
  return {
    signal: {
      metric: metric.name,
      target: metric.target,
      latency: fromPool ? whole.value : meanValue(latencies),
      utilization: utilizationOf(measured),
      serving,
      complete: measured.length === serving && (fromPool || latencies.read.length === serving),
    },
    age: fromPool ? whole.age : oldest(latencies.read),
    missing: fromPool ? [] : latencies.missing,
    share: fromPool
      ? 1
      : serving === 0
        ? 0
        : latencies.read.length / (latencies.read.length + latencies.missing.length),
  };
}

function cpuMetric(metrics: readonly MetricPolicy[]): MetricPolicy | undefined {
  return metrics.filter(({ type }) => type === 'cpu').toSorted((a, b) => (a.name < b.name ? -1 : 1))[0];
}

function meanValue({ read }: ServerReadings): number | undefined {
  return read.length === 0 ? undefined : sum(read.map(({ value }) => value)) / read.length;
}

function utilizationOf(read: ServerReadings['read']): number | undefined {
  const requested = sum(read.map(({ request }) => request ?? 0));
  return requested === 0 ? undefined : (1000 * sum(read.map(({ value }) => value))) / requested;
}
