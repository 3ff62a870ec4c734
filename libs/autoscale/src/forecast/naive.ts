// The forecasts that any other has to beat.
import type { WindowMeans } from './window-means.ts';

/** The newest values, in steps, that persistence goes on with. */
const recent = 3;
/** How far back it looks for a value, in steps: a day of 5 minutes. */
const furthest = 288;

/** Goes on with the mean of the last three values, or with the last one that there is; NaN if there is none. */
export function persistence(means: WindowMeans, origin: number): number {
  let value = means.mean(origin - recent, origin);
  for (let back = recent + 1; Number.isNaN(value) && back <= furthest; back++)
    value = means.mean(origin - back, origin);
  return value;
}

/** The mean of three values around the same phase of the last season. */
export function seasonalNaive(means: WindowMeans, origin: number, horizon: number, period: number): number {
  const target = origin - 1 + horizon;
  for (let past = target - period * Math.ceil((horizon + 1) / period); past >= 0; past -= period) {
    const value = means.mean(past - 1, past + 2);
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}
