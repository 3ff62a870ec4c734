// What the forecasts of a pool's demand ask for. They only ever add servers.
import type { ForecastPoint, ForecastReport } from '../decision.ts';
import type { Fit, Forecast, Series } from '../forecast/types.ts';
import type { DemandSeries, PoolHistory } from '../history/types.ts';
import { toleranceOf } from '../metrics/proposals.ts';
import type { MetricPolicy, PoolPolicy } from '../policy/types.ts';
import { expectedLeadTime } from './fits.ts';
import { outlookOf } from './outlooks.ts';
import { type JoinPace, type Need, plan, planningHorizon } from './plan.ts';

const maxPoints = 48;

/** No pool is as large: a proposal beyond it comes of numbers that are no demand. */
const mostServers = 1000;

/** A forecast older than this says nothing: the demand could not be read for too long. */
const longestSilence = 30 * 60_000;

export interface PredictInput {
  readonly policy: PoolPolicy;
  readonly history: PoolHistory;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Time to the next evaluation, in milliseconds. */
  readonly interval: number;
}

/**
 * Looks ahead along every demand series that has a model and an outlook, and asks for the most that one of them needs.
 *
 * @returns the report of the series that asks for most, or of the first one if none may ask; undefined without a model
 */
export function predict(input: PredictInput): ForecastReport | undefined {
  const reports = input.history.demand
    .map((entry) => reportFor(entry, input))
    .filter((report) => report !== undefined);
  const [first, ...others] = reports;
  if (first === undefined) return undefined;
  return others.reduce((best, report) => (asksFor(report) > asksFor(best) ? report : best), first);
}

function asksFor({ active, proposal }: ForecastReport): number {
  return active ? (proposal ?? 0) : -1;
}

function reportFor(entry: DemandSeries, input: PredictInput): ForecastReport | undefined {
  const { fit, metric, series } = entry;
  const metricPolicy = input.policy.metrics.find(({ name }) => name === metric);
  if (fit === undefined || metricPolicy === undefined) return undefined;
  const lead = expectedLeadTime(input.policy, input.history);
  const pace: JoinPace = { leadTime: lead.ms, interval: input.interval, perChange: input.policy.step };
  const steps = Math.ceil(planningHorizon(pace, input.policy.maxReplicas) / series.step);
  const objection = objectionTo(fit, entry, input);
  const outlook = objection === undefined ? outlookOf(entry) : undefined;
  const active = outlook?.recent.skilled === true;
  const ahead = active ? shortened(outlook.ahead, steps) : undefined;
  return {
    mode: input.policy.predictive.mode,
    metric,
    model: fit.model,
    seasons: fit.seasons,
    active,
    reason: objection ?? (active ? fit.reason : (outlook?.recent.reason ?? '')),
    confidence: fit.confidence,
    leadTime: lead.ms,
    joinsSeen: lead.joinsSeen,
    proposal:
      ahead === undefined
        ? undefined
        : Math.min(
            mostServers,
            plan(needsOf(ahead, loadLimit(metricPolicy, input.policy), input.now), pace).servers,
          ),
    points: ahead === undefined ? [] : pointsOf(ahead),
    backtest: fit.backtest,
  };
}

/** Why a forecast is not even made. */
function objectionTo(fit: Fit, { series }: DemandSeries, input: PredictInput): string | undefined {
  const { confidenceThreshold } = input.policy.predictive;
  const silence = input.now - lastKnownIn(series);
  if (!fit.useful) return fit.reason;
  if (silence > longestSilence) {
    return `The demand could not be read for ${Math.round(silence / 60_000)} minutes.`;
  }
  return fit.confidence < confidenceThreshold
    ? `Confidence ${fit.confidence.toFixed(2)} is below the threshold of ${confidenceThreshold}.`
    : undefined;
}

/** End of the newest bucket with a value, in milliseconds since 1970. */
function lastKnownIn({ start, step, values }: Series): number {
  return start + step * (values.findLastIndex((value) => !Number.isNaN(value)) + 1);
}

function shortened({ start, step, median, quantiles }: Forecast, steps: number): Forecast {
  return {
    start,
    step,
    median: median.subarray(0, steps),
    quantiles: quantiles.map((values) => values.subarray(0, steps)),
  };
}

/**
 * What a server may have to take before another one is needed: the target and the tolerance above it, as for the load of now. So a forecast
 * asks for a server only where that load, were it here, would ask for it too; noise around the target asks for nothing.
 */
function loadLimit(metric: MetricPolicy, policy: PoolPolicy): number {
  return metric.target * (1 + toleranceOf(metric, policy).up);
}

/** Servers needed in each bucket ahead, from its beginning. */
function needsOf(ahead: Forecast, limit: number, now: number): readonly Need[] {
  return Array.from(ahead.quantiles[1] ?? ahead.median, (demand, index) => ({
    ahead: Math.max(0, ahead.start + index * ahead.step - now),
    servers: Math.ceil(demand / limit),
  }));
}

function pointsOf({ start, step, median, quantiles }: Forecast): readonly ForecastPoint[] {
  const [lower, , upper] = quantiles;
  const stride = Math.ceil(median.length / maxPoints);
  return Array.from({ length: Math.ceil(median.length / stride) }, (_, at) => {
    const index = at * stride;
    const middle = median[index] ?? 0;
    return {
      time: start + index * step,
      lower: lower?.[index] ?? middle,
      median: middle,
      upper: upper?.[index] ?? middle,
    };
  });
}
