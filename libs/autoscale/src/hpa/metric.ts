// What one metric of the autoscaler asks for in a pass.
import { proposeFromPods } from './pods.ts';
import { podState, type ObservedPod, type ReadinessFlags } from './readiness.ts';
import { proposeFromTotal } from './total.ts';
import type { PodSample, Proposal, Tolerance } from './types.ts';

/** Quantities of targets are in thousandths: millicores, thousandths of a byte or of the metric's unit. */
export type HpaMetric = PodsMetric | ExternalMetric;

/** A metric that each pod has a sample of. */
export type PodsMetric =
  | {
      readonly type: 'Resource';
      readonly name: 'cpu' | 'memory';
      readonly target: { readonly type: 'Utilization' | 'AverageValue'; readonly value: number };
    }
  | {
      readonly type: 'Pods';
      readonly name: string;
      readonly target: { readonly type: 'AverageValue'; readonly value: number };
    };

/** A metric of one number for the pool as a whole. */
export interface ExternalMetric {
  readonly type: 'External';
  readonly name: string;
  readonly target: { readonly type: 'AverageValue' | 'Value'; readonly value: number };
}

/** All that the controller sees in a pass. */
export interface PassStep {
  /** Milliseconds. */
  readonly time: number;
  /** The size that is asked for, and the one that is there. */
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly pods: readonly ObservedPod[];
  /** By name, in thousandths, several series summed; a metric that is not here, or undefined, cannot be read. */
  readonly external: Readonly<Record<string, number | undefined>>;
  readonly podMetricsError: boolean;
  readonly scaleReadError: boolean;
  readonly scaleWriteError: boolean;
}

/** Flags of the controller for metrics; tolerance is a fraction. */
export interface MetricFlags extends ReadinessFlags {
  readonly tolerance: number;
}

/** Why a metric could not be read, as its condition says it. */
export type MetricFailureReason =
  'FailedGetResourceMetric' | 'FailedGetPodsMetric' | 'FailedGetExternalMetric';

/** A metric's proposal, and its present value as a status shows it: whole percent, or thousandths. */
export interface MetricOutcome {
  readonly proposal: number | undefined;
  readonly failed?: MetricFailureReason;
  readonly averageUtilization?: number;
  readonly averageValue?: number;
  readonly value?: number;
}

/** Asks one metric. A target that is not above 0 is a RangeError. */
export function askMetric(
  metric: HpaMetric,
  step: PassStep,
  tolerance: Tolerance,
  flags: ReadinessFlags,
): MetricOutcome {
  if (metric.type === 'External') return askExternal(metric, step, tolerance);
  const samples = step.pods.map((pod) => podSample(metric, pod, step.time, flags));
  const proposal: Proposal = step.podMetricsError
    ? { failed: 'NoSamples' }
    : proposeFromPods(samples, metric.target, step.specReplicas, tolerance);
  if (proposal.failed !== undefined) {
    const failed = metric.type === 'Resource' ? 'FailedGetResourceMetric' : 'FailedGetPodsMetric';
    return { proposal: undefined, failed };
  }
  const { replicas, value, average } = proposal;
  if (average === undefined) return { proposal: replicas, averageValue: value };
  return { proposal: replicas, averageUtilization: value, averageValue: average };
}

/** How the autoscaler calls a metric in the reason of a change. */
export function metricInWords(metric: HpaMetric): string {
  if (metric.type === 'Pods') return `pods metric ${metric.name}`;
  if (metric.type === 'External') return `external metric ${metric.name}(nil)`;
  const how = metric.target.type === 'Utilization' ? ' utilization (percentage of request)' : '';
  return `${metric.name} resource${how}`;
}

function podSample(metric: PodsMetric, pod: ObservedPod, now: number, flags: ReadinessFlags): PodSample {
  const usage = metric.type === 'Resource' ? pod.usage[metric.name] : pod.custom[metric.name];
  const request = metric.type === 'Resource' ? pod.requests[metric.name] : undefined;
  const isCpu = metric.type === 'Resource' && metric.name === 'cpu';
  return { state: podState(pod, usage, isCpu, now, flags), usage, request };
}

function askExternal(metric: ExternalMetric, step: PassStep, tolerance: Tolerance): MetricOutcome {
  const listed = step.pods.filter((pod) => !pod.unlisted);
  const ready = listed.filter((pod) => pod.phase === 'Running' && pod.ready === true).length;
  const proposal = proposeFromTotal(
    {
      value: step.external[metric.name],
      target: metric.target.value,
      type: metric.target.type,
      current: step.specReplicas,
      running: step.statusReplicas,
      ready: listed.length === 0 ? undefined : ready,
    },
    tolerance,
  );
  if (proposal.failed !== undefined) return { proposal: undefined, failed: 'FailedGetExternalMetric' };
  const { replicas, value } = proposal;
  if (metric.target.type === 'Value') return { proposal: replicas, value };
  return step.statusReplicas > 0 ? { proposal: replicas, averageValue: value } : { proposal: replicas };
}
