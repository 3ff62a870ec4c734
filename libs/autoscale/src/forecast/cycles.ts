// A series cut into cycles of one period, and how much the cycles are alike.
import type { WindowMeans } from './window-means.ts';

/** Cycles side by side, newest first, each without its straight trend. */
export interface Cycles {
  readonly bins: number;
  /** Row by row, 0 where nothing was measured. */
  readonly values: Float64Array;
  readonly count: number;
}

/** A cycle with a smaller share of measured bins is left out. */
const leastPresent = 0.6;
/** A bin counts as at most so many times the typical distance: one spike must not speak for its cycle. */
const clip = 5;

/** Cuts the series, from its end, into cycles of `period` steps with `bins` means each. */
export function cutCycles(means: WindowMeans, period: number, bins: number): Cycles {
  const whole = Math.floor(means.length / period);
  const values = new Float64Array(whole * bins);
  const edges = Int32Array.from({ length: bins + 1 }, (_, bin) => Math.floor((bin * period) / bins));
  let count = 0;
  for (let cycle = 0; cycle < whole; cycle++) {
    const from = means.length - (cycle + 1) * period;
    const row = values.subarray(count * bins, (count + 1) * bins);
    for (let bin = 0; bin < bins; bin++)
      row[bin] = means.mean(from + (edges[bin] ?? 0), from + (edges[bin + 1] ?? 0));
    if (detrend(row)) count += 1;
  }
  const used = values.subarray(0, count * bins);
  winsorise(used);
  return { bins, values: used, count };
}

/** Takes the straight line of least squares off, and puts 0 where there is nothing. False: too little is there. */
function detrend(row: Float64Array): boolean {
  const { length } = row;
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let x = 0; x < length; x++) {
    const y = row[x] ?? Number.NaN;
    if (Number.isNaN(y)) continue;
    count += 1;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  if (count < Math.max(3, leastPresent * length)) return false;
  const slope = (count * sumXY - sumX * sumY) / (count * sumXX - sumX * sumX);
  const first = (sumY - slope * sumX) / count;
  for (let x = 0; x < length; x++) {
    const y = row[x] ?? Number.NaN;
    row[x] = Number.isNaN(y) ? 0 : y - first - slope * x;
  }
  return true;
}

function winsorise(values: Float64Array): void {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  const limit = (clip * sum) / Math.max(1, values.length);
  for (let at = 0; at < values.length; at++) values[at] = Math.min(limit, Math.max(-limit, values[at] ?? 0));
}

/** The mean cycle. */
export function meanCycle({ bins, values, count }: Cycles): Float64Array {
  const mean = new Float64Array(bins);
  for (const [index, value] of values.entries()) {
    mean[index % bins] = (mean[index % bins] ?? 0) + value / Math.max(1, count);
  }
  return mean;
}

/** The cycles without a profile that repeats every `profile.length` bins. */
export function without(cycles: Cycles, profile: Float64Array): Cycles {
  const { bins } = cycles;
  return {
    ...cycles,
    values: cycles.values.map((value, index) => value - (profile[(index % bins) % profile.length] ?? 0)),
  };
}

/**
 * Mean correlation over all pairs of cycles: the share of variance that repeats, without the bias that the variance of a mean cycle has. 0 on average for
 * cycles that do not know of each other, however smooth they are.
 */
export function likeness({ bins, values, count }: Cycles): number {
  const typical = energyOf(values) / Math.max(1, count);
  if (count < 2 || typical === 0) return 0;
  const sum = new Float64Array(bins);
  let energies = 0;
  for (let cycle = 0; cycle < count; cycle++) {
    const row = values.subarray(cycle * bins, (cycle + 1) * bins);
    const energy = energyOf(row);
    // A cycle with much going on counts like a usual one, one with little is not made larger: its rest is the end of what was before.
    const norm = Math.sqrt(Math.max(energy, typical));
    for (let bin = 0; bin < bins; bin++) sum[bin] = (sum[bin] ?? 0) + (row[bin] ?? 0) / norm;
    energies += energy / (norm * norm);
  }
  return (energyOf(sum) - energies) / (energies * (count - 1));
}

/** Sum of squares. */
export function energyOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
