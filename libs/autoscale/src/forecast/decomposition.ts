// The MSTL-like model: a level, one profile for each season taken from the same phase of past seasons, and what the newest values deviate
// from them. How much each part says about the value h steps ahead is found by least squares for each h, as in SPAR (Taft et al., P-Store,
// SIGMOD 2018).
import {
  type DecompositionShape,
  describe,
  deviationIn,
  featureCount,
  isDescribed,
  markShift,
  presentAt,
  relative,
  restore,
} from './features.ts';
import { between } from './knots.ts';
import { addRow, normalEquations, solveRidge } from './least-squares.ts';
import type { WindowMeans } from './window-means.ts';

export interface Decomposition {
  readonly shape: DecompositionShape;
  readonly knots: readonly number[];
  /** One set for each knot. */
  readonly coefficients: readonly Float64Array[];
  /** Usual size of the deviation over the longest of the recent windows. */
  readonly usualDeviation: number;
}

/** How much of a shift is expected to stay, as long as there were too few to learn it. */
const shiftStays = 0.8;
/** So many rows say that the profile of the longest season is right as it is. */
const pseudoRows = 4;

/** Rows of a regression: what was known at each origin about each knot, and what came. */
interface Rows {
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
      const value = isDescribed(rows.features, offset, shape)
        ? dot(solution, rows.features, offset)
        : Number.NaN;
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
    const present = presentAt(means, origin, shape);
    if (present === undefined) continue;
    const { level } = present;
    for (const [k, knot] of knots.entries()) {
      const row = at * knots.length + k;
      if (!describe(means, present, knot, shape, features, row * size)) continue;
      levels[at] = level;
      targets[row] = relative(values[origin - 1 + knot] ?? Number.NaN, level, shape);
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

/** What the model says at `origin` about each of the horizons; NaN where the past does not reach. */
export function predictDecomposition(
  { shape, knots, coefficients, usualDeviation }: Decomposition,
  means: WindowMeans,
  origin: number,
  horizons: readonly number[],
): Float64Array {
  const predicted = new Float64Array(horizons.length).fill(Number.NaN);
  const present = presentAt(means, origin, shape);
  if (present === undefined) return predicted;
  const features = new Float64Array(featureCount(shape));
  for (const [at, horizon] of horizons.entries()) {
    if (!describe(means, present, horizon, shape, features)) continue;
    markShift(features, 0, shape, usualDeviation);
    const { lower, upper, share } = between(knots, horizon);
    const near = dot(coefficients[lower], features, 0);
    const far = dot(coefficients[upper], features, 0);
    predicted[at] = restore(near * (1 - share) + far * share, present.level, shape);
  }
  return predicted;
}

function dot(coefficients: Float64Array | undefined, rows: Float64Array, offset: number): number {
  let sum = 0;
  if (coefficients === undefined) return Number.NaN;
  for (let index = 0; index < coefficients.length; index++)
    sum += (coefficients[index] ?? 0) * (rows[offset + index] ?? 0);
  return sum;
}
