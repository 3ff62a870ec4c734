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
  const rows: Float64Array[] = [];
  for (let cycle = 0; cycle < whole; cycle++) {
    const from = means.length - (cycle + 1) * period;
    const row = Float64Array.from({ length: bins }, (_, bin) =>
      means.mean(from + Math.floor((bin * period) / bins), from + Math.floor(((bin + 1) * period) / bins)),
    );
    if (detrend(row)) rows.push(row);
  }
  const values = new Float64Array(rows.length * bins);
  for (const [index, row] of rows.entries()) values.set(row, index * bins);
  winsorise(values);
  return { bins, values, count: rows.length };
}

/** Takes the straight line of least squares off, and puts 0 where there is nothing. False: too little is there. */
function detrend(row: Float64Array): boolean {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  for (const [x, y] of row.entries()) {
    if (Number.isNaN(y)) continue;
    count += 1;
    sumX += x;
    sumY += y;
  }
  if (count < Math.max(3, leastPresent * row.length)) return false;
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of row.entries()) {
    if (Number.isNaN(y)) continue;
    covariance += (x - sumX / count) * (y - sumY / count);
    variance += (x - sumX / count) ** 2;
  }
  const slope = covariance / variance;
  for (const [x, y] of row.entries())
    row[x] = Number.isNaN(y) ? 0 : y - sumY / count - slope * (x - sumX / count);
  return true;
}

function winsorise(values: Float64Array): void {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  const limit = (clip * sum) / Math.max(1, values.length);
  for (const [index, value] of values.entries()) values[index] = Math.min(limit, Math.max(-limit, value));
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
    for (const [bin, value] of row.entries()) sum[bin] = (sum[bin] ?? 0) + value / norm;
    energies += energy / (norm * norm);
  }
  return (energyOf(sum) - energies) / (energies * (count - 1));
}

/** Sum of squares. */
export function energyOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
