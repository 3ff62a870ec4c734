// Finds the seasons of a series, fits the models to it, and picks the one that did best in a rolling backtest.
import { fitDecomposition } from './decomposition.ts';
import { type Backtest, errorsAt, learnErrors, pinball } from './errors.ts';
import { type DecompositionShape, firstOrigin } from './features.ts';
import { fitHoltWinters } from './holt-winters.ts';
import { type Model, type State, unitAt } from './model.ts';
import { persistence, seasonalNaive } from './naive.ts';
import { findSeasons } from './seasons.ts';
import type { BacktestScore, Fit, FitOptions, Season, Series } from './types.ts';
import { type WindowMeans, windowMeans } from './window-means.ts';

const day = 24 * 3_600_000;
/** Horizons, in steps, that errors are learned at. */
const knotLadder = [1, 3, 6, 12, 24, 48, 96] as const;
/** Distance of two origins, in steps. */
const originStride = 6;
/** Newest part of the series that the models are judged on. */
const testDays = 14;
/** A model has to have less than this share of the loss of persistence. */
const usefulBelow = 0.95;
/** Models are compared from the horizon asked for to so many times it: servers may have to join one after another. */
const reach = 4;

/**
 * Fits a model: a pure function of its arguments. Of damped Holt-Winters, the decomposition and the seasonal naive forecast it takes the one
 * with the least pinball loss at the quantile, with its own error quantiles. It is useful only if the series has a season and that loss is
 * below 95 percent of that of persistence, which is what a pool does that only reacts. The losses are those of a rolling backtest over at
 * most the newest 14 days, from the horizon asked for to four times it, with error quantiles learned on other days than those that are
 * scored.
 *
 * `confidence` is b / (b + m) for the loss m of the model and b of persistence: a half means no better, 1 means never wrong.
 */
export function fitForecast(series: Series, options: FitOptions): Fit {
  const { start, step, values } = series;
  const horizon = Math.min(96, Math.max(1, Math.round(options.horizon)));
  const means = windowMeans(values);
  const seasons = findSeasons(series);
  const knots = [...new Set([...knotLadder, horizon])].sort((one, other) => one - other);
  const setting = settingOf(means, seasons, Math.round(day / step), knots);
  const trials = trialsOf(values, means, setting);
  const judged = judge(values, setting, trials, { horizon, quantile: options.quantile });
  const verdict = verdictOn(judged, seasons, options.quantile, horizon, step);
  const naive = judged.find(({ trial }) => trial.model.kind === 'persistence');
  const chosen = verdict.chosen ?? naive;
  const state: State = {
    model: chosen?.trial.model ?? { kind: 'persistence' },
    errors: learnErrors(values, backtestOf(setting, chosen?.trial), setting.phase),
    naiveErrors: learnErrors(values, backtestOf(setting, naive?.trial), setting.phase),
    level: setting.level,
    unit: setting.unit,
  };
  return {
    model: state.model.kind,
    horizon: options.horizon,
    quantile: options.quantile,
    fittedAt: start + values.length * step,
    seasons,
    backtest: judged.map(({ score }) => score),
    useful: verdict.useful,
    reason: verdict.reason,
    confidence: verdict.confidence,
    state,
  };
}

interface Setting {
  readonly knots: readonly number[];
  readonly periods: readonly number[];
  /** Steps after which the scale of errors repeats. */
  readonly phase: number;
  readonly level: number;
  readonly unit: number;
  readonly dayLength: number;
  /** All origins, ascending; the backtest begins with the one at `testFrom`. */
  readonly origins: readonly number[];
  readonly testFrom: number;
  readonly units: Float64Array;
}

function settingOf(
  means: WindowMeans,
  seasons: readonly Season[],
  dayLength: number,
  knots: readonly number[],
): Setting {
  const periods = seasons.map(({ period }) => period);
  const shortest = periods[0] ?? dayLength;
  const level = shortest >= dayLength ? shortest : shortest * Math.max(1, Math.round(dayLength / shortest));
  const end = means.length;
  const mean = Math.abs(means.mean(0, end));
  const unit = mean > 0 ? mean : 1;
  const first =
    periods.length > 0 ? firstOrigin({ periods, level, multiplicative: true, unit }) : originStride;
  const origins: number[] = [];
  for (let origin = end; origin > first; origin -= originStride) origins.push(origin);
  origins.reverse();
  const from = Math.max(end - testDays * dayLength, first + (end - first) / 3);
  const testFrom = Math.max(
    0,
    origins.findIndex((origin) => origin >= from),
  );
  const units = Float64Array.from(origins.slice(testFrom), (origin) => unitAt(means, origin, level, unit));
  const phase =
    periods.includes(dayLength) || periods.length === 0 ? dayLength : (periods.at(-1) ?? dayLength);
  return { knots, periods, phase, level, unit, dayLength, origins, testFrom, units };
}

/** A model and what it would have said in the backtest. */
interface Trial {
  readonly model: Model;
  readonly forecasts: Float64Array;
}

function trialsOf(values: Float32Array, means: WindowMeans, setting: Setting): readonly Trial[] {
  const { knots, origins, testFrom, periods, level, unit, dayLength } = setting;
  const tested = origins.slice(testFrom);
  const still = new Float64Array(tested.length * knots.length);
  for (const [at, origin] of tested.entries()) {
    still.fill(persistence(means, origin), at * knots.length, (at + 1) * knots.length);
  }
  const longest = periods.at(-1);
  const trials: Trial[] = [{ model: { kind: 'persistence' }, forecasts: still }];
  if (longest === undefined || tested.length === 0) return trials;
  const orStill = (forecasts: Float64Array): Float64Array =>
    forecasts.map((value, at) => (Number.isFinite(value) ? Math.max(0, value) : (still[at] ?? Number.NaN)));
  const repeated = Float64Array.from(still, (_, at) =>
    seasonalNaive(means, tested[Math.floor(at / knots.length)] ?? 0, knots[at % knots.length] ?? 1, longest),
  );
  trials.push({ model: { kind: 'seasonal-naive', period: longest }, forecasts: orStill(repeated) });
  const smoothed = fitHoltWinters(means, periods.includes(dayLength) ? dayLength : longest, tested, knots);
  if (smoothed !== undefined) {
    trials.push({
      model: { kind: 'holt-winters', holtWinters: smoothed.model },
      forecasts: orStill(smoothed.backtest),
    });
  }
  for (const multiplicative of [true, false]) {
    const shape: DecompositionShape = { periods, level, multiplicative, unit };
    const options = { knots, origins, testFrom, solveEvery: dayLength, halfLife: 14 * dayLength };
    const fitted = fitDecomposition(values, means, shape, options);
    trials.push({
      model: { kind: 'mstl', decomposition: fitted.model },
      forecasts: orStill(fitted.backtest),
    });
  }
  return trials;
}

function backtestOf({ origins, testFrom, knots, units }: Setting, trial: Trial | undefined): Backtest {
  return {
    origins: origins.slice(testFrom),
    knots,
    units,
    forecasts: trial?.forecasts ?? new Float64Array(0),
  };
}

interface Judged {
  readonly trial: Trial;
  readonly score: BacktestScore;
}

/** Scores of all trials; of the two kinds of decomposition only the better one is kept. */
function judge(
  values: Float32Array,
  setting: Setting,
  trials: readonly Trial[],
  { horizon, quantile }: FitOptions,
): readonly Judged[] {
  const judgedKnots = setting.knots.filter((knot) => knot >= horizon && knot <= reach * horizon);
  const losses = trials.map((trial) => lossesOf(values, setting, trial, judgedKnots, quantile));
  const [still, repeated] = losses;
  const judged = trials.map((trial, index) => {
    const own = losses[index];
    const score: BacktestScore = {
      model: trial.model.kind,
      mase: meanRatio(own?.absolute, lesser(still?.absolute, repeated?.absolute)),
      pinball: meanRatio(own?.pinball, still?.pinball),
      coverage: own?.coverage ?? 0,
    };
    return { trial, score };
  });
  return judged.filter(
    ({ score }) =>
      !judged.some((other) => other.score.model === score.model && other.score.pinball < score.pinball),
  );
}

interface Losses {
  /** Sums, one for each judged knot. */
  readonly absolute: readonly number[];
  readonly pinball: readonly number[];
  readonly coverage: number;
}

/** Errors of each day against quantiles that were learned on every other day. */
function lossesOf(
  values: Float32Array,
  setting: Setting,
  trial: Trial,
  judgedKnots: readonly number[],
  quantile: number,
): Losses {
  const backtest = backtestOf(setting, trial);
  const { origins, knots, units, forecasts } = backtest;
  const tested = values.length - (origins[0] ?? 0);
  const block = Math.max(originStride, Math.min(setting.dayLength, tested / 4));
  const isEven = (origin: number): boolean => Math.floor((values.length - origin) / block) % 2 === 0;
  const even = errorsAt(learnErrors(values, backtest, setting.phase, isEven), quantile);
  const odd = errorsAt(
    learnErrors(values, backtest, setting.phase, (origin) => !isEven(origin)),
    quantile,
  );
  const absolute = judgedKnots.map(() => 0);
  const loss = judgedKnots.map(() => 0);
  let below = 0;
  let count = 0;
  for (const [at, origin] of origins.entries()) {
    const errorAt = isEven(origin) ? odd : even;
    for (const [index, knot] of judgedKnots.entries()) {
      const target = origin - 1 + knot;
      const value = values[target] ?? Number.NaN;
      const median = forecasts[at * knots.length + knots.indexOf(knot)] ?? Number.NaN;
      if (Number.isNaN(value) || Number.isNaN(median)) continue;
      const upper = Math.max(0, median + (units[at] ?? 1) * errorAt(knot, target - values.length));
      absolute[index] = (absolute[index] ?? 0) + Math.abs(value - median);
      loss[index] = (loss[index] ?? 0) + pinball(value, upper, quantile);
      below += value <= upper ? 1 : 0;
      count += 1;
    }
  }
  return { absolute, pinball: loss, coverage: count > 0 ? below / count : 0 };
}

function lesser(one: readonly number[] | undefined, other: readonly number[] | undefined): readonly number[] {
  return (one ?? []).map((value, index) => Math.min(value, other?.[index] ?? value));
}

/** Mean over the knots of own / other; 1 where both are 0. */
function meanRatio(own: readonly number[] | undefined, other: readonly number[] | undefined): number {
  const ratios = (own ?? []).map((value, index) => {
    const base = other?.[index] ?? 0;
    if (base > 0) return value / base;
    return value > 0 ? 1e6 : 1;
  });
  return ratios.length > 0 ? ratios.reduce((sum, value) => sum + value, 0) / ratios.length : 1;
}

interface Verdict {
  readonly chosen: Judged | undefined;
  readonly useful: boolean;
  readonly confidence: number;
  readonly reason: string;
}

function verdictOn(
  judged: readonly Judged[],
  seasons: readonly Season[],
  quantile: number,
  horizon: number,
  step: number,
): Verdict {
  const none = { chosen: undefined, useful: false, confidence: 0 };
  if (seasons.length === 0) return { ...none, reason: 'The demand has no season that the test finds.' };
  const [first, ...others] = judged.filter(({ trial }) => trial.model.kind !== 'persistence');
  if (first === undefined) return { ...none, reason: 'There is too little history for a backtest.' };
  const chosen = others.reduce(
    (best, other) => (other.score.pinball < best.score.pinball ? other : best),
    first,
  );
  const own = chosen.score.pinball;
  const seasonal = judged.find(({ trial }) => trial.model.kind === 'seasonal-naive')?.score.pinball;
  const figures =
    `${Math.round((horizon * step) / 60_000)} minutes and more ahead at quantile ${quantile} ${chosen.score.model} has ` +
    `${own.toFixed(2)} of the loss of persistence${seasonal === undefined ? '' : ` (seasonal naive ${seasonal.toFixed(2)})`}`;
  const useful = own < usefulBelow;
  return {
    chosen,
    useful,
    confidence: 1 / (1 + own),
    reason: useful ? `${figures}.` : `${figures}: not below ${usefulBelow}.`,
  };
}
