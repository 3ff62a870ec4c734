// What a metric was like in the last hour.
import type { RecentRange } from './decision.ts';
import type { RawSamples } from './history/types.ts';

const hour = 3_600_000;

/** Range and mean of a metric's values in the hour up to `now`, those that are missing left out; undefined if there were none. */
export function recentRange(
  { names, times, values }: RawSamples,
  name: string,
  now: number,
): RecentRange | undefined {
  const column = names.indexOf(name);
  if (column === -1) return undefined;
  let lowest = Infinity;
  let highest = -Infinity;
  let sum = 0;
  let count = 0;
  for (let row = times.length - 1; row >= 0 && (times[row] ?? 0) > now - hour; row -= 1) {
    const value = values[row * names.length + column] ?? NaN;
    if (Number.isNaN(value)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    sum += value;
    count += 1;
  }
  return count === 0 ? undefined : { lowest, mean: sum / count, highest };
}
