// What a fit says of the future, from the newest values on.
import { errorsAt } from './errors.ts';
import { predictModel, type State, unitAt } from './model.ts';
import { persistence } from './naive.ts';
import type { Fit, Forecast, Series } from './types.ts';
import { type WindowMeans, windowMeans } from './window-means.ts';

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
  return forecastFrom(fit, series, windowMeans(series.values), horizon, quantiles);
}

/** The same with the means of the series, for those who have them. */
export function forecastFrom(
  fit: Fit,
  { start, step, values }: Series,
  means: WindowMeans,
  horizon: number,
  quantiles: readonly number[],
): Forecast {
  const state = fit.state as State;
  const origin = values.length;
  const end = start + origin * step;
  const newer = Math.max(0, Math.round((end - fit.fittedAt) / step));
  const horizons = Array.from({ length: horizon }, (_, index) => index + 1);
  const still = persistence(means, origin);
  const median = predictModel(state.model, means, origin, newer, horizons).map((said) =>
    Number.isFinite(said) ? said : still,
  );
  const unit = unitAt(means, origin, state.level, state.unit);
  const along = (quantile: number): Float64Array => {
    const errorAt = errorsAt(state.errors, quantile);
    return median.map((middle, index) =>
      Number.isNaN(middle) ? 0 : Math.max(0, middle + unit * errorAt(index + 1, newer + index)),
    );
  };
  return { start: end, step, median: along(0.5), quantiles: quantiles.map(along) };
}
