// Which columns of a text hold the times and the load.
import { timeReader } from './time-cells.ts';
import { TraceError } from './trace-error.ts';

/** A line of a text, cut into cells. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Where the times and the load are, from 0, and whether the first line holds names. */
export interface Columns {
  readonly time: number;
  readonly value: number;
  readonly header: boolean;
}

/** Names of columns, or their numbers from 1. */
interface Wanted {
  readonly timeColumn?: string;
  readonly valueColumn?: string;
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
/** What a message shows of a time. */
export const TIME_EXAMPLE = '2024-05-01T13:45:00Z or seconds since 1970';
/** Rows in which numbers are looked for, when no name tells the column of the load. */
const LOOKED_AT = 100;
/** Columns that a message lists, and characters that it shows of a cell. */
const LISTED = 20;
const SHOWN = 40;

/** Which columns to read. The first line holds names when nothing in it is a time. */
export function columnsOf(rows: readonly Row[], first: Row, options: Wanted): Columns {
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
  { timeColumn, valueColumn }: Wanted,
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

/** A cell as a message shows it. */
export function show(cell = ''): string {
  return JSON.stringify(cell.length > SHOWN ? `${cell.slice(0, SHOWN)}...` : cell);
}

function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell));
}
