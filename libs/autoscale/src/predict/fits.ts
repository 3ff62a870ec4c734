// When a model is fitted to a demand series, and to which part of it.
import { endOf } from '../forecast/series.ts';
import type { Series } from '../forecast/types.ts';
import { leadTime } from '../history/joins.ts';
import type { DemandSeries, FitRecord, PoolHistory } from '../history/types.ts';
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
const longestBacktest = 96;
const horizons = [1, 2, 3, 6, 12, 24, 48, longestBacktest];

/** How long a join takes, in milliseconds, and how many joins say so. */
export function expectedLeadTime(
  policy: PoolPolicy,
  history: PoolHistory,
): { readonly ms: number; readonly joinsSeen: number } {
  const learned = leadTime(history, assumedLeadTime);
  return { ...learned, ms: Math.max(1, policy.predictive.predictionHorizon ?? learned.ms) };
}

/** Makes the fits that are not part of an encoded history, from what the series were then. */
export function restoreFits(history: PoolHistory, { fit }: Forecaster): PoolHistory {
  if (!history.demand.some(isLost)) return history;
  const demand = history.demand.map((entry) =>
    isLost(entry) ? { ...entry, fit: fit(past(entry, entry.fitted), entry.fitted) } : entry,
  );
  return { ...history, demand };
}

/**
 * Fits one model, the one that is most overdue, if any is: because there is none, it is six hours old, or it is asked for other options. One
 * at a time, since each takes tens of milliseconds.
 */
export function refreshFits(policy: PoolPolicy, history: PoolHistory, { fit }: Forecaster): PoolHistory {
  const [due] = history.demand.filter((entry) => isDue(entry, policy, history)).sort(mostOverdue);
  if (due === undefined) return history;
  const fitted = recordFor(due, policy, history);
  const fresh = { ...due, fitted, fit: fit(past(due, fitted), fitted) };
  return { ...history, demand: history.demand.map((entry) => (entry === due ? fresh : entry)) };
}

function isLost(entry: DemandSeries): entry is DemandSeries & { readonly fitted: FitRecord } {
  return entry.fitted !== undefined && entry.fit === undefined;
}

function isDue(entry: DemandSeries, policy: PoolPolicy, history: PoolHistory): boolean {
  if (entry.series.values.length === 0) return false;
  if (entry.fitted === undefined || entry.fit === undefined) return true;
  const { at, window, horizon, quantile } = recordFor(entry, policy, history);
  const { fitted } = entry;
  return (
    at - fitted.at >= refitAfter ||
    fitted.window !== window ||
    fitted.horizon !== horizon ||
    fitted.quantile !== quantile
  );
}

/** By name where both are new: the order of a policy's metrics decides nothing. */
function mostOverdue(one: DemandSeries, other: DemandSeries): number {
  return (one.fitted?.at ?? 0) - (other.fitted?.at ?? 0) || (one.metric < other.metric ? -1 : 1);
}

/** What a fit would be made with now. */
function recordFor({ series }: DemandSeries, policy: PoolPolicy, history: PoolHistory): FitRecord {
  const { historicalWindow, quantile } = policy.predictive;
  const steps = Math.ceil(expectedLeadTime(policy, history).ms / series.step);
  return {
    at: endOf(series),
    window: Math.min(historicalWindow, longestWindow),
    horizon: horizons.find((horizon) => horizon >= steps) ?? longestBacktest,
    quantile,
  };
}

/** The part of a series that a model sees. It begins with a value, as the history drops what is missing from the beginning of a series. */
function past({ series }: DemandSeries, { at, window }: FitRecord): Series {
  const { start, step, values } = series;
  const last = Math.max(0, Math.min(values.length, Math.round((at - start) / step)));
  let first = Math.max(0, last - Math.floor(window / step));
  while (first < last && Number.isNaN(values[first])) first += 1;
  return { start: start + first * step, step, values: values.subarray(first, last) };
}
