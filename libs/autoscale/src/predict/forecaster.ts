// The part of the engine that looks ahead, and that does not depend on the size of the pool.
import { fitForecast } from '../forecast/fit.ts';
import { forecastFrom } from '../forecast/forecast.ts';
import { recentSkill } from '../forecast/recent-skill.ts';
import type { Fit, FitOptions, Outlook, Series } from '../forecast/types.ts';
import { windowMeans } from '../forecast/window-means.ts';

/** Beyond it nothing is looked at: what is needed then can be asked for later. */
const longestHorizon = 8 * 3_600_000;

/** Four values of five are within the band, unless the quantile of the fit is further out. */
const usualBand = 0.9;

/** Pure functions of their arguments: what they said is remembered. */
export interface Forecaster {
  readonly fit: (series: Series, options: FitOptions) => Fit;
  /** Looks ahead from the end of a series that is newer than the fit. */
  readonly outlook: (fit: Fit, series: Series) => Outlook;
}

/** What `evaluate` uses by itself. */
export const forecaster: Forecaster = {
  fit: fitForecast,
  outlook: (fit, series) => {
    const upper = Math.max(usualBand, fit.quantile);
    const means = windowMeans(series.values);
    const quantiles = [1 - upper, fit.quantile, upper];
    return {
      recent: recentSkill(fit, series, means),
      ahead: forecastFrom(fit, series, means, Math.ceil(longestHorizon / series.step), quantiles),
    };
  },
};
