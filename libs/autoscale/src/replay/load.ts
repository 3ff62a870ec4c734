// The load of each step of a simulation, drawn around what a recording says of longer times.
import { poisson, stream } from './random.ts';
import type { Trace } from './types.ts';

/** Up to so many steps of the trace are filled in between two rows; a longer hole stays one. */
const LONGEST_HOLE = 3;
/** A row that is further away from the next one than so many steps has missing rows behind it. */
const LONGEST_ROW = 1.5;

/** A piece of time with its load: linear from one rate to the other, in events per millisecond. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Events in each step of `interval` milliseconds, the first of which begins with the trace; NaN where the load is not known for the whole step.
 *
 * Between the middles of two rows the rate goes in a straight line, which is then scaled so that a row keeps its number of events; holes of up to
 * three steps are crossed by the line. The number of a step is drawn from a Poisson distribution with that mean.
 */
export function loadBetween(trace: Trace, interval: number, seed: number): Float64Array {
  const start = trace.times[0] ?? 0;
  const end = (trace.times.at(-1) ?? start) + trace.step;
  const load = new Float64Array(Math.floor((end - start) / interval));
  const known = new Float64Array(load.length);
  for (const piece of piecesOf(trace)) addPiece(piece, start, interval, load, known);
  const rng = stream(seed);
  return load.map((mean, step) => (interval - (known[step] ?? 0) < 1 ? poisson(rng, mean) : NaN));
}

function piecesOf({ times, values, step }: Trace): readonly Piece[] {
  const rows = Array.from(times, (start, index) => {
    const distance = (times[index + 1] ?? Infinity) - start;
    const length = distance > LONGEST_ROW * step ? step : distance;
    return { start, end: start + length, middle: start + length / 2, rate: (values[index] ?? 0) / length };
  });
  const pieces: Piece[] = [];
  for (const [index, row] of rows.entries()) {
    const before = joined(rows[index - 1], row, step);
    const after = joined(row, rows[index + 1], step);
    const from = before === undefined ? row.rate : rateAt(before, row.start);
    const to = after === undefined ? row.rate : rateAt(after, row.end);
    const total = from + 2 * row.rate + to;
    const scale = total > 0 ? (4 * row.rate) / total : 0;
    pieces.push(
      { start: row.start, end: row.middle, from: from * scale, to: row.rate * scale },
      { start: row.middle, end: row.end, from: row.rate * scale, to: to * scale },
    );
    const next = rows[index + 1];
    if (after !== undefined && next !== undefined && next.start > row.end) {
      pieces.push({ start: row.end, end: next.start, from: to, to: rateAt(after, next.start) });
    }
  }
  return pieces;
}

interface Row {
  readonly start: number;
  readonly end: number;
  readonly middle: number;
  readonly rate: number;
}

/** The line between the middles of two rows; undefined across a hole that stays one. */
function joined(left: Row | undefined, right: Row | undefined, step: number): Piece | undefined {
  if (left === undefined || right === undefined || right.start - left.end > LONGEST_HOLE * step)
    return undefined;
  return { start: left.middle, end: right.middle, from: left.rate, to: right.rate };
}

function rateAt({ start, end, from, to }: Piece, time: number): number {
  return from + ((to - from) * (time - start)) / (end - start);
}

/** Gives each step its share of the piece. */
function addPiece(
  piece: Piece,
  origin: number,
  interval: number,
  load: Float64Array,
  known: Float64Array,
): void {
  const first = Math.floor((piece.start - origin) / interval);
  for (let step = first; step < load.length && origin + step * interval < piece.end; step++) {
    const start = Math.max(piece.start, origin + step * interval);
    const end = Math.min(piece.end, origin + (step + 1) * interval);
    load[step] = (load[step] ?? 0) + ((rateAt(piece, start) + rateAt(piece, end)) / 2) * (end - start);
    known[step] = (known[step] ?? 0) + (end - start);
  }
}
