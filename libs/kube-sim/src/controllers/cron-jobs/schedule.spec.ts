import { describe, expect, it } from '@jest/globals';
import { dueAt, scheduleOf, zonedText } from './schedule.ts';

const at = (text: string): number => Date.parse(`2026-03-01T${text}:00Z`);

describe('the schedule of a CronJob', () => {
  it.each([
    ['*/15 * * * *', '10:01', '10:15'],
    ['0 3 * * *', '02:59', '03:00'],
    ['@hourly', '10:00', '11:00'],
  ])('%s comes after %s at %s', (text, since, next) => {
    expect(scheduleOf(text).after(at(since))).toBe(at(next));
  });

  it('is in its time zone, and there may be a time that no day has', () => {
    const schedule = scheduleOf('30 2 * * *', 'Europe/Berlin');
    expect(new Date(schedule.after(at('12:00'))).toISOString()).toBe('2026-03-02T01:30:00.000Z');
    expect(() => scheduleOf('0 0 31 2 *').after(at('12:00'))).toThrow('no next time');
    expect(() => scheduleOf('every day')).toThrow();
  });

  it('is due at the last of the times that were missed', () => {
    const schedule = scheduleOf('*/10 * * * *');
    expect(dueAt(schedule, at('10:00'), at('10:09'))).toEqual({ atMs: undefined, missed: 'none' });
    expect(dueAt(schedule, at('10:00'), at('10:10'))).toEqual({ atMs: at('10:10'), missed: 'none' });
    expect(dueAt(schedule, at('10:00'), at('10:45'))).toEqual({ atMs: at('10:40'), missed: 'few' });
    expect(dueAt(schedule, at('00:00'), at('23:59'))).toEqual({ atMs: at('23:50'), missed: 'many' });
  });

  it('is overlooked among missed times that are unevenly spaced, as the real controller does', () => {
    const schedule = scheduleOf('0,5,30 * * * *');
    expect(dueAt(schedule, at('09:59'), at('10:40'))).toEqual({ atMs: undefined, missed: 'few' });
    expect(dueAt(schedule, at('09:59'), at('10:07'))).toEqual({ atMs: at('10:05'), missed: 'few' });
  });
});

describe('a time in a zone', () => {
  it.each([
    ['UTC', '2026-03-01T12:00:00Z'],
    ['Europe/Berlin', '2026-03-01T13:00:00+01:00'],
    ['America/St_Johns', '2026-03-01T08:30:00-03:30'],
    ['Asia/Kathmandu', '2026-03-01T17:45:00+05:45'],
  ])('%s has its offset', (zone, text) => {
    expect(zonedText(at('12:00'), zone)).toBe(text);
  });
});
