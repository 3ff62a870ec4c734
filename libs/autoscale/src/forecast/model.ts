// What a fit keeps of its model.
import { type Decomposition, predictDecomposition } from './decomposition.ts';
import type { ErrorModel } from './errors.ts';
import { levelAt } from './features.ts';
import { type HoltWinters, predictHoltWinters } from './holt-winters.ts';
import { persistence, seasonalNaive } from './naive.ts';
import type { WindowMeans } from './window-means.ts';

export type Model =
  | { readonly kind: 'persistence' }
  | { readonly kind: 'seasonal-naive'; readonly period: number }
  | { readonly kind: 'holt-winters'; readonly holtWinters: HoltWinters }
  | { readonly kind: 'mstl'; readonly decomposition: Decomposition };

export interface State {
  readonly model: Model;
  readonly errors: ErrorModel;
  /** Those of persistence. */
  readonly naiveErrors: ErrorModel;
  /** Errors are in shares of the level, which is the mean over so many steps, or of `unit` where there is no level. */
  readonly level: number;
  readonly unit: number;
}

/** Medians at the horizons from `origin`, which is `newer` steps after the end of the fit; NaN where the model cannot say. */
export function predictModel(
  model: Model,
  means: WindowMeans,
  origin: number,
  newer: number,
  horizons: readonly number[],
): Float64Array {
  switch (model.kind) {
    case 'persistence':
      return new Float64Array(horizons.length).fill(persistence(means, origin));
    case 'seasonal-naive':
      return Float64Array.from(horizons, (horizon) => seasonalNaive(means, origin, horizon, model.period));
    case 'holt-winters':
      return predictHoltWinters(model.holtWinters, means, origin, newer, horizons);
    case 'mstl':
      return predictDecomposition(model.decomposition, means, origin, horizons);
  }
}

/** What errors at an origin are measured in. */
export function unitAt(means: WindowMeans, origin: number, level: number, unit: number): number {
  const value = levelAt(means, origin, { level });
  return Number.isNaN(value) ? unit : value;
}
