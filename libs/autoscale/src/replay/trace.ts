// Reads a recorded load from text with columns.
import { type CsvError, type Info, parse } from 'csv-parse/sync';
import { median } from './median.ts';
import { timeReader } from './time-cells.ts';
import { type Columns, columnsOf, type Row, show, TIME_EXAMPLE } from './trace-columns.ts';
import { TraceError } from './trace-error.ts';
import type { Trace } from './types.ts';

export { TraceError, type TraceErrorReason } from './trace-error.ts';

/** How to read a load. */
export interface TraceOptions {
  /** `trace` by default. */
  readonly name?: string;
  /** Name of a column, or its number from 1; guessed by default. */
  readonly timeColumn?: string;
  readonly valueColumn?: string;
}

const NO_VALUE = new Set(['', 'nan', 'na', 'n/a', 'null', 'none', '-']);

/**
 * Reads rows of a time and a number of events from text with columns, separated by comma, semicolon or tab, with or without a line of names.
 *
 * Times are ISO 8601 or `YYYY-MM-DD HH:MM:SS`, with or without a zone (without: UTC), or seconds, milliseconds or microseconds since 1970. Rows
 * may stand in any order; of rows with the same time the mean is taken. A row without a value is skipped and its load is unknown.
 *
 * @throws {TraceError} for a value below zero, a cell that is no time or no number, columns that cannot be told, or fewer than two rows.
 */
export function readTrace(text: string, options: TraceOptions = {}): Trace {
  if (text.includes('\0'))
    throw new TraceError(
      'NotCsv',
      'this is no text in UTF-8, for it holds bytes of 0; save it as CSV in UTF-8',
    );
  const delimiter = delimiterOf(text);
  const rows = rowsOf(text, delimiter);
  const [first] = rows;
  if (first === undefined) throw new TraceError('TooFewRows', 'there are no rows; a load needs at least two');
  const columns = columnsOf(rows, first, options);
  const data = columns.header ? rows.slice(1) : rows;
  const { points, skipped } = pointsOf(data, columns, delimiter);
  const merged = mergeSameTime(points);
  if (merged.length < 2) {
    throw new TraceError(
      'TooFewRows',
      `there are ${merged.length} rows with a value and a time of their own; a load needs at least two`,
    );
  }
  const times = Float64Array.from(merged, (point) => point.time);
  return {
    name: options.name ?? 'trace',
    times,
    values: Float64Array.from(merged, (point) => point.value),
    step: median(times.subarray(1).map((time, index) => time - (times[index] ?? time))),
    skipped,
  };
}

/** The separator that the first line has most of. */
function delimiterOf(text: string): string {
  const begin = Math.max(0, text.search(/\S/));
  const line = /[^\r\n]*/.exec(text.slice(begin))?.[0] ?? '';
  const count = (separator: string): number => line.split(separator).length;
  return [',', ';', '\t'].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

function rowsOf(text: string, delimiter: string): readonly Row[] {
  try {
    const records: unknown = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      trim: true,
    });
    return (records as readonly { record: string[]; info: Info }[])
      .filter(({ record }) => record.some((cell) => cell !== ''))
      .map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    const lines = (error as Partial<CsvError>)['lines'];
    const line = typeof lines === 'number' ? lines : undefined;
    const reason = (error as Error).message.slice(0, 200);
    throw new TraceError('NotCsv', `${reason}; quote a cell wholly or not at all`, line, { cause: error });
  }
}

interface Point {
  readonly time: number;
  readonly value: number;
}

function pointsOf(
  rows: readonly Row[],
  columns: Columns,
  delimiter: string,
): { points: Point[]; skipped: number } {
  const readTime = timeReader(rows.map(({ cells }) => cells[columns.time] ?? ''));
  const points: Point[] = [];
  for (const { line, cells } of rows) {
    const cell = cells[columns.value] ?? '';
    if (NO_VALUE.has(cell.toLowerCase())) continue;
    const timeCell = cells[columns.time] ?? '';
    const time = readTime(timeCell);
    if (time === undefined) {
      throw new TraceError('BadTime', `${show(timeCell)} is not a time; write ${TIME_EXAMPLE}`, line);
    }
    points.push({ time, value: valueOf(cell, delimiter, line) });
  }
  return { points, skipped: rows.length - points.length };
}

function valueOf(cell: string, delimiter: string, line: number): number {
  // Where semicolons separate, a comma is usually the decimal point.
  const value = Number(delimiter === ';' ? cell.replace(',', '.') : cell);
  if (!Number.isFinite(value)) {
    throw new TraceError(
      'BadValue',
      `${show(cell)} is not a number; leave the cell empty where nothing was measured`,
      line,
    );
  }
  if (value < 0) {
    throw new TraceError(
      'BadValue',
      `${cell} is below zero, and a load cannot be; leave the cell empty where nothing was measured`,
      line,
    );
  }
  return value;
}

function mergeSameTime(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a.time - b.time);
  const merged: { time: number; value: number; count: number }[] = [];
  for (const { time, value } of sorted) {
    const last = merged.at(-1);
    if (last?.time !== time) merged.push({ time, value, count: 1 });
    else {
      last.value += value;
      last.count++;
    }
  }
  return merged.map(({ time, value, count }) => ({ time, value: value / count }));
}
