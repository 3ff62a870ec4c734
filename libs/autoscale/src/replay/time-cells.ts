// Times as they stand in recordings.

const SHAPE =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:[T ]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;

/** Largest number of a column that is taken for seconds, milliseconds, microseconds; what is larger is nanoseconds. All reach beyond the year 5000. */
const UNITS = [
  { upTo: 1e11, milliseconds: 1000 },
  { upTo: 1e14, milliseconds: 1 },
  { upTo: 1e17, milliseconds: 1e-3 },
  { upTo: Infinity, milliseconds: 1e-6 },
] as const;

/** Reads the cells of one column as milliseconds since 1970: the largest number of the column tells the unit of all of them. */
export function timeReader(cells: readonly string[]): (cell: string) => number | undefined {
  let largest = 0;
  for (const cell of cells) {
    const number = numberOf(cell);
    if (number !== undefined) largest = Math.max(largest, number);
  }
  const unit = UNITS.find(({ upTo }) => largest < upTo)?.milliseconds ?? 1;
  return (cell) => {
    const number = numberOf(cell);
    return number === undefined ? timeOf(cell) : Math.round(number * unit);
  };
}

function numberOf(cell: string): number | undefined {
  if (cell === '') return undefined;
  const number = Number(cell);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function timeOf(cell: string): number | undefined {
  const parts = SHAPE.exec(cell);
  if (parts === null) return undefined;
  const numbers = parts.slice(1, 7).map((part: string | undefined) => Number(part ?? 0));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const fraction = parts[7] === undefined ? 0 : Math.floor(Number(`0.${parts[7]}`) * 1000);
  const time = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  const date = new Date(time);
  // A day that the month does not have would roll over into the next.
  const exists =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return exists ? time - offsetOf(parts[8]) : undefined;
}

function offsetOf(zone: string | undefined): number {
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (parts === null) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return (parts[1] === '-' ? -minutes : minutes) * 60_000;
}
