// What the errors of a backtest say about those to come: quantiles for each horizon, times a scale that depends on the phase of the season.
import { between } from './knots.ts';

/** Forecasts of a backtest: one row for each origin, one column for each knot. */
export interface Backtest {
  /** Ascending; values before an origin were known. */
  readonly origins: readonly number[];
  /** Horizons, ascending, in steps; 1 is the first unknown value. */
  readonly knots: readonly number[];
  readonly forecasts: Float64Array;
  /** What errors are measured in, at each origin. */
  readonly units: Float64Array;
}

export interface ErrorModel {
  readonly knots: readonly number[];
  /** Steps after which the scale repeats. */
  readonly period: number;
  /** Scale by phase, in bins of equal length; phase 0 is the end of the series of the fit. */
  readonly scales: Float64Array;
  /** For each knot, the errors divided by unit and scale, ascending, thinned to at most 201 quantiles. */
  readonly quantiles: readonly Float64Array[];
}

const scaleBins = 48;
const tableSize = 201;
/** How much of the scale is that of all phases together. */
const pooled = 0.3;

/** Learns from the origins for which `counts` is true. */
export function learnErrors(
  values: Float32Array,
  backtest: Backtest,
  period: number,
  counts: (origin: number) => boolean = () => true,
): ErrorModel {
  const { origins, knots, forecasts, units } = backtest;
  const bins = Math.min(scaleBins, period);
  const sums = new Float64Array(bins);
  const numbers = new Float64Array(bins);
  const errors = knots.map(() => [] as { readonly error: number; readonly bin: number }[]);
  for (const [at, origin] of origins.entries()) {
    if (!counts(origin)) continue;
    for (const [k, knot] of knots.entries()) {
      const target = origin - 1 + knot;
      const error =
        ((values[target] ?? Number.NaN) - (forecasts[at * knots.length + k] ?? Number.NaN)) /
        (units[at] ?? 1);
      if (!Number.isFinite(error)) continue;
      const bin = phaseBin(target - values.length, period, bins);
      sums[bin] = (sums[bin] ?? 0) + Math.abs(error);
      numbers[bin] = (numbers[bin] ?? 0) + 1;
      errors[k]?.push({ error, bin });
    }
  }
  const scales = smoothScales(sums, numbers);
  const quantiles = errors.map((list) =>
    thin(new Float64Array(list.map(({ error, bin }) => error / (scales[bin] ?? 1))).sort()),
  );
  return { knots, period, scales, quantiles };
}

function phaseBin(sinceFit: number, period: number, bins: number): number {
  const phase = ((sinceFit % period) + period) % period;
  return Math.min(bins - 1, Math.floor((phase * bins) / period));
}

function smoothScales(sums: Float64Array, numbers: Float64Array): Float64Array {
  const bins = sums.length;
  const all = ratio(total(sums), total(numbers), 0);
  if (all === 0) return new Float64Array(bins).fill(1);
  return sums.map((_, bin) => {
    let sum = 0;
    let number = 0;
    for (let near = bin - 2; near <= bin + 2; near++) {
      const at = (near + bins) % bins;
      sum += sums[at] ?? 0;
      number += numbers[at] ?? 0;
    }
    return pooled * all + (1 - pooled) * ratio(sum, number, all);
  });
}

function ratio(sum: number, number: number, otherwise: number): number {
  return number > 0 ? sum / number : otherwise;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function thin(sorted: Float64Array): Float64Array {
  if (sorted.length <= tableSize) return sorted;
  return Float64Array.from({ length: tableSize }, (_, index) => quantileOf(sorted, index / (tableSize - 1)));
}

/** Quantile of ascending numbers; 0 of none. */
export function quantileOf(sorted: Float64Array, quantile: number): number {
  if (sorted.length === 0) return 0;
  const place = Math.min(sorted.length - 1, Math.max(0, quantile * (sorted.length + 1) - 1));
  const lower = Math.floor(place);
  const from = sorted[lower] ?? 0;
  const to = sorted[Math.min(sorted.length - 1, lower + 1)] ?? from;
  return from + (to - from) * (place - lower);
}

/** Error to expect, in units. `sinceFit`: steps from the end of the series of the fit to the value that is forecast, 0 for the first one. */
export type ErrorAt = (horizon: number, sinceFit: number) => number;

/** Errors to expect at a quantile. */
export function errorsAt(model: ErrorModel, quantile: number): ErrorAt {
  const atKnots = model.quantiles.map((sorted) => quantileOf(sorted, quantile));
  return (horizon, sinceFit) => {
    const { lower, upper, share } = between(model.knots, horizon);
    const near = atKnots[lower] ?? 0;
    const far = atKnots[upper] ?? 0;
    const scale = model.scales[phaseBin(sinceFit, model.period, model.scales.length)] ?? 1;
    return (near * (1 - share) + far * share) * scale;
  };
}

/** Loss of forecasting a quantile. */
export function pinball(value: number, forecast: number, quantile: number): number {
  return Math.max(quantile * (value - forecast), (quantile - 1) * (value - forecast));
}
