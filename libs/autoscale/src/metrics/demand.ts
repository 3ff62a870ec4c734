// Load on a pool as a whole, in a unit in which load by target is the number of servers that it needs: what forecasts are made of.
//
// Throughput and connections are the better signals: clients decide them, whatever the size of the pool, so that a forecast of them does
// not depend on what was done because of the last one. CPU falls when servers are added only to the share of each, so its sum is kept here;
// but it saturates, and what could not be served does not show in it. MongoDB found the same for its predictive auto-scaling (2023): it
// forecasts queries and connections, and derives CPU from them.
import type { PoolObservation } from '../observation.ts';
import type { MetricPolicy } from '../policy/types.ts';
import { readSample, sampleOf } from './sample.ts';
import { readServers, servingCount, sum } from './servers.ts';

export interface Demand {
  readonly metric: string;
  /** In the unit of the metric's target times servers: a second, connections, percent of one server's CPU. NaN if not all of it is known. */
  readonly value: number;
}

/** The most series that a history keeps. */
const most = 3;

/**
 * The demands of at most three metrics, in the order of the policy. Of more, those that clients decide come before CPU, and then the first
 * by name. Memory and latency are no demand, nor are custom metrics that only servers measure: their sum may mean nothing.
 */
export function demands(
  metrics: readonly MetricPolicy[],
  pool: PoolObservation,
  now: number,
): readonly Demand[] {
  const chosen = metrics
    .filter((metric) => rankOf(metric) !== undefined)
    .toSorted((a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0) || (a.name < b.name ? -1 : 1))
    .slice(0, most);
  return metrics
    .filter((metric) => chosen.includes(metric))
    .map((metric) => ({ metric: metric.name, value: demandOf(metric, pool, now) }));
}

function rankOf({ type, kind }: MetricPolicy): number | undefined {
  switch (type) {
    case 'throughput':
    case 'connection_count':
      return kind === 'average' ? 0 : undefined;
    case 'custom':
      return kind === 'average' ? 1 : undefined;
    case 'cpu':
      return 2;
    case 'memory':
    case 'query_latency':
      return undefined;
  }
}

function demandOf(metric: MetricPolicy, pool: PoolObservation, now: number): number {
  const serving = servingCount(pool);
  if (serving === 0) return NaN;
  if (metric.type !== 'cpu') {
    const total = readSample(sampleOf(pool.samples, metric.name), metric.maxAge, now);
    if (total.failed === undefined) return total.value;
    if (metric.type === 'custom') return NaN;
  }
  const { read } = readServers(pool, metric, now);
  if (read.length < serving) return NaN;
  if (metric.type !== 'cpu') return sum(read.map(({ value }) => value));
  return sum(read.map(({ value, request }) => (request === undefined ? NaN : (100_000 * value) / request)));
}
