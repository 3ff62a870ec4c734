// Whether a fit still does better than doing without: the world may have changed since.
import { errorsAt, pinball } from './errors.ts';
import { predictModel, type State, unitAt } from './model.ts';
import { persistence } from './naive.ts';
import type { Fit, RecentSkill, Series } from './types.ts';
import { type WindowMeans, windowMeans } from './window-means.ts';

const stride = 6;
const window = 288;
const limit = 1.1;

/** Repeats the forecasts of the last day, one every half hour, and compares them with persistence. */
export function recentSkill(
  fit: Fit,
  series: Series,
  means: WindowMeans = windowMeans(series.values),
): RecentSkill {
  const state = fit.state as State;
  const { values, start, step } = series;
  const ahead = Math.max(1, Math.round(fit.horizon));
  const fitEnd = Math.round((fit.fittedAt - start) / step);
  const { quantile } = fit;
  const { model } = state;
  const errorAt = errorsAt(state.errors, quantile);
  const naiveErrorAt = errorsAt(state.naiveErrors, quantile);
  const known = model.kind === 'holt-winters' ? fitEnd - model.holtWinters.behind : 1;
  const earliest = Math.max(1, known, values.length - window);
  let own = 0;
  let naive = 0;
  let below = 0;
  let count = 0;
  for (let origin = values.length - ahead; origin >= earliest; origin -= stride) {
    const target = origin - 1 + ahead;
    const value = values[target] ?? Number.NaN;
    const still = persistence(means, origin);
    if (Number.isNaN(value) || Number.isNaN(still)) continue;
    const predicted = predictModel(model, means, origin, origin - fitEnd, [ahead])[0] ?? Number.NaN;
    const unit = unitAt(means, origin, state.level, state.unit);
    const median = Number.isFinite(predicted) ? predicted : still;
    const upper = Math.max(0, median + unit * errorAt(ahead, target - fitEnd));
    const upperNaive = Math.max(0, still + unit * naiveErrorAt(ahead, target - fitEnd));
    own += pinball(value, upper, quantile);
    naive += pinball(value, upperNaive, quantile);
    below += value <= upper ? 1 : 0;
    count += 1;
  }
  const ratio = naive > 0 ? own / naive : own > 0 ? 1e6 : 1;
  const skilled = count > 0 && ratio <= limit;
  const coverage = count > 0 ? below / count : 0;
  const minutes = Math.round((ahead * step) / 60_000);
  return {
    skilled,
    pinball: ratio,
    coverage,
    forecasts: count,
    reason:
      count === 0
        ? 'There are no recent values to compare forecasts with.'
        : `Over the last ${count} forecasts ${minutes} minutes ahead the loss was ${ratio.toFixed(2)} of that of persistence.`,
  };
}
