// Cron expressions of five fields, as crontab(5) and Kubernetes' CronJob write them: minute, hour, day of month, month, day of week.
import { nearestName } from './nearest-name.ts';

/** The values that match, by field. Days of the week count from Sunday = 0, months from January = 1. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** True: a day matches if either of its fields does, which crontab(5) says of two fields that do not begin with a star. */
  readonly isEitherDay: boolean;
}

export type CronResult =
  { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly message: string };

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const FIELDS = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  day: { name: 'day of the month', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, words: MONTHS },
  weekday: { name: 'day of the week', min: 0, max: 7, words: WEEKDAYS },
} as const satisfies Record<string, Field>;

/** Reads an expression; one that no day of any year matches, such as 30 February, is refused. */
export function parseCron(text: string): CronResult {
  const written = text.trim().toLowerCase();
  if (written.length > 200) return refused('is too long; write five fields such as "0 8 * * 1-5"');
  if (written.startsWith('@') && !Object.hasOwn(MACROS, written)) {
    const meant = nearestName(written, Object.keys(MACROS)) ?? '@daily';
    return refused(`is no name of a schedule; did you mean ${meant}?`);
  }
  const parts = (MACROS[written] ?? written).split(/\s+/);
  const [minute, hour, day, month, weekday] = parts;
  if (parts.length !== 5 || weekday === undefined)
    return refused(
      `has ${parts.length} fields; write five: minute, hour, day of the month, month, day of the week`,
    );
  const minutes = parseField(minute ?? '', FIELDS.minute);
  const hours = parseField(hour ?? '', FIELDS.hour);
  const days = parseField(day ?? '', FIELDS.day);
  const months = parseField(month ?? '', FIELDS.month);
  const weekdays = parseField(weekday, FIELDS.weekday);
  for (const values of [minutes, hours, days, months, weekdays])
    if (typeof values === 'string') return refused(values);
  const cron: Cron = {
    minutes: minutes as ReadonlySet<number>,
    hours: hours as ReadonlySet<number>,
    days: days as ReadonlySet<number>,
    months: months as ReadonlySet<number>,
    weekdays: new Set([...(weekdays as ReadonlySet<number>)].map((value) => value % 7)),
    isEitherDay: !(day ?? '').startsWith('*') && !weekday.startsWith('*'),
  };
  return hasDay(cron) ? { ok: true, cron } : refused('names a day that no year has; correct day and month');
}

/** Whether the day that holds this moment of wall-clock time, given as if it were UTC, matches. */
export function matchesDay(cron: Cron, wall: number): boolean {
  const date = new Date(wall);
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const isDay = cron.days.has(date.getUTCDate());
  const isWeekday = cron.weekdays.has(date.getUTCDay());
  return cron.isEitherDay ? isDay || isWeekday : isDay && isWeekday;
}

function parseField(text: string, field: Field): ReadonlySet<number> | string {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    const [from = '', to, ...rest] = range.split('-');
    const every = step === undefined ? 1 : wholeNumber(step);
    const first = range === '*' ? field.min : valueOf(from, field);
    let last = range === '*' || step !== undefined ? field.max : first;
    if (to !== undefined) last = valueOf(to, field);
    const isShaped = more.length === 0 && rest.length === 0;
    if (!isShaped || first === undefined || last === undefined || !every || first > last)
      return `has "${text.slice(0, 40)}" as its ${field.name}; write numbers from ${field.min} to ${field.max}, ranges, lists or steps`;
    for (let value = first; value <= last; value += every) values.add(value);
  }
  return values;
}

function valueOf(text: string, { min, max, words }: Field): number | undefined {
  const word = words?.indexOf(text) ?? -1;
  const value = word >= 0 ? word + (min === 0 ? 0 : 1) : wholeNumber(text);
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

/** A leap year has every day and month that a year can have. */
function hasDay(cron: Cron): boolean {
  const start = Date.UTC(2024, 0, 1);
  for (let day = 0; day < 366; day++) if (matchesDay(cron, start + day * 86_400_000)) return true;
  return false;
}

function refused(message: string): CronResult {
  return { ok: false, message };
}
