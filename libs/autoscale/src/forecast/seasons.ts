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
const leastOtherStrength = 0.35;
/** How much more alike the cycles of a period have to be that does not come with a day. */
const aloneMargin = 0.15;
/** Cycles of a period that is neither a day nor a week. */
const fewestOther = 8;
/** Weeks without a day in them. */
const fewestWeeksAlone = 4;
/** Parts of a day that can be seasons of their own. */
const partsOfDay = [24, 12, 8, 6, 4, 3, 2] as const;

/**
 * Seasons of a series, shortest first; none: the series is not seasonal.
 *
 * A period is a season when the cycles of that length, each without its straight trend, resemble each other: when their mean correlation
 * over all pairs is above what cycles that know nothing of each other reach by chance. A random walk, a long memory, bursts and shifts of
 * level make smooth cycles, which are alike by chance easily, so that the limit is made for cycles with as few degrees of freedom as those
 * of a random walk; it falls with the number of cycles. A day needs 3 cycles; a week 2 beside a day, else 4; other periods are proposed by
 * the autocorrelation when there is no day, and need 8.
 */
export function findSeasons(series: Series): readonly Season[] {
  const means = windowMeans(series.values);
  const dayPeriod = Math.round(day / series.step);
  const weekPeriod = Math.round(week / series.step);
  const daily = dayPeriod >= 6 ? dailySeasons(means, dayPeriod) : [];
  const other = daily.length > 0 ? [] : otherSeason(means, weekPeriod);
  if (other.length > 0) return other;
  const weekly = weeklySeason(means, weekPeriod, daily.length > 0);
  return weekly === undefined ? daily : [...daily, weekly];
}

/**
 * Mean correlation that cycles which know nothing of each other do not reach. The largest one of 2,200 series of noise, random walks, long
 * memory, bursts, shifts and ramps was 0.68 for 3 cycles, 0.53 for 5, 0.34 for 7, 0.16 for 14, 0.20 for 21 and 0.11 for 28.
 */
function chanceLimit(cycles: number): number {
  return 0.12 + 2 / cycles;
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
  if (cycles.count < (hasDay ? 2 : fewestWeeksAlone)) return undefined;
  const rest = cycles.bins % 7 === 0 ? without(cycles, fold(meanCycle(cycles), cycles.bins / 7)) : cycles;
  const alike = likeness(rest);
  const share = energyOf(rest.values) / energyOf(cycles.values);
  const limit = hasDay ? chanceLimit(2 * cycles.count) : aloneMargin + chanceLimit(cycles.count);
  const strength = alike * share;
  return alike >= limit && strength >= leastSecondStrength ? { period, strength } : undefined;
}

/** The first period that the autocorrelation proposes and whose cycles are alike. */
function otherSeason(means: WindowMeans, longest: number): readonly Season[] {
  const stride = Math.max(1, Math.floor(means.length / 2048));
  const coarse = Float64Array.from({ length: Math.floor(means.length / stride) }, (_, index) =>
    means.mean(index * stride, (index + 1) * stride),
  );
  const furthest = Math.min(longest, means.length / fewestOther) / stride;
  for (const lag of peaksOf(autocorrelation(withoutTrend(coarse)), furthest)) {
    const { period, strength } = refine(means, lag * stride);
    const { count } = cutCycles(means, period, binsOf(period));
    if (count >= fewestOther && strength >= Math.max(leastOtherStrength, aloneMargin + chanceLimit(count))) {
      return [{ period, strength }];
    }
  }
  return [];
}

/** At most three lags, shortest first, at which the correlation is higher than at those about it and nearly as high as anywhere. */
function peaksOf(correlation: Float64Array, furthest: number): readonly number[] {
  const smooth = correlation.map((value, lag) =>
    lag === 0 ? value : (value + (correlation[lag - 1] ?? value) + (correlation[lag + 1] ?? value)) / 3,
  );
  const peaks: { readonly lag: number; readonly height: number }[] = [];
  for (let lag = 4; lag <= furthest; lag++) {
    const height = smooth[lag] ?? 0;
    const reach = Math.max(1, Math.floor(lag / 8));
    let isPeak = height > 0.1;
    for (let near = lag - reach; near <= lag + reach && isPeak; near++)
      isPeak = (smooth[near] ?? 0) <= height;
    if (isPeak) peaks.push({ lag, height });
  }
  const highest = Math.max(...peaks.map(({ height }) => height));
  return peaks
    .filter(({ height }) => height > 0.75 * highest)
    .slice(0, 3)
    .map(({ lag }) => lag);
}

/** Climbs from a rough period to the one near it whose cycles are most alike. */
function refine(means: WindowMeans, rough: number): Season {
  const strengthOf = (period: number): number => likeness(cutCycles(means, period, binsOf(period)));
  let best: Season = { period: rough, strength: strengthOf(rough) };
  for (
    let distance = Math.max(1, Math.round(rough / 20));
    distance >= 1;
    distance = Math.floor(distance / 2)
  ) {
    const from = best.period;
    for (const period of [from - 2 * distance, from - distance, from + distance, from + 2 * distance]) {
      const strength = strengthOf(period);
      if (strength > best.strength) best = { period, strength };
    }
  }
  return best;
}

function binsOf(period: number): number {
  return Math.min(binsPerCycle, period);
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
