// Times of a CronJob: pure. A library reads its schedule.
import { Cron } from 'croner';

const secondMs = 1000;
/** So many missed times are worth a warning. */
const many = 100;

export interface Schedule {
  /** The first time after another; epoch milliseconds. */
  readonly after: (ms: number) => number;
}

/** Reads a schedule of five fields, or a name such as `@hourly`. Throws if it is none, or if there is no such time. */
export function scheduleOf(text: string, timeZone = 'UTC'): Schedule {
  const cron = new Cron(text === '@midnight' ? '@daily' : text, { timezone: timeZone, mode: '5-part' });
  return {
    after: (ms) => {
      const next = cron.nextRun(new Date(ms));
      if (next === null) throw new Error('the schedule has no next time');
      return next.getTime();
    },
  };
}

/** The last time that has come, if any. */
export interface Due {
  readonly atMs: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
}

/** The last time between `sinceMs`, which is left out, and now. */
export function dueAt(schedule: Schedule, sinceMs: number, nowMs: number): Due {
  const first = schedule.after(sinceMs);
  if (nowMs < first) return { atMs: undefined, missed: 'none' };
  const second = schedule.after(first);
  if (nowMs < second) return { atMs: first, missed: 'none' };
  // Most of them are skipped, since there may be very many. Like the real controller this takes times for evenly spaced.
  const intervalMs = second - first;
  const missed = Math.floor((nowMs - first) / intervalMs) + 1;
  let atMs: number | undefined;
  const fromMs = first + (missed - 2) * intervalMs;
  for (let ms = schedule.after(fromMs); ms <= nowMs; ms = schedule.after(ms)) atMs = ms;
  return { atMs, missed: missed > many ? 'many' : 'few' };
}

/** RFC 3339 with seconds and the offset of a time zone. */
export function zonedText(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(ms);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const text = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
  const minutes = Math.round((Date.parse(`${text}Z`) - Math.floor(ms / secondMs) * secondMs) / 60_000);
  if (minutes === 0) return `${text}Z`;
  const two = (number: number): string => String(number).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${text}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
