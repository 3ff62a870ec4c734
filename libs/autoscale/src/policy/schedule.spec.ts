import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesDay, parseCron } from './cron.ts';
import { nextScheduleMoment, scheduleFloor } from './schedule.ts';
import { zoneOffset } from './time-zone.ts';

const entry = (cron: string, minReplicas: number, timezone = 'UTC') => ({ cron, timezone, minReplicas });
const at = (text: string): number => Date.parse(text);
const since = (cron: string, timezone: string, now: string): string | undefined => {
  const floor = scheduleFloor([entry(cron, 1, timezone)], at(now));
  return floor && new Date(floor.since).toISOString();
};
const next = (cron: string, timezone: string, now: string): string | undefined => {
  const moment = nextScheduleMoment([entry(cron, 1, timezone)], at(now));
  return moment === undefined ? undefined : new Date(moment).toISOString();
};

describe('a schedule', () => {
  const office = [entry('0 8 * * 1-5', 5), entry('0 18 * * 1-5', 2)];

  it.each([
    ['2026-01-05T07:59:59Z', 2, 1],
    ['2026-01-05T08:00:00Z', 5, 0],
    ['2026-01-05T17:59:59Z', 5, 0],
    ['2026-01-05T18:00:00Z', 2, 1],
    ['2026-01-04T12:00:00Z', 2, 1],
  ])('at %s asks for %i, which entry %i says', (now, minReplicas, index) => {
    expect(scheduleFloor(office, at(now))).toMatchObject({ minReplicas, entry: index });
  });

  it('lets the later in the list win when two begin together', () => {
    const both = [entry('0 8 * * *', 5), entry('0 8 * * *', 3), entry('0 7 * * *', 9)];
    expect(scheduleFloor(both, at('2026-01-05T09:00:00Z'))).toMatchObject({ minReplicas: 3, entry: 1 });
  });

  it('without entries asks for nothing', () => {
    expect(scheduleFloor([], at('2026-01-05T09:00:00Z'))).toBe(undefined);
    expect(nextScheduleMoment([], at('2026-01-05T09:00:00Z'))).toBe(undefined);
  });

  it('says when the next entry begins, never now', () => {
    expect(nextScheduleMoment(office, at('2026-01-05T08:00:00Z'))).toBe(at('2026-01-05T18:00:00Z'));
    expect(nextScheduleMoment(office, at('2026-01-09T18:00:00Z'))).toBe(at('2026-01-12T08:00:00Z'));
  });

  it('at no moment says nothing', () => {
    for (const now of [NaN, Infinity, 1e300]) {
      expect(scheduleFloor(office, now)).toBe(undefined);
      expect(nextScheduleMoment(office, now)).toBe(undefined);
    }
  });

  it('finds 29 February years away', () => {
    expect(since('30 2 29 2 *', 'UTC', '2027-06-01T00:00:00Z')).toBe('2024-02-29T02:30:00.000Z');
    expect(next('30 2 29 2 *', 'UTC', '2097-06-01T00:00:00Z')).toBe('2104-02-29T02:30:00.000Z');
  });
});

describe('a schedule in a time zone that changes its clocks', () => {
  it('follows the clock on the wall', () => {
    expect(since('0 8 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-28T07:00:00.000Z');
    expect(since('0 8 * * *', 'Europe/Berlin', '2026-03-29T12:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(since('0 8 * * *', 'Asia/Kolkata', '2026-03-29T12:00:00Z')).toBe('2026-03-29T02:30:00.000Z');
  });

  it('begins at the moment of the jump when its time is skipped', () => {
    expect(since('30 2 * * *', 'Europe/Berlin', '2026-03-29T00:59:59Z')).toBe('2026-03-28T01:30:00.000Z');
    expect(since('30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(since('15 2 * * *', 'America/New_York', '2026-03-08T12:00:00Z')).toBe('2026-03-08T07:00:00.000Z');
  });

  it('begins once, at the first, when its time occurs twice', () => {
    const first = '2026-10-25T00:30:00.000Z';
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z')).toBe(first);
    expect(since('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:10:00Z')).toBe(first);
    expect(since('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:45:00Z')).toBe(first);
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });

  it('finds the same moments forward and backward, each one shown by the clock on the wall or skipped by it', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns'];
    const crons = ['30 2 * * *', '0 */6 * * *', '15 1 * * 0', '0 0 1 * *', '45 23 31 * 5'];
    const moments = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.constantFrom(...crons), moments, (timezone, cron, now) => {
        const schedule = [{ ...entry(cron, 1, timezone), offset: zoneOffset(timezone) }];
        const later = nextScheduleMoment(schedule, now) ?? NaN;
        const earlier = scheduleFloor(schedule, now)?.since ?? NaN;
        expect(earlier).toBeLessThanOrEqual(now);
        expect(later).toBeGreaterThan(now);
        expect(scheduleFloor(schedule, later)?.since).toBe(later);
        expect(scheduleFloor(schedule, later - 1)?.since).toBe(earlier);
        expect(nextScheduleMoment(schedule, earlier)).toBe(later);
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

describe('a cron expression', () => {
  const days = (text: string): number => {
    const parsed = parseCron(text);
    if (!parsed.ok) throw new Error(parsed.message);
    return Array.from({ length: 365 }, (_, day) => day).filter((day) =>
      matchesDay(parsed.cron, Date.UTC(2026, 0, 1) + day * 86_400_000),
    ).length;
  };

  it('matches days as crontab does: either field of two that do not begin with a star', () => {
    expect(days('0 0 13 * *')).toBe(12);
    expect(days('0 0 * * fri')).toBe(52);
    expect(days('0 0 13 * fri')).toBe(12 + 52 - 3);
    expect(days('0 0 */2 * fri')).toBeLessThan(52);
    expect(days('0 0 * JAN,dec 0,7')).toBe(8);
    expect(days('@yearly')).toBe(1);
  });

  it.each<[string, RegExp]>([
    ['', /fields/],
    ['* * * *', /4 fields/],
    ['* * * * * *', /6 fields/],
    ['60 * * * *', /minute/],
    ['* 24 * * *', /hour/],
    ['* * 0 * *', /day of the month/],
    ['* * * 13 *', /month/],
    ['* * * * 8', /day of the week/],
    ['5-1 * * * *', /minute/],
    ['*/0 * * * *', /minute/],
    ['1-2-3 * * * *', /minute/],
    ['1/2/3 * * * *', /minute/],
    ['a * * * *', /minute/],
    [', * * * *', /minute/],
    ['0 0 30 2 *', /no year has/],
    ['@reboot', /did you mean/],
    ['@dayly', /@daily/],
    ['1 '.repeat(5_000), /too long/],
  ])('%p is refused with the remedy', (text, message) => {
    expect(parseCron(text)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });
});
