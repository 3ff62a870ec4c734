// Damped additive Holt-Winters (Gardner and McKenzie 1989) on means of three steps.
import { windowMeans, type WindowMeans } from './window-means.ts';

/** Steps in a mean. */
const stride = 3;

export interface HoltWinters {
  readonly alpha: number;
  readonly gamma: number;
  /** In means. */
  readonly period: number;
  readonly level: number;
  readonly trend: number;
  /** Phase 0 is the mean after the last one that was seen. */
  readonly season: Float64Array;
  /** How many steps before the end of the fit that was: the last day can be repeated. */
  readonly behind: number;
}

const beta = 0.002;
const damping = 0.98;
/** A day, in means of three steps of 5 minutes. */
const repeatable = 96;
const alphas = [0.1, 0.3, 0.6] as const;
const gammas = [0.05, 0.15, 0.3] as const;

interface State {
  level: number;
  trend: number;
  readonly season: Float64Array;
  phase: number;
}

/** Means of three steps, the last of which ends at `end`. */
function coarsen(means: WindowMeans, end: number): Float64Array {
  const first = end % stride;
  return Float64Array.from({ length: Math.floor(end / stride) }, (_, index) =>
    means.mean(first + index * stride, first + (index + 1) * stride),
  );
}

/** Starts with the mean of two seasons; undefined when they are not there. */
function start(coarse: Float64Array, period: number): State | undefined {
  if (coarse.length < 2 * period) return undefined;
  const sums = windowMeans(coarse.subarray(0, 2 * period));
  const one = sums.mean(0, period);
  const two = sums.mean(period, 2 * period);
  if (Number.isNaN(one) || Number.isNaN(two)) return undefined;
  const season = Float64Array.from({ length: period }, (_, phase) => {
    const first = (coarse[phase] ?? 0) - one;
    const second = (coarse[phase + period] ?? 0) - two;
    if (Number.isNaN(first)) return Number.isNaN(second) ? 0 : second;
    return Number.isNaN(second) ? first : (first + second) / 2;
  });
  return { level: two, trend: 0, season, phase: 0 };
}

/** Takes one value in. @returns the error of the forecast for it */
function step(state: State, value: number, alpha: number, gamma: number): number {
  const seasonal = state.season[state.phase] ?? 0;
  const expected = state.level + damping * state.trend;
  const error = value - expected - seasonal;
  state.trend *= damping;
  state.level = expected;
  if (!Number.isNaN(error)) {
    state.level += alpha * error;
    state.trend += alpha * beta * error;
    state.season[state.phase] = seasonal + gamma * (1 - alpha) * error;
  }
  state.phase = (state.phase + 1) % state.season.length;
  return error;
}

function ahead(state: State, horizon: number): number {
  const damped = (damping * (1 - damping ** horizon)) / (1 - damping);
  return (
    state.level +
    damped * state.trend +
    (state.season[(state.phase + horizon - 1) % state.season.length] ?? 0)
  );
}

/** A fit and its forecasts for each origin and knot, row by row; undefined when there are no two seasons before the first origin. */
export function fitHoltWinters(
  means: WindowMeans,
  periodInSteps: number,
  origins: readonly number[],
  knots: readonly number[],
): { readonly model: HoltWinters; readonly backtest: Float64Array } | undefined {
  const end = means.length;
  const coarse = coarsen(means, end);
  const period = Math.round(periodInSteps / stride);
  const testFrom = Math.floor(((origins[0] ?? 0) - (end % stride)) / stride);
  const smoothing = bestSmoothing(coarse, period, testFrom);
  const state = start(coarse, period);
  if (smoothing === undefined || state === undefined) return undefined;
  const { alpha, gamma } = smoothing;
  const backtest = new Float64Array(origins.length * knots.length).fill(Number.NaN);
  let seen = 0;
  for (const [at, origin] of origins.entries()) {
    const until = Math.floor((origin - (end % stride)) / stride);
    for (; seen < until; seen++) step(state, coarse[seen] ?? Number.NaN, alpha, gamma);
    const late = origin - (end % stride) - until * stride;
    for (const [k, knot] of knots.entries()) {
      backtest[at * knots.length + k] = ahead(state, Math.floor((late + knot - 1) / stride) + 1);
    }
  }
  const model = freeze(coarse, period, alpha, gamma);
  return model === undefined ? undefined : { model, backtest };
}

/** The pair that forecasts one step best before the backtest. */
function bestSmoothing(
  coarse: Float64Array,
  period: number,
  until: number,
): { readonly alpha: number; readonly gamma: number } | undefined {
  let best: { alpha: number; gamma: number; loss: number } | undefined;
  for (const alpha of alphas) {
    for (const gamma of gammas) {
      const state = start(coarse, period);
      if (state === undefined || until < 2 * period) return undefined;
      let loss = 0;
      for (let index = 0; index < until; index++) {
        const error = step(state, coarse[index] ?? Number.NaN, alpha, gamma);
        if (index >= 2 * period && !Number.isNaN(error)) loss += Math.abs(error);
      }
      if (best === undefined || loss < best.loss) best = { alpha, gamma, loss };
    }
  }
  return best;
}

/** The state before the last day. */
function freeze(coarse: Float64Array, period: number, alpha: number, gamma: number): HoltWinters | undefined {
  const state = start(coarse, period);
  if (state === undefined) return undefined;
  const behind = Math.min(coarse.length, repeatable);
  for (let seen = 0; seen < coarse.length - behind; seen++)
    step(state, coarse[seen] ?? Number.NaN, alpha, gamma);
  const season = state.season.map((_, index) => state.season[(state.phase + index) % period] ?? 0);
  return { alpha, gamma, period, level: state.level, trend: state.trend, season, behind: behind * stride };
}

/** Forecasts at the horizons from an origin `newer` steps after the end of the fit, or at most a day before it. */
export function predictHoltWinters(
  model: HoltWinters,
  means: WindowMeans,
  origin: number,
  newer: number,
  horizons: readonly number[],
): Float64Array {
  const state: State = { level: model.level, trend: model.trend, season: model.season.slice(), phase: 0 };
  const from = origin - newer - model.behind;
  const count = Math.floor((newer + model.behind) / stride);
  for (let index = 0; index < count; index++) {
    const at = from + index * stride;
    step(state, means.mean(at, at + stride), model.alpha, model.gamma);
  }
  const late = newer + model.behind - count * stride;
  return Float64Array.from(horizons, (horizon) =>
    ahead(state, Math.floor((late + horizon - 1) / stride) + 1),
  );
}
