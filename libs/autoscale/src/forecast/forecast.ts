// What a fit says of the future, from the newest values on.
import { errorAt } from './errors.ts';
import { predictModel, type State, unitAt } from './model.ts';
import { persistence } from './naive.ts';
import type { Fit, Forecast, Series } from './types.ts';
import { windowMeans } from './window-means.ts';

/**
 * Forecasts from the end of `series`, which may be newer than the fit: the newest values correct the level.
 *
 * Where the model cannot say, because the series does not reach back far enough, the forecast is that of persistence; without a single
 * value in a day it is 0.
 *
 * @param horizon how many steps
 * @param quantiles each above 0 and below 1, ascending
 */
export function forecast(fit: Fit, series: Series, horizon: number, quantiles: readonly number[]): Forecast {
  const { start, step, values } = series;
  const state = fit.state as State;
  const means = windowMeans(values);
  const origin = values.length;
  const end = start + origin * step;
  const newer = Math.max(0, Math.round((end - fit.fittedAt) / step));
  const horizons = Array.from({ length: horizon }, (_, index) => index + 1);
  const median = predictModel(state.model, means, origin, newer, horizons);
  const still = persistence(means, origin);
  const unit = unitAt(means, origin, state.level, state.unit);
  const at = (index: number, quantile: number): number => {
    const said = median[index] ?? Number.NaN;
    const middle = Number.isFinite(said) ? said : still;
    if (Number.isNaN(middle)) return 0;
    const error = unit * errorAt(state.errors, index + 1, newer + index, quantile);
    return Math.max(0, middle + error);
  };
  const along = (quantile: number): Float64Array =>
    Float64Array.from({ length: horizon }, (_, index) => at(index, quantile));
  return { start: end, step, median: along(0.5), quantiles: quantiles.map(along) };
}
