// What the metrics said, evaluation by evaluation, for the last three hours.
import { isKnown, maxRawColumns, maxRawRows, moment, rawSlot, rawSpan } from './bounds.ts';
import type { PoolHistory, RawSamples } from './types.ts';

/**
 * Adds a row of samples, one value for each name; NaN, or anything that a 32-bit float cannot hold, is missing.
 *
 * Rows that are three hours old are dropped, and the oldest beyond 720. A row in the same 15 seconds as the newest one takes its place. When
 * the names change, known columns keep their past and the others' is dropped; names beyond the 32nd are not remembered. A row older than the
 * newest one is ignored, unless it is so by three hours or more: then the clock was wrong before, and memory begins again.
 *
 * @param now - milliseconds since 1970; not a moment: nothing is recorded
 */
export function recordSamples(
  history: PoolHistory,
  names: readonly string[],
  values: readonly number[],
  now: number,
): PoolHistory {
  const time = moment(now);
  if (time === undefined) return history;
  const columns = names.slice(0, maxRawColumns);
  const raw = withColumns(history.raw, columns);
  const newest = raw.times.at(-1);
  if (newest !== undefined && time < newest && newest - time < rawSpan) {
    return raw === history.raw ? history : { ...history, raw };
  }
  return { ...history, raw: withRow(raw, values, time) };
}

/**
 * Forgets the rows that are later than `now`, as of a clock that was wrong: they would keep out those until then.
 *
 * @param now - milliseconds since 1970
 */
export function samplesUntil(history: PoolHistory, now: number): PoolHistory {
  const { names, times, values } = history.raw;
  const end = times.findIndex((time) => time > now);
  if (end === -1) return history;
  return {
    ...history,
    raw: { names, times: times.slice(0, end), values: values.slice(0, end * names.length) },
  };
}

function withColumns(raw: RawSamples, names: readonly string[]): RawSamples {
  if (names.length === raw.names.length && names.every((name, at) => name === raw.names[at])) return raw;
  const rows = names.length === 0 ? 0 : raw.times.length;
  const values = new Float32Array(rows * names.length).fill(NaN);
  names.forEach((name, to) => {
    const from = raw.names.indexOf(name);
    if (from === -1) return;
    for (let row = 0; row < rows; row += 1) {
      values[row * names.length + to] = raw.values[row * raw.names.length + from] ?? NaN;
    }
  });
  return { names, times: raw.times.slice(0, rows), values };
}

function withRow(raw: RawSamples, row: readonly number[], time: number): RawSamples {
  const width = raw.names.length;
  if (width === 0) return raw;
  const end = rowsToKeep(raw.times, time);
  let begin = Math.max(0, end + 1 - maxRawRows);
  while (begin < end && (raw.times[begin] ?? 0) <= time - rawSpan) begin += 1;
  const kept = end - begin;

  const times = new Float64Array(kept + 1);
  times.set(raw.times.subarray(begin, end));
  times[kept] = time;
  const values = new Float32Array((kept + 1) * width);
  values.set(raw.values.subarray(begin * width, end * width));
  for (let column = 0; column < width; column += 1) {
    const value = row[column] ?? NaN;
    values[kept * width + column] = isKnown(value) ? value : NaN;
  }
  return { names: raw.names, times, values };
}

/** All; all but the newest, whose place is taken; or none, when they are of a future that the clock took back. */
function rowsToKeep(times: Float64Array, time: number): number {
  const newest = times.at(-1);
  if (newest === undefined || newest > time) return 0;
  return Math.floor(newest / rawSlot) === Math.floor(time / rawSlot) ? times.length - 1 : times.length;
}
