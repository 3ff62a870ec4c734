// The test of whether a series has seasons, and which.
import { cutCycles, type Cycles, energyOf, likeness, meanCycle, without } from './cycles.ts';
import { autocorrelation } from './fft.ts';
import type { Season, Series } from './types.ts';
import { type WindowMeans, windowMeans } from './window-means.ts';

const day = 24 * 3_600_000;
const week = 7 * day;

/** Bins of a cycle; of a week 8 a day. */
const binsPerCycle = 48;
const binsPerWeek = 168;
/** A season has to explain so much. */
const leastStrength = 0.1;
const leastSecondStrength = 0.05;
/** Parts of a day that can be seasons of their own. */
const partsOfDay = [24, 12, 8, 6, 4, 3, 2] as const;

/**
 * Seasons of a series, shortest first; none: the series is not seasonal.
 *
 * A period is a season when the cycles of that length, each without its straight trend, resemble each other: when their mean correlation
 * over all pairs is above what cycles that know nothing of each other reach by chance. A random walk, a long memory, bursts and shifts of
 * level make smooth cycles, which are alike by chance easily, so that the limit is made for cycles with as few degrees of freedom as those
 * of a random walk; it falls with the number of cycles. A day needs 3 cycles; a week 2 beside a day, else 3; other periods are proposed by
 * the autocorrelation when there is no day, and need 6.
 */
export function findSeasons(series: Series): readonly Season[] {
  const means = windowMeans(series.values);
  const dayPeriod = Math.round(day / series.step);
  const weekPeriod = Math.round(week / series.step);
  const daily = dayPeriod >= 6 ? dailySeasons(means, dayPeriod) : [];
  const weekly = weeklySeason(means, weekPeriod, daily.length > 0);
  if (daily.length > 0 || weekly !== undefined) return weekly === undefined ? daily : [...daily, weekly];
  return otherSeason(means, weekPeriod);
}

/** Mean correlation that cycles which know nothing of each other do not reach. */
function chanceLimit(cycles: number): number {
  return Math.min(0.92, 0.08 + 3.2 / cycles);
}

function dailySeasons(means: WindowMeans, period: number): readonly Season[] {
  const cycles = cutCycles(means, period, Math.min(binsPerCycle, period));
  if (cycles.count < 3) return [];
  const strength = likeness(cycles);
  if (strength < Math.max(leastStrength, chanceLimit(cycles.count))) return [];
  return shorterSeasons(cycles, period, strength);
}

/** The day, or the part of it that repeats within the day, or both. */
function shorterSeasons(cycles: Cycles, period: number, strength: number): readonly Season[] {
  const profile = meanCycle(cycles);
  for (const parts of partsOfDay) {
    if (cycles.bins % parts !== 0 || cycles.bins / parts < 4 || period % parts !== 0) continue;
    const part = fold(profile, cycles.bins / parts);
    const share = (energyOf(part) * parts) / energyOf(profile);
    if (share < 0.9) continue;
    const short = { period: period / parts, strength: strength * share };
    const rest = without(cycles, part);
    const restStrength = likeness(rest) * (energyOf(rest.values) / energyOf(cycles.values));
    const isDaily = likeness(rest) > chanceLimit(cycles.count) && restStrength > leastSecondStrength;
    return isDaily ? [short, { period, strength: restStrength }] : [short];
  }
  return [{ period, strength }];
}

/** The mean of the parts of so many bins. */
function fold(profile: Float64Array, bins: number): Float64Array {
  const folded = new Float64Array(bins);
  for (const [index, value] of profile.entries()) {
    folded[index % bins] = (folded[index % bins] ?? 0) + (value * bins) / profile.length;
  }
  return folded;
}

function weeklySeason(means: WindowMeans, period: number, hasDay: boolean): Season | undefined {
  const cycles = cutCycles(means, period, Math.min(binsPerWeek, period));
  if (cycles.count < (hasDay ? 2 : 3)) return undefined;
  const rest = cycles.bins % 7 === 0 ? without(cycles, fold(meanCycle(cycles), cycles.bins / 7)) : cycles;
  const alike = likeness(rest);
  const share = energyOf(rest.values) / energyOf(cycles.values);
  const limit = hasDay ? Math.min(0.6, chanceLimit(2 * cycles.count)) : chanceLimit(cycles.count);
  const strength = alike * share;
  return alike >= limit && strength >= leastSecondStrength ? { period, strength } : undefined;
}

/** The best period that the autocorrelation proposes. */
function otherSeason(means: WindowMeans, longest: number): readonly Season[] {
  const stride = Math.max(1, Math.floor(means.length / 2048));
  const coarse = Float64Array.from({ length: Math.floor(means.length / stride) }, (_, index) =>
    means.mean(index * stride, (index + 1) * stride),
  );
  const correlation = autocorrelation(withoutTrend(coarse));
  const peaks: { lag: number; height: number }[] = [];
  for (let lag = 4; lag < correlation.length - 1 && lag * stride < longest; lag++) {
    const height = correlation[lag] ?? 0;
    if (height > 0.1 && height > (correlation[lag - 1] ?? 0) && height >= (correlation[lag + 1] ?? 0))
      peaks.push({ lag, height });
  }
  peaks.sort((one, other) => other.height - one.height);
  for (const { lag } of peaks.slice(0, 3)) {
    let best: Season = { period: lag * stride, strength: 0 };
    for (let period = (lag - 1) * stride + 1; period < (lag + 1) * stride; period++) {
      const cycles = cutCycles(means, period, Math.min(binsPerCycle, period));
      if (cycles.count < 6) continue;
      const strength = likeness(cycles);
      if (strength > best.strength && strength >= 0.1 + chanceLimit(cycles.count))
        best = { period, strength };
    }
    if (best.strength > leastStrength) return [best];
  }
  return [];
}

/** Without its mean over a window of a quarter, and with 0 where there is nothing. */
function withoutTrend(values: Float64Array): Float64Array {
  const half = Math.max(1, Math.floor(values.length / 8));
  const means = windowMeans(values);
  return values.map((value, index) => {
    const centred = value - means.mean(index - half, index + half + 1);
    return Number.isNaN(centred) ? 0 : centred;
  });
}
