// Demand over 28 days in buckets of five minutes: what forecasts are made from.
import { endOf } from '../forecast/series.ts';
import type { Series } from '../forecast/types.ts';
import { demandStep, isKnown, isName, maxBuckets, maxDemandSeries, moment } from './bounds.ts';
import { HistoryError } from './error.ts';
import type { DemandSeries, PoolHistory } from './types.ts';

/** A metric's demand for the pool as a whole; NaN, or anything that a 32-bit float cannot hold, is missing. */
export interface Demand {
  readonly metric: string;
  readonly value: number;
}

type OpenBucket = NonNullable<DemandSeries['open']>;

/**
 * Adds what the demand is now to the open bucket of each series; a bucket that is over becomes their mean, and NaN if nothing was seen.
 *
 * The series follow the list: its first three metrics, in its order; others are forgotten. A series keeps its newest 28 days and begins with a
 * value. What is older than the open bucket is ignored, unless it is so by more than 28 days: then the clock was wrong before, and the
 * series begins again. `fit` and `fitted` stay as long as the metric does and its series does not begin again.
 *
 * @param now - milliseconds since 1970; not a moment: nothing is recorded
 */
export function recordDemand(history: PoolHistory, demands: readonly Demand[], now: number): PoolHistory {
  const time = moment(now);
  if (time === undefined) return history;
  const bucket = time - (time % demandStep);
  const distinct = demands.filter(
    ({ metric }, at) => demands.findIndex((other) => other.metric === metric) === at,
  );
  const demand = distinct.slice(0, maxDemandSeries).map(({ metric, value }) => {
    const known = history.demand.find((series) => series.metric === metric);
    const current = atBucket(known ?? beginning(metric, bucket), bucket);
    return withValue(current, bucket, value);
  });
  return { ...history, demand };
}

/**
 * Puts a past that was measured elsewhere, such as a range read from Prometheus, before and into the series of a metric.
 *
 * Any step will do: finer values are averaged, coarser ones repeated. Where both have a value the given one counts; an open bucket that it
 * reaches into is given up. A model is then fitted again. A fourth series displaces the first. A series without a value changes nothing.
 *
 * @throws HistoryError `OutOfBounds` if start or step are not whole milliseconds, the step is not positive, the values are no typed array, or
 * the metric has no name that can be remembered
 */
export function withDemand(history: PoolHistory, metric: string, series: Series): PoolHistory {
  checkSeed(history, metric, series);
  const seed = resampled(series);
  if (seed.values.length === 0) return history;
  const at = history.demand.findIndex((known) => known.metric === metric);
  const known = history.demand[at];
  const open = known?.open !== undefined && known.open.start >= endOf(seed) ? known.open : undefined;
  const end = open?.start ?? Math.max(endOf(seed), known === undefined ? 0 : endOf(known.series));
  const past = overlaid(known?.series ?? seed, seed, end);
  const entry: DemandSeries = { metric, series: past, open, fitted: undefined, fit: undefined };
  const demand = known === undefined ? [...history.demand, entry] : history.demand.with(at, entry);
  return { ...history, demand: demand.slice(-maxDemandSeries) };
}

/**
 * Forgets what was recorded for later than the bucket of `now`, as by a clock that was wrong: it would keep out all that is measured until
 * then. A model that has seen it is forgotten too.
 *
 * @param now - milliseconds since 1970
 */
export function demandUntil(history: PoolHistory, now: number): PoolHistory {
  const bucket = now - (now % demandStep);
  const demand = history.demand.flatMap((entry) => {
    const { series, open, fit, fitted } = entry;
    if ((open?.start ?? endOf(series)) <= bucket) return [entry];
    const values = series.values.slice(0, Math.max(0, (bucket - series.start) / demandStep));
    if (values.length === 0) return [];
    const isOfPast = fitted === undefined || fitted.at <= bucket;
    const model = isOfPast ? { fitted, fit } : { fitted: undefined, fit: undefined };
    return [{ ...entry, series: { ...series, values }, open: undefined, ...model }];
  });
  return { ...history, demand };
}

/** What the types say, for callers that have none. */
function checkSeed(history: unknown, metric: unknown, series: unknown): void {
  const { values } = Object(series) as Partial<Series>;
  if (!Array.isArray((Object(history) as Partial<PoolHistory>).demand))
    throw new HistoryError(
      'OutOfBounds',
      'This is no history of a pool.',
      'Give one of its pools, or emptyPoolHistory().',
    );
  if (typeof metric !== 'string' || !isName(metric))
    throw new HistoryError('OutOfBounds', 'The metric has no name.', 'Give that of a metric in the policy.');
  if (!ArrayBuffer.isView(values))
    throw new HistoryError(
      'OutOfBounds',
      'A series has no values.',
      'Give them as a Float32Array, NaN where one is missing.',
    );
}

function beginning(metric: string, bucket: number): DemandSeries {
  const series = { start: bucket, step: demandStep, values: new Float32Array() };
  return { metric, series, open: opened(bucket), fitted: undefined, fit: undefined };
}

function opened(start: number): OpenBucket {
  return { start, sum: 0, count: 0 };
}

/** With that bucket open, if it is not older than the one that is. */
function atBucket(demand: DemandSeries, bucket: number): DemandSeries {
  const { series, open } = demand;
  const next = open?.start ?? endOf(series);
  if (next - bucket > maxBuckets * demandStep) return beginning(demand.metric, bucket);
  if (bucket < next) return demand;
  if (open?.start === bucket) return demand;
  const values = appended(series.values, meanOf(open), (bucket - endOf(series)) / demandStep);
  if (values.length === 0 && series.values.length > 0) return beginning(demand.metric, bucket);
  const start = bucket - values.length * demandStep;
  return { ...demand, series: { start, step: demandStep, values }, open: opened(bucket) };
}

function withValue(demand: DemandSeries, bucket: number, value: number): DemandSeries {
  const { open } = demand;
  if (open?.start !== bucket || !isKnown(value)) return demand;
  return { ...demand, open: { start: bucket, sum: open.sum + value, count: open.count + 1 } };
}

function meanOf(open: OpenBucket | undefined): number {
  return open === undefined || open.count === 0 ? NaN : open.sum / open.count;
}

/** With so many buckets more, the first of which has this value and the others none. */
function appended(values: Float32Array, value: number, count: number): Float32Array {
  if (count > maxBuckets) return new Float32Array();
  const kept = values.subarray(Math.max(0, values.length + count - maxBuckets));
  const longer = new Float32Array(kept.length + count);
  longer.set(kept);
  longer.fill(NaN, kept.length);
  if (count > 0) longer[kept.length] = value;
  return withoutHead(longer);
}

/** From the first value on. */
function withoutHead(values: Float32Array): Float32Array {
  const first = values.findIndex(isKnown);
  if (first === 0) return values;
  return first === -1 ? new Float32Array() : values.slice(first);
}

/** The mean of each bucket up to the last one that has a value, at most 28 days. */
function resampled({ start, step, values }: Series): Series {
  if (moment(start) !== start || moment(step) !== step || step === 0) {
    throw new HistoryError(
      'OutOfBounds',
      `A series begins at ${start} and has a step of ${step}.`,
      'Give both in whole milliseconds, the step above 0.',
    );
  }
  const end = nextBucket(start + (values.findLastIndex(isKnown) + 1) * step);
  if (moment(end) === undefined) {
    throw new HistoryError('OutOfBounds', `A series ends at ${end}.`, 'Give a step in milliseconds.');
  }
  const first = Math.max(start - (start % demandStep), end - maxBuckets * demandStep);
  const buckets = new Float32Array((end - first) / demandStep);
  for (let at = 0; at < buckets.length; at += 1) {
    const from = (first + at * demandStep - start) / step;
    const to = (first + (at + 1) * demandStep - start) / step;
    const begun = values.subarray(Math.max(0, Math.ceil(from)), Math.ceil(to));
    const covering = values.subarray(Math.max(0, Math.floor(from)), Math.max(0, Math.floor(from)) + 1);
    buckets[at] = mean(begun.length > 0 ? begun : covering);
  }
  return { start: first, step: demandStep, values: buckets };
}

/** The values of the upper series, and where it has none those of the lower, up to `end`. */
function overlaid(lower: Series, upper: Series, end: number): Series {
  const earliest = Math.min(upper.start, lower.values.length === 0 ? end : lower.start);
  const start = Math.max(earliest, end - maxBuckets * demandStep);
  const values = new Float32Array((end - start) / demandStep);
  for (let at = 0; at < values.length; at += 1) {
    const time = start + at * demandStep;
    const value = valueAt(upper, time);
    values[at] = isKnown(value) ? value : valueAt(lower, time);
  }
  const trimmed = withoutHead(values);
  return { start: end - trimmed.length * demandStep, step: demandStep, values: trimmed };
}

function valueAt({ start, step, values }: Series, time: number): number {
  return values[(time - start) / step] ?? NaN;
}

function nextBucket(time: number): number {
  return Math.ceil(time / demandStep) * demandStep;
}

function mean(values: Float32Array): number {
  const known = values.filter(isKnown);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
