// Wall-clock time in a time zone. A wall time is written as the milliseconds that it would be in UTC.

const HOUR = 3_600_000;

/** Wall-clock time less UTC at a moment, in milliseconds. */
export type Offset = (moment: number) => number;

/** The offsets of an IANA time zone such as `Europe/Berlin`; undefined for a name that is none. */
export function zoneOffset(timezone: string): Offset | undefined {
  if (timezone === 'UTC') return () => 0;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  return (moment) => {
    const fields: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(moment)) fields[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1_000) * 1_000;
  };
}

/**
 * The first moment at which the clock on the wall shows `wall` or later: a time that occurs twice is its first occurrence, and one that
 * is skipped is the moment of the jump.
 */
export function momentOf(wall: number, offset: Offset): number {
  const before = offset(wall - 24 * HOUR);
  const after = offset(wall + 24 * HOUR);
  if (before === after || offset(wall - before) === before) return wall - before;
  if (offset(wall - after) === after) return wall - after;
  let low = wall - after;
  let high = wall - before;
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000;
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** The latest wall time that has been shown up to a moment: in the hour that a clock repeats, more than it shows now. */
export function latestWall(moment: number, offset: Offset): number {
  return moment + Math.max(offset(moment), offset(moment - 3 * HOUR));
}
