// The MSTL-like model: a level, one profile for each season taken from the same phase of past seasons, and what the newest values deviate
// from them. How much each part says about the value h steps ahead is found by least squares for each h, as in SPAR (Taft et al., P-Store,
// SIGMOD 2018).
import { addRow, normalEquations, solveRidge } from './least-squares.ts';
import type { WindowMeans } from './window-means.ts';

export interface DecompositionShape {
  /** Ascending, in steps; at least one. */
  readonly periods: readonly number[];
  /** Steps in the window whose mean is the level: whole seasons. */
  readonly level: number;
  /** Whether the profiles are shares of the level or distances from it. */
  readonly multiplicative: boolean;
  /** What distances are divided by, so that equal shapes at another scale give equal coefficients. */
  readonly unit: number;
}

export interface Decomposition {
  readonly shape: DecompositionShape;
  readonly knots: readonly number[];
  /** One set for each knot. */
  readonly coefficients: readonly Float64Array[];
  /** Usual size of the deviation over the longest of the recent windows. */
  readonly usualDeviation: number;
}

/** Half the width of the window around a phase, in steps: noise falls, ramps stay. */
const halfWidth = 3;
/** Windows over the newest values, in steps. */
const recentWindows = [2, 6, 24] as const;
/** Past seasons that make a profile. */
const maxSeasons = 14;
const maxLongSeasons = 4;
/** A deviation of so many times the usual one is a shift of level: what is beyond counts by itself. */
const shiftBeyond = 6;
/** How much of a shift is expected to stay, as long as there were too few to learn it. */
const shiftStays = 0.8;
/** So many rows say that the profile of the longest season is right as it is. */
const pseudoRows = 4;

/** How many numbers describe what is known at one moment about another. */
export function featureCount({ periods }: DecompositionShape): number {
  return periods.length * (1 + recentWindows.length) + 4;
}

/** The first origin for which all parts exist. */
export function firstOrigin({ periods, level }: DecompositionShape): number {
  return (periods.at(-1) ?? 0) + Math.ceil(level / 2);
}

/** Mean of the last whole seasons before `origin`; NaN if nothing is known or nothing happened. */
export function levelAt(
  means: WindowMeans,
  origin: number,
  { level }: Pick<DecompositionShape, 'level'>,
): number {
  const value = means.mean(origin - level, origin);
  return value > 0 ? value : Number.NaN;
}

/**
 * Writes what is known before `origin` about the value `horizon` steps ahead (1 is the first unknown one) to `into`.
 *
 * @returns the level, or NaN when the past does not reach
 */
export function describe(
  means: WindowMeans,
  origin: number,
  horizon: number,
  shape: DecompositionShape,
  into: Float64Array,
  offset = 0,
): number {
  const { periods, multiplicative, unit } = shape;
  const level = levelAt(means, origin, shape);
  if (Number.isNaN(level)) return level;
  const target = origin - 1 + horizon;
  const relative = (value: number, base: number): number =>
    multiplicative ? value / base : (value - base) / unit;
  const shift = multiplicative ? 0 : level / unit;
  const longest = periods.length - 1;
  let at = offset;
  let profile = 0;
  let newest = Number.NaN;
  for (const [index, period] of periods.entries()) {
    let sum = 0;
    let count = 0;
    const nearest = Math.max(1, Math.ceil((horizon + halfWidth) / period));
    const seasons = index < longest || longest === 0 ? maxSeasons : maxLongSeasons;
    for (let k = nearest; k < nearest + seasons; k++) {
      const end = origin - k * period;
      if (end < shape.level / 2 || target - k * period < halfWidth) break;
      const base = levelAt(means, end, shape);
      const phase = target - k * period;
      const value = relative(means.mean(phase - halfWidth, phase + halfWidth + 1), base);
      if (Number.isNaN(value)) continue;
      if (index === 0 && k === nearest) newest = value;
      sum += value;
      count += 1;
    }
    if (count === 0) return Number.NaN;
    profile = sum / count;
    into[at++] = profile;
  }
  into[at++] = Number.isNaN(newest) ? (into[offset] ?? 0) : newest;
  let ratio = 1;
  for (const window of recentWindows) {
    const recent = relative(means.mean(origin - window, origin), level);
    for (const [index, period] of periods.entries()) {
      let sum = 0;
      let count = 0;
      const seasons = index < longest || longest === 0 ? maxSeasons : maxLongSeasons;
      for (let k = 1; k <= seasons; k++) {
        const end = origin - k * period;
        if (end < shape.level / 2) break;
        const value = relative(means.mean(end - window, end), levelAt(means, end, shape));
        if (Number.isNaN(value)) continue;
        sum += value;
        count += 1;
      }
      const usual = count > 0 ? sum / count : recent;
      into[at++] = Number.isNaN(recent) ? 0 : recent - usual;
      if (!Number.isNaN(recent) && usual + shift > 0.05 * (1 + shift)) {
        ratio = Math.min(3, Math.max(1 / 3, (recent + shift) / (usual + shift)));
      }
    }
  }
  into[at++] = (profile + shift) * (ratio - 1);
  into[at++] = 1;
  into[at] = 0;
  return level;
}

/** The deviation over the longest window from the profile of the longest season, in features at `offset`. */
function deviationIn(features: Float64Array, offset: number, { periods }: DecompositionShape): number {
  return features[offset + periods.length * (1 + recentWindows.length)] ?? 0;
}

/** Writes the last feature: how far the deviation is beyond what is usual. */
function markShift(features: Float64Array, offset: number, shape: DecompositionShape, usual: number): void {
  const deviation = deviationIn(features, offset, shape);
  const beyond = Math.max(0, Math.abs(deviation) - shiftBeyond * usual);
  features[offset + featureCount(shape) - 1] = Math.sign(deviation) * beyond;
}

/** The described value, back in the unit of the series. */
export function restore(value: number, level: number, { multiplicative, unit }: DecompositionShape): number {
  return multiplicative ? value * level : value * unit + level;
}

/** Rows of a regression: what was known at each origin about each knot, and what came. */
export interface Rows {
  readonly origins: readonly number[];
  readonly levels: Float64Array;
  readonly features: Float64Array;
  /** NaN where there is no row. */
  readonly targets: Float64Array;
  readonly usualDeviation: number;
}

export interface DecompositionFit {
  readonly model: Decomposition;
  /** For each origin of the backtest and each knot, what would have been forecast then; NaN where nothing. */
  readonly backtest: Float64Array;
}

export interface DecompositionOptions {
  readonly knots: readonly number[];
  /** Ascending. */
  readonly origins: readonly number[];
  /** The first of the origins that belongs to the backtest. */
  readonly testFrom: number;
  /** How often the backtest solves again, in steps. */
  readonly solveEvery: number;
  /** After how many steps a row counts half. */
  readonly halfLife: number;
}

/** Fits one regression for each knot, and forecasts every origin of the backtest with rows that were complete before it. */
export function fitDecomposition(
  values: Float32Array,
  means: WindowMeans,
  shape: DecompositionShape,
  options: DecompositionOptions,
): DecompositionFit {
  const { knots, origins } = options;
  const size = featureCount(shape);
  const rows = rowsOf(values, means, shape, options);
  const backtest = new Float64Array((origins.length - options.testFrom) * knots.length).fill(Number.NaN);
  const prior = new Float64Array(size);
  prior[shape.periods.length - 1] = 1;
  prior[size - 1] = shiftStays;
  const coefficients = knots.map((knot, k) => {
    const equations = normalEquations(size);
    let solution: Float64Array = prior;
    let solveAt = 0;
    let complete = 0;
    const addUntil = (now: number): void => {
      for (; complete < origins.length && (origins[complete] ?? 0) - 1 + knot < now; complete++) {
        const row = complete * knots.length + k;
        const target = rows.targets[row] ?? Number.NaN;
        if (Number.isNaN(target)) continue;
        const age = values.length - (origins[complete] ?? 0);
        addRow(equations, rows.features, row * size, target, 0.5 ** (age / options.halfLife));
      }
    };
    for (let at = options.testFrom; at < origins.length; at++) {
      const origin = origins[at] ?? 0;
      if (origin >= solveAt) {
        addUntil(origin);
        solution = solveRidge(equations, prior, pseudoRows);
        solveAt = origin + options.solveEvery;
      }
      const level = rows.levels[at] ?? Number.NaN;
      const offset = (at * knots.length + k) * size;
      const isDescribed = rows.features[offset + size - 2] === 1;
      const value = isDescribed ? dot(solution, rows.features, offset) : Number.NaN;
      backtest[(at - options.testFrom) * knots.length + k] = restore(value, level, shape);
    }
    addUntil(Number.POSITIVE_INFINITY);
    return solveRidge(equations, prior, pseudoRows);
  });
  return { model: { shape, knots, coefficients, usualDeviation: rows.usualDeviation }, backtest };
}

function rowsOf(
  values: Float32Array,
  means: WindowMeans,
  shape: DecompositionShape,
  { knots, origins }: DecompositionOptions,
): Rows {
  const size = featureCount(shape);
  const levels = new Float64Array(origins.length).fill(Number.NaN);
  const features = new Float64Array(origins.length * knots.length * size);
  const targets = new Float64Array(origins.length * knots.length).fill(Number.NaN);
  for (const [at, origin] of origins.entries()) {
    for (const [k, knot] of knots.entries()) {
      const row = at * knots.length + k;
      const level = describe(means, origin, knot, shape, features, row * size);
      if (Number.isNaN(level)) continue;
      levels[at] = level;
      const value = values[origin - 1 + knot] ?? Number.NaN;
      targets[row] = shape.multiplicative ? value / level : (value - level) / shape.unit;
    }
  }
  let squares = 0;
  let count = 0;
  for (let at = 0; at < origins.length; at++) {
    if (Number.isNaN(levels[at])) continue;
    squares += deviationIn(features, at * knots.length * size, shape) ** 2;
    count += 1;
  }
  const usualDeviation = Math.sqrt(squares / Math.max(1, count));
  for (let row = 0; row < targets.length; row++) markShift(features, row * size, shape, usualDeviation);
  return { origins, levels, features, targets, usualDeviation };
}

/** What the model says at `origin` about `horizon` steps ahead; NaN when the past does not reach. */
export function predictDecomposition(
  model: Decomposition,
  means: WindowMeans,
  origin: number,
  horizon: number,
): number {
  const { shape, knots, coefficients } = model;
  const features = new Float64Array(featureCount(shape));
  const level = describe(means, origin, horizon, shape, features);
  if (Number.isNaN(level)) return level;
  markShift(features, 0, shape, model.usualDeviation);
  const { lower, upper, share } = between(knots, horizon);
  const near = dot(coefficients[lower], features, 0);
  const far = dot(coefficients[upper], features, 0);
  return restore(near * (1 - share) + far * share, level, shape);
}

/** Between which knots a horizon lies, and how far towards the upper one. */
export function between(
  knots: readonly number[],
  horizon: number,
): { readonly lower: number; readonly upper: number; readonly share: number } {
  let lower = 0;
  while (lower + 1 < knots.length && (knots[lower + 1] ?? 0) <= horizon) lower++;
  const upper = Math.min(lower + 1, knots.length - 1);
  const from = knots[lower] ?? 0;
  const to = knots[upper] ?? 0;
  const share = to > from ? Math.min(1, Math.max(0, (horizon - from) / (to - from))) : 0;
  return { lower, upper, share };
}

function dot(coefficients: Float64Array | undefined, rows: Float64Array, offset: number): number {
  let sum = 0;
  if (coefficients === undefined) return Number.NaN;
  for (let index = 0; index < coefficients.length; index++)
    sum += (coefficients[index] ?? 0) * (rows[offset + index] ?? 0);
  return sum;
}
