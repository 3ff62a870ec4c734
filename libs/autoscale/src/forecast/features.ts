// What is known at one moment about another: the numbers that the regressions of the decomposition see.
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

/** What is known at an origin, whatever the horizon. */
export interface Present {
  readonly origin: number;
  readonly level: number;
  /** How far the newest values are from those of past seasons at the same phase: for each of the recent windows and each period. */
  readonly deviations: Float64Array;
  /** The newest values in proportion to what is usual at their phase. */
  readonly ratio: number;
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

/** Undefined when the past does not reach. */
export function presentAt(
  means: WindowMeans,
  origin: number,
  shape: DecompositionShape,
): Present | undefined {
  const { periods, level: wholeSeasons } = shape;
  const level = levelAt(means, origin, shape);
  if (Number.isNaN(level)) return undefined;
  const shift = shiftOf(level, shape);
  const deviations = new Float64Array(recentWindows.length * periods.length);
  let at = 0;
  let ratio = 1;
  for (const window of recentWindows) {
    const recent = relative(means.mean(origin - window, origin), level, shape);
    for (const [index, period] of periods.entries()) {
      let sum = 0;
      let count = 0;
      for (let k = 1; k <= seasonsOf(shape, index); k++) {
        const end = origin - k * period;
        if (end < wholeSeasons / 2) break;
        const value = relative(means.mean(end - window, end), levelAt(means, end, shape), shape);
        if (Number.isNaN(value)) continue;
        sum += value;
        count += 1;
      }
      const usual = count > 0 ? sum / count : recent;
      deviations[at++] = Number.isNaN(recent) ? 0 : recent - usual;
      if (!Number.isNaN(recent) && usual + shift > 0.05 * (1 + shift)) {
        ratio = Math.min(3, Math.max(1 / 3, (recent + shift) / (usual + shift)));
      }
    }
  }
  return { origin, level, deviations, ratio };
}

/**
 * Writes what is known about the value `horizon` steps ahead (1 is the first unknown one) to `into`.
 *
 * @returns false when the past does not reach
 */
export function describe(
  means: WindowMeans,
  { origin, level, deviations, ratio }: Present,
  horizon: number,
  shape: DecompositionShape,
  into: Float64Array,
  offset = 0,
): boolean {
  const target = origin - 1 + horizon;
  let at = offset;
  let profile = 0;
  let newest = Number.NaN;
  for (const [index, period] of shape.periods.entries()) {
    let sum = 0;
    let count = 0;
    const nearest = Math.max(1, Math.ceil((horizon + halfWidth) / period));
    for (let k = nearest; k < nearest + seasonsOf(shape, index); k++) {
      const end = origin - k * period;
      if (end < shape.level / 2 || target - k * period < halfWidth) break;
      const base = levelAt(means, end, shape);
      const phase = target - k * period;
      const value = relative(means.mean(phase - halfWidth, phase + halfWidth + 1), base, shape);
      if (Number.isNaN(value)) continue;
      if (index === 0 && k === nearest) newest = value;
      sum += value;
      count += 1;
    }
    if (count === 0) return false;
    profile = sum / count;
    into[at++] = profile;
  }
  into[at++] = Number.isNaN(newest) ? (into[offset] ?? 0) : newest;
  into.set(deviations, at);
  at += deviations.length;
  into[at++] = (profile + shiftOf(level, shape)) * (ratio - 1);
  into[at++] = 1;
  into[at] = 0;
  return true;
}

/** Whether that moment was described. */
export function isDescribed(features: Float64Array, offset: number, shape: DecompositionShape): boolean {
  return features[offset + featureCount(shape) - 2] === 1;
}

/** The deviation over the longest window from the profile of the longest season, in features at `offset`. */
export function deviationIn(features: Float64Array, offset: number, { periods }: DecompositionShape): number {
  return features[offset + periods.length * (1 + recentWindows.length)] ?? 0;
}

/** Writes the last feature: how far the deviation is beyond what is usual. */
export function markShift(
  features: Float64Array,
  offset: number,
  shape: DecompositionShape,
  usual: number,
): void {
  const deviation = deviationIn(features, offset, shape);
  const beyond = Math.max(0, Math.abs(deviation) - shiftBeyond * usual);
  features[offset + featureCount(shape) - 1] = Math.sign(deviation) * beyond;
}

/** In units of the shape. */
export function relative(value: number, level: number, { multiplicative, unit }: DecompositionShape): number {
  return multiplicative ? value / level : (value - level) / unit;
}

/** The described value, back in the unit of the series. */
export function restore(value: number, level: number, { multiplicative, unit }: DecompositionShape): number {
  return multiplicative ? value * level : value * unit + level;
}

/** What makes relative numbers shares of the level. */
function shiftOf(level: number, { multiplicative, unit }: DecompositionShape): number {
  return multiplicative ? 0 : level / unit;
}

function seasonsOf({ periods }: DecompositionShape, index: number): number {
  const longest = periods.length - 1;
  return index < longest || longest === 0 ? maxSeasons : maxLongSeasons;
}
