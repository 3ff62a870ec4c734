// Whether a trace has a season, by the test that the engine itself uses and on what the engine would have seen.
import type { Season, Series } from '../forecast/types.ts';
import type { Trace } from '../replay/types.ts';
import { scoreFromOf } from './setting.ts';

const bucket = 300_000;
const longest = (28 * 86_400_000) / bucket;

/** The newest 28 days of the first third, in events per second and buckets of 5 minutes; a row that is longer fills all its buckets. */
export function firstThird(trace: Trace): Series {
  const until = scoreFromOf(trace);
  const start = Math.floor((trace.times[0] ?? 0) / bucket) * bucket;
  const count = Math.max(0, Math.floor((until - start) / bucket));
  const sums = new Float64Array(count);
  const lengths = new Float64Array(count);
  for (const [row, time] of trace.times.entries()) {
    if (time >= until) break;
    const end = time + trace.step;
    const rate = ((trace.values[row] ?? 0) / trace.step) * 1000;
    for (let at = Math.floor((time - start) / bucket); start + at * bucket < end; at++) {
      const from = start + at * bucket;
      const length = Math.min(end, from + bucket) - Math.max(time, from);
      sums[at] = (sums[at] ?? 0) + rate * length;
      lengths[at] = (lengths[at] ?? 0) + length;
    }
  }
  const values = Float32Array.from(sums, (sum, at) => sum / (lengths[at] ?? 0));
  const dropped = Math.max(0, count - longest);
  return { start: start + dropped * bucket, step: bucket, values: values.subarray(dropped) };
}

/** Seasons of the first third; none: the trace is not seasonal. */
export function seasonsOf(
  trace: Trace,
  findSeasons: (series: Series) => readonly Season[],
): readonly Season[] {
  return findSeasons(firstThird(trace));
}
