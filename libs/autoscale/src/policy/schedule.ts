// Which entry of a schedule holds at a moment, and when the next one begins.
import { type Cron, matchesDay, parseCron } from './cron.ts';
import { latestWall, momentOf, type Offset, zoneOffset } from './time-zone.ts';
import type { ScheduleEntry } from './types.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 29 February is at most eight years away (1896 to 1904, 2096 to 2104). */
const FARTHEST = 8 * 366;

export interface ScheduleFloor {
  readonly minReplicas: number;
  /** Index of the entry in the schedule. */
  readonly entry: number;
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * The floor that holds at `now`: that of the entry whose moment was the last at or before it; of two that begin together, the later in the
 * list. An entry's moments follow the clock on the wall of its time zone: a time that occurs twice counts once, at its first occurrence,
 * and one that is skipped counts at the moment of the jump.
 */
export function scheduleFloor(schedule: readonly ScheduleEntry[], now: number): ScheduleFloor | undefined {
  let floor: ScheduleFloor | undefined;
  for (const [index, entry] of schedule.entries()) {
    const since = findMoment(entry, now, previousMoment);
    if (since !== undefined && (floor === undefined || since >= floor.since))
      floor = { minReplicas: entry.minReplicas, entry: index, since };
  }
  return floor;
}

/** When the next entry begins, after `now`, in milliseconds since 1970. */
export function nextScheduleMoment(schedule: readonly ScheduleEntry[], now: number): number | undefined {
  let next: number | undefined;
  for (const entry of schedule) {
    const moment = findMoment(entry, now, nextMoment);
    if (moment !== undefined && (next === undefined || moment < next)) next = moment;
  }
  return next;
}

function findMoment(
  entry: ScheduleEntry,
  now: number,
  find: (cron: Cron, offset: Offset, now: number) => number | undefined,
): number | undefined {
  const parsed = parseCron(entry.cron);
  const offset = entry.offset ?? zoneOffset(entry.timezone);
  const isTime = Math.abs(now) < 8e15;
  return parsed.ok && offset !== undefined && isTime ? find(parsed.cron, offset, now) : undefined;
}

function previousMoment(cron: Cron, offset: Offset, now: number): number | undefined {
  const latest = latestWall(now, offset);
  const today = Math.floor(latest / DAY) * DAY;
  const hours = [...cron.hours].sort((a, b) => b - a);
  const minutes = [...cron.minutes].sort((a, b) => b - a);
  for (let day = today; day >= today - FARTHEST * DAY; day -= DAY) {
    if (!matchesDay(cron, day)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const wall = day + (hour * 60 + minute) * MINUTE;
        if (wall > latest) continue;
        const moment = momentOf(wall, offset);
        if (moment <= now) return moment;
      }
    }
  }
  return undefined;
}

function nextMoment(cron: Cron, offset: Offset, now: number): number | undefined {
  const latest = latestWall(now, offset);
  const today = Math.floor(latest / DAY) * DAY;
  const hours = [...cron.hours].sort((a, b) => a - b);
  const minutes = [...cron.minutes].sort((a, b) => a - b);
  for (let day = today; day <= today + FARTHEST * DAY; day += DAY) {
    if (!matchesDay(cron, day)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const wall = day + (hour * 60 + minute) * MINUTE;
        if (wall <= latest) continue;
        const moment = momentOf(wall, offset);
        if (moment > now) return moment;
      }
    }
  }
  return undefined;
}
