// A demand series, a model fitted to it, and what that model says of the future.

/** Evenly spaced numbers. Bucket i covers [start + i * step, start + (i + 1) * step). */
export interface Series {
  /** Milliseconds since 1970, a multiple of `step`. */
  readonly start: number;
  /** Milliseconds. */
  readonly step: number;
  /** NaN where nothing was measured. */
  readonly values: Float32Array;
}

/** What a model is fitted for. */
export interface FitOptions {
  /** How far ahead the caller wants to know, in steps: the backtest measures errors there. */
  readonly horizon: number;
  /** The quantile that decisions are made on. */
  readonly quantile: number;
}

/** A season that the test found, in steps. */
export interface Season {
  readonly period: number;
  /** From 0 to 1: the share of variance, beside the trend, that it explains. */
  readonly strength: number;
}

/** Ways to forecast a series. */
export type ModelName = 'persistence' | 'seasonal-naive' | 'holt-winters' | 'mstl';

/** How one model did in the rolling backtest over the newest part of the series. */
export interface BacktestScore {
  readonly model: ModelName;
  /** Mean absolute error divided by that of the better of persistence and the seasonal naive forecast. */
  readonly mase: number;
  /** Mean pinball loss at the quantile, divided by that of persistence with its own error quantile. */
  readonly pinball: number;
  /** Share of the values below the quantile forecast. */
  readonly coverage: number;
}

/** Plain data: what is needed to forecast without fitting again. A pure function of the series and the options. */
export interface Fit {
  readonly model: ModelName;
  /** End of the newest bucket that it has seen, in milliseconds since 1970. */
  readonly fittedAt: number;
  /** The options that it was made with. */
  readonly horizon: number;
  readonly quantile: number;
  readonly seasons: readonly Season[];
  readonly backtest: readonly BacktestScore[];
  /** False: the model is not better than doing without, and `reason` says so with the figures. */
  readonly useful: boolean;
  readonly reason: string;
  /** From 0 to 1. */
  readonly confidence: number;
  /** What the model itself needs. */
  readonly state: unknown;
}

/** What a fit says of the buckets after the newest one. */
export interface Forecast {
  /** Start of the first bucket, in milliseconds since 1970: the end of the newest bucket of the series. */
  readonly start: number;
  readonly step: number;
  readonly median: Float64Array;
  /** One for each quantile that was asked for, never negative, never decreasing from one quantile to the next. */
  readonly quantiles: readonly Float64Array[];
}

/** How the forecasts of the last day did. */
export interface RecentSkill {
  /** False: the forecasts of the last day were worse than persistence, or there were none. */
  readonly skilled: boolean;
  /** Pinball loss at the fit's quantile and horizon divided by that of persistence. */
  readonly pinball: number;
  /** Share of the values below the quantile forecast. */
  readonly coverage: number;
  /** Forecasts that were compared. */
  readonly forecasts: number;
  readonly reason: string;
}

/** What a fit says of the future, and whether it has earned belief. */
export interface Outlook {
  /** How the fit has done lately. */
  readonly recent: RecentSkill;
  /** The next 8 hours, with three quantiles: the lower end of a band, that of the fit, and the upper end of the band. */
  readonly ahead: Forecast;
}
