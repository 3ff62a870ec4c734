// Reads a recorded load from text with columns.
import { type CsvError, type Info, parse } from 'csv-parse/sync';
import { median } from './median.ts';
import { timeReader } from './time-cells.ts';
import type { Trace } from './types.ts';

/** What is wrong with a text that should be a load. */
export type TraceErrorReason =
  'NotCsv' | 'UnknownColumn' | 'AmbiguousColumn' | 'BadTime' | 'BadValue' | 'TooFewRows';

/** A text that cannot be read as a load; the message names the line and what to do. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly reason: TraceErrorReason;
  /** Counted from 1. */
  readonly line: number | undefined;

  constructor(reason: TraceErrorReason, message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `line ${line}: ${message}`, options);
    this.reason = reason;
    this.line = line;
  }
}

/** How to read a load. */
export interface TraceOptions {
  /** `trace` by default. */
  readonly name?: string;
  /** Name of a column, or its number from 1; guessed by default. */
  readonly timeColumn?: string;
  readonly valueColumn?: string;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

interface Columns {
  readonly time: number;
  readonly value: number;
  readonly header: boolean;
}

const TIME_NAMES = ['timestamp', 'time', 'datetime', 'date', 'ds', 'ts', 't', '_time', 'period', 'hour'];
const VALUE_NAMES = [
  'value',
  'y',
  'count',
  'requests',
  'load',
  'events',
  'rate',
  'throughput',
  'queries',
  'total',
  'v',
  '_value',
];
const TIME_EXAMPLE = '2024-05-01T13:45:00Z or seconds since 1970';
/** Rows in which numbers are looked for, when no name tells the column of the load. */
const LOOKED_AT = 100;
/** Columns that a message lists, and characters that it shows of a cell. */
const LISTED = 20;
const SHOWN = 40;
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

/** Which columns to read. The first line holds names when nothing in it is a time. */
function columnsOf(rows: readonly Row[], first: Row, options: TraceOptions): Columns {
  const header = !first.cells.some((cell) => timeReader([cell])(cell) !== undefined);
  const names = header ? first.cells : [];
  const sample = (header ? rows[1] : first)?.cells ?? [];
  const time = named(options.timeColumn, names, sample) ?? known(TIME_NAMES, names) ?? likelyTime(sample);
  if (time === undefined) {
    throw new TraceError(
      'UnknownColumn',
      `no column holds times such as ${TIME_EXAMPLE}; name it (${list(names, sample)})`,
      first.line,
    );
  }
  const value =
    named(options.valueColumn, names, sample) ??
    known(VALUE_NAMES, names, time) ??
    onlyNumber((header ? rows.slice(1) : rows).slice(0, LOOKED_AT), time, names, first.line);
  for (const column of [time, value]) checkUnique(column, names, options, first.line);
  return { time, value, header };
}

/** Of columns with one name only a number can tell which is meant. */
function checkUnique(
  column: number,
  names: readonly string[],
  { timeColumn, valueColumn }: TraceOptions,
  line: number,
): void {
  const name = names[column]?.toLowerCase();
  const numbers = [...names.keys()]
    .filter((at) => names[at]?.toLowerCase() === name)
    .map((at) => `${at + 1}`);
  if (numbers.length < 2 || [timeColumn, valueColumn].includes(`${column + 1}`)) return;
  throw new TraceError(
    'AmbiguousColumn',
    `more than one column is called ${show(names[column])}; name one by its number (${numbers.join(', ')})`,
    line,
  );
}

function named(
  wanted: string | undefined,
  names: readonly string[],
  sample: readonly string[],
): number | undefined {
  if (wanted === undefined) return undefined;
  const byName = names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
  if (byName >= 0) return byName;
  const byNumber = /^\d+$/.test(wanted) ? Number(wanted) - 1 : -1;
  if (byNumber >= 0 && byNumber < Math.max(names.length, sample.length)) return byNumber;
  throw new TraceError(
    'UnknownColumn',
    `there is no column ${show(wanted)}; there are ${list(names, sample)}`,
  );
}

function known(candidates: readonly string[], names: readonly string[], except?: number): number | undefined {
  const lower = names.map((name) => name.toLowerCase());
  for (const candidate of candidates) {
    const index = lower.findIndex((name, at) => name === candidate && at !== except);
    if (index >= 0) return index;
  }
  return undefined;
}

/** Text that is a time before numbers that could be anything. */
function likelyTime(sample: readonly string[]): number | undefined {
  const isTime = (cell: string): boolean => timeReader([cell])(cell) !== undefined;
  const asText = sample.findIndex((cell) => isTime(cell) && !isNumber(cell));
  if (asText >= 0) return asText;
  const asNumber = sample.findIndex(isTime);
  return asNumber >= 0 ? asNumber : undefined;
}

/** The only column beside the time that holds a number in one of the rows. */
function onlyNumber(rows: readonly Row[], time: number, names: readonly string[], line: number): number {
  const widest = rows.reduce<readonly string[]>(
    (most, { cells }) => (cells.length > most.length ? cells : most),
    [],
  );
  const numbers = [...widest.keys()].filter(
    (column) =>
      column !== time && rows.some(({ cells }) => isNumber((cells[column] ?? '').replace(',', '.'))),
  );
  const [value] = numbers;
  if (value === undefined) {
    throw new TraceError(
      'UnknownColumn',
      `no column beside the time holds numbers; name it (${list(names, widest)})`,
      line,
    );
  }
  if (numbers.length > 1) {
    throw new TraceError(
      'AmbiguousColumn',
      `more than one column holds numbers; name one (${list(names, widest)})`,
      line,
    );
  }
  return value;
}

function list(names: readonly string[], sample: readonly string[]): string {
  if (names.length === 0) return `numbers 1 to ${sample.length}`;
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `${names.slice(0, LISTED).map(show).join(', ')}${more}`;
}

function show(cell = ''): string {
  return JSON.stringify(cell.length > SHOWN ? `${cell.slice(0, SHOWN)}...` : cell);
}

function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell));
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
