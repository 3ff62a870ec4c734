// When a model is fitted to a demand series, and to which part of it.
import type { FitOptions, Series } from '../forecast/types.ts';
import { leadTime } from '../history/joins.ts';
import type { DemandSeries, PoolHistory } from '../history/types.ts';
import type { PoolPolicy } from '../policy/types.ts';
import type { Forecaster } from './forecaster.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How old a fit becomes. */
const refitAfter = 6 * hour;

/**
 * A model sees a day less than the history keeps: so the past that it was made from is still there when it has to be made again, which is
 * after a restart.
 */
const longestWindow = 27 * day;

/** Lead time before a single join was seen. */
const assumedLeadTime = 10 * minute;

/** Backtest horizons, in steps: a lead time counts as the next of these, so that a new join rarely asks for a new fit. */
const horizons = [1, 2, 3, 6, 12, 24, 48, 96];

/** How long a join takes, in milliseconds, and how many joins say so. */
export function expectedLeadTime(
  policy: PoolPolicy,
  history: PoolHistory,
): { readonly ms: number; readonly joinsSeen: number } {
  const learned = leadTime(history, assumedLeadTime);
  return { ...learned, ms: Math.max(1, policy.predictive.predictionHorizon ?? learned.ms) };
}

/** Makes the fits that are not part of an encoded history, from what the series were then. */
export function restoreFits(policy: PoolPolicy, history: PoolHistory, { fit }: Forecaster): PoolHistory {
  if (!history.demand.some(isLost)) return history;
  const demand = history.demand.map((entry) =>
    isLost(entry)
      ? { ...entry, fit: fit(past(entry, entry.fittedAt, policy), optionsFor(entry, policy, history)) }
      : entry,
  );
  return { ...history, demand };
}

/** Fits one model, the one that is most overdue, if any is: because there is none, it is six hours old, or the lead time is another one. */
export function refreshFits(policy: PoolPolicy, history: PoolHistory, { fit }: Forecaster): PoolHistory {
  const due = history.demand
    .filter((entry) => isDue(entry, policy, history))
    .sort((one, other) => (one.fittedAt ?? 0) - (other.fittedAt ?? 0))[0];
  if (due === undefined) return history;
  const fittedAt = endOf(due.series);
  const fresh = { ...due, fittedAt, fit: fit(past(due, fittedAt, policy), optionsFor(due, policy, history)) };
  return { ...history, demand: history.demand.map((entry) => (entry === due ? fresh : entry)) };
}

/** End of the newest bucket, in milliseconds since 1970. */
export function endOf({ start, step, values }: Series): number {
  return start + step * values.length;
}

function isLost(entry: DemandSeries): entry is DemandSeries & { readonly fittedAt: number } {
  return entry.fittedAt !== undefined && entry.fit === undefined;
}

function isDue(entry: DemandSeries, policy: PoolPolicy, history: PoolHistory): boolean {
  if (entry.series.values.length === 0) return false;
  if (entry.fittedAt === undefined || entry.fit === undefined) return true;
  if (endOf(entry.series) - entry.fittedAt >= refitAfter) return true;
  const { horizon, quantile } = optionsFor(entry, policy, history);
  return entry.fit.horizon !== horizon || entry.fit.quantile !== quantile;
}

function optionsFor({ series }: DemandSeries, policy: PoolPolicy, history: PoolHistory): FitOptions {
  const steps = Math.ceil(expectedLeadTime(policy, history).ms / series.step);
  return {
    horizon: horizons.find((horizon) => horizon >= steps) ?? 96,
    quantile: policy.predictive.quantile,
  };
}

/** The part of a series that a model fitted at `end` sees. */
function past({ series }: DemandSeries, end: number, policy: PoolPolicy): Series {
  const { start, step, values } = series;
  const window = Math.min(policy.predictive.historicalWindow, longestWindow);
  const last = Math.max(0, Math.min(values.length, Math.round((end - start) / step)));
  const first = Math.max(0, last - Math.floor(window / step));
  return { start: start + first * step, step, values: values.subarray(first, last) };
}
