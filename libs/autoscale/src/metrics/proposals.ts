// What each metric of a pool asks for, from what was seen of the pool and its servers.
import type { MetricFailure, MetricReport } from '../decision.ts';
import { listed } from '../explain/figure.ts';
import { proposeFromPods } from '../hpa/pods.ts';
import { proposeFromTotal } from '../hpa/total.ts';
import type { PodSample, Tolerance } from '../hpa/types.ts';
import type { PoolObservation } from '../observation.ts';
import type { MetricPolicy, PoolPolicy } from '../policy/types.ts';
import { proposeFromLatency, type LatencySignal, type LatencyView } from '../queueing/latency.ts';
import { demands, type Demand } from './demand.ts';
import { latencySignal } from './latency.ts';
import { describe, explainFailure, explainMissing, explainTotal, type Missing } from './message.ts';
import { readSample, sampleOf, targetThousandths, thousandths, type Reading } from './sample.ts';
import { oldest, readServers, servingCount, type ServerReadings } from './servers.ts';

export interface Proposals {
  /** One for each metric of the policy, in its order. */
  readonly reports: readonly MetricReport[];
  /** Load on the pool as a whole, for the forecast. */
  readonly demands: readonly Demand[];
  /** Undefined if the pool has no latency metric. */
  readonly latency: LatencyView | undefined;
  /** From 0 to 1: the share of servers and metrics that could be read; joining servers are not expected to be read. */
  readonly confidence: number;
}

/**
 * Reads every metric and says what it asks for. A report without `proposal` has failed and says why: then the pool must not shrink.
 *
 * @param asked how many servers are asked for now.
 * @param now milliseconds since 1970.
 */
export function proposals(policy: PoolPolicy, pool: PoolObservation, asked: number, now: number): Proposals {
  const context = { policy, pool, asked, now };
  const read = policy.metrics.map((metric) => readMetric(metric, context));
  const signals = read.flatMap(({ signal }) => (signal === undefined ? [] : [signal]));
  return {
    reports: read.map(({ report }) => report),
    demands: demands(policy.metrics, pool, now),
    latency: signals.length === 0 ? undefined : { signals },
    confidence: mean(read.map(({ share }) => share)),
  };
}

interface Context {
  readonly policy: PoolPolicy;
  readonly pool: PoolObservation;
  readonly asked: number;
  readonly now: number;
}

interface MetricReading {
  readonly report: MetricReport;
  /** Of the servers that should serve, the share that could be read. */
  readonly share: number;
  readonly signal?: LatencySignal;
}

function readMetric(metric: MetricPolicy, context: Context): MetricReading {
  if (metric.kind === 'latency') return readLatency(metric, context);
  if (metric.kind === 'utilization') return fromServers(metric, context, undefined);
  if (metric.type === 'memory') return fromServers(metric, context, undefined);
  const total = readSample(sampleOf(context.pool.samples, metric.name), metric.maxAge, context.now);
  if (total.failed === undefined) return fromTotal(metric, context, total);
  return metric.kind === 'value' ? withoutTotal(metric, total) : fromServers(metric, context, total);
}

function readLatency(metric: MetricPolicy, { policy, pool, asked, now }: Context): MetricReading {
  const { signal, age, missing, share } = latencySignal(metric, policy.metrics, pool, now);
  const { latency } = signal;
  if (latency === undefined) {
    const report = failure(metric, failureOf(missing), explainFailure(metric, missing));
    return { report, share, signal };
  }
  const { replicas, note } = proposeFromLatency({ ...signal, latency }, asked, toleranceOf(metric, policy));
  const message = [describe(metric, latency), note, explainMissing(missing)];
  return { report: success(metric, latency, replicas, age, message), share, signal };
}

function fromServers(
  metric: MetricPolicy,
  { policy, pool, asked, now }: Context,
  total: Reading | undefined,
): MetricReading {
  const readings = readServers(pool, metric, now);
  const share = shareOf(readings);
  const target =
    metric.kind === 'utilization'
      ? ({ type: 'Utilization', value: Math.max(1, Math.round(metric.target)) } as const)
      : ({ type: 'AverageValue', value: targetThousandths(metric.target) } as const);
  const proposal = proposeFromPods(
    [...readings.pods, ...onTheirWay(readings.pods, asked)],
    target,
    asked,
    toleranceOf(metric, policy),
  );
  if (proposal.failed !== undefined) {
    return { report: failureFromServers(metric, proposal.failed, readings, total), share };
  }
  const value = metric.kind === 'utilization' ? proposal.value : proposal.value / 1000;
  const message = [describe(metric, value), explainMissing(readings.missing)];
  return { report: success(metric, value, proposal.replicas, oldest(readings.read), message), share };
}

/** Servers that were asked for and are not there yet are capacity as joining ones are, with the largest request that is seen; 1,000 at most. */
function onTheirWay(pods: readonly PodSample[], asked: number): readonly PodSample[] {
  const request = pods.reduce<number | undefined>(
    (largest, pod) => (pod.request === undefined ? largest : Math.max(largest ?? 0, pod.request)),
    undefined,
  );
  const count = pods.length === 0 ? 0 : Math.min(1000, Math.max(0, asked - pods.length));
  return Array.from({ length: count }, () => ({ state: 'unready', usage: undefined, request }));
}

function fromTotal(
  metric: MetricPolicy,
  { policy, pool, asked }: Context,
  total: Reading & { readonly failed?: never },
): MetricReading {
  const ready = servingCount(pool);
  // Where nobody serves, a total says how little is served and not how much is wanted.
  if (ready === 0 && asked > 0) {
    const message = `${metric.name} says nothing while no server is ready`;
    return { report: failure(metric, 'NoSamples', message), share: 1 };
  }
  const proposal = proposeFromTotal(
    {
      value: thousandths(total.value),
      target: targetThousandths(metric.target),
      type: metric.kind === 'value' ? 'Value' : 'AverageValue',
      current: asked,
      // Servers that are on their way will share the demand that is there now.
      running: asked,
      ready,
    },
    toleranceOf(metric, policy),
  );
  if (proposal.failed !== undefined) return withoutTotal(metric, { failed: proposal.failed });
  const value = proposal.value / 1000;
  return {
    report: success(metric, value, proposal.replicas, total.age, [describe(metric, value)]),
    share: 1,
  };
}

function withoutTotal(metric: MetricPolicy, { failed }: { readonly failed: MetricFailure }): MetricReading {
  return { report: failure(metric, failed, explainTotal(metric, failed)), share: 0 };
}

/** A total that is there and cannot be used says more about what is wrong than servers that never had a sample. */
function failureFromServers(
  metric: MetricPolicy,
  failed: 'NoSamples' | 'NoRequest',
  { missing, withoutRequest }: ServerReadings,
  total: Reading | undefined,
): MetricReport {
  if (failed === 'NoRequest') {
    const message = `${listed(withoutRequest)} has no CPU request to compare ${metric.name} with: set resources.requests.cpu`;
    return failure(metric, failed, message);
  }
  if (total?.failed !== undefined && total.failed !== 'NoSamples') {
    return failure(metric, total.failed, explainTotal(metric, total.failed));
  }
  return failure(metric, failureOf(missing), explainFailure(metric, missing));
}

/** Stale or broken samples before none at all, since they say where to look. */
function failureOf(missing: readonly Missing[]): MetricFailure {
  const causes = new Set(missing.map(({ why }) => why));
  if (causes.has('Stale')) return 'Stale';
  return causes.has('NotANumber') ? 'NotANumber' : 'NoSamples';
}

function success(
  metric: MetricPolicy,
  value: number,
  proposal: number,
  age: number | undefined,
  message: readonly (string | undefined)[],
): MetricReport {
  const { name, type, target } = metric;
  const text = message.filter((part) => part !== undefined).join('; ');
  return { name, type, value, target, proposal, age, failed: undefined, message: text };
}

function failure({ name, type, target }: MetricPolicy, failed: MetricFailure, message: string): MetricReport {
  return { name, type, value: undefined, target, proposal: undefined, age: undefined, failed, message };
}

/** That of the metric, or else those of the directions. */
export function toleranceOf({ tolerance }: MetricPolicy, { scaleUp, scaleDown }: PoolPolicy): Tolerance {
  return { up: tolerance ?? scaleUp.tolerance, down: tolerance ?? scaleDown.tolerance };
}

function shareOf({ read, missing }: ServerReadings): number {
  const expected = read.length + missing.length;
  return expected === 0 ? 0 : read.length / expected;
}

/** 1 where there is nothing to read. */
function mean(shares: readonly number[]): number {
  return shares.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
