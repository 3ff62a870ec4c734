// Means over windows of a series with gaps, each in constant time.

export interface WindowMeans {
  readonly length: number;
  /** Mean of the values from `from` (included) to `to` (excluded) that are there; NaN if none is. */
  readonly mean: (from: number, to: number) => number;
}

/** Running sums of the values and of how many there are. */
export function windowMeans(values: ArrayLike<number>): WindowMeans {
  const length = values.length;
  const sums = new Float64Array(length + 1);
  const counts = new Int32Array(length + 1);
  let sum = 0;
  let count = 0;
  for (let index = 0; index < length; index++) {
    const value = values[index] ?? Number.NaN;
    if (Number.isFinite(value)) {
      sum += value;
      count += 1;
    }
    sums[index + 1] = sum;
    counts[index + 1] = count;
  }
  const mean = (from: number, to: number): number => {
    const first = from < 0 ? 0 : from;
    const last = to > length ? length : to;
    if (last <= first) return Number.NaN;
    const present = (counts[last] ?? 0) - (counts[first] ?? 0);
    return present > 0 ? ((sums[last] ?? 0) - (sums[first] ?? 0)) / present : Number.NaN;
  };
  return { length, mean };
}
