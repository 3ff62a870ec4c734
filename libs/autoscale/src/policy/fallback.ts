// What to do when metrics stay away, and floors by the clock.
import { parseCron } from './cron.ts';
import { MOST_REPLICAS } from './pools.ts';
import { at, isAbsent, needs, type Place, readDuration, readFields, readList } from './read.ts';
import { readNumber, readText, readWord, show } from './read.ts';
import { zoneOffset } from './time-zone.ts';
import type { Fallback, ScheduleEntry } from './types.ts';

const MINUTE = 60_000;
const BEHAVIORS = ['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'] as const;
const MOST_ENTRIES = 50;

/** The behaviour is `static` if a number is given, as KEDA has it, else `currentReplicas`. */
export function readFallback(value: unknown, place: Place): Fallback {
  const fields = readFields(value, place, ['after', 'replicas', 'behavior'], {
    failureThreshold: 'write after, a duration such as 10m',
  });
  const replicas = readNumber(fields.replicas, at(place, 'replicas'), {
    min: 0,
    max: MOST_REPLICAS,
    isWhole: true,
  });
  const written = readWord(fields.behavior, at(place, 'behavior'), BEHAVIORS);
  const behavior = written ?? (isAbsent(fields.replicas) ? 'currentReplicas' : 'static');
  if (behavior !== 'currentReplicas' && isAbsent(fields.replicas))
    needs(fields.replicas, at(place, 'replicas'), `write the number that behavior ${behavior} asks for`);
  if (written === 'currentReplicas' && replicas !== undefined)
    place.report(
      at(place, 'replicas').path,
      'has no meaning with behavior currentReplicas; remove it, or write static or currentReplicasIfHigher',
    );
  const after = { min: 0, max: 24 * 60 * MINUTE };
  return {
    after: readDuration(fields.after, at(place, 'after'), after) ?? 10 * MINUTE,
    replicas,
    behavior,
  };
}

export function readSchedule(value: unknown, place: Place): readonly ScheduleEntry[] {
  const entries = readList(value, place, MOST_ENTRIES) ?? [];
  return entries.flatMap((entry, index) => readEntry(entry, at(place, index)) ?? []);
}

function readEntry(value: unknown, place: Place): ScheduleEntry | undefined {
  if (isAbsent(value)) {
    place.report(place.path, 'is absent; write cron and minReplicas, or remove the entry');
    return undefined;
  }
  const fields = readFields(value, place, ['cron', 'timezone', 'minReplicas']);
  needs(fields.cron, at(place, 'cron'), 'write five fields such as "0 8 * * 1-5"');
  needs(fields.minReplicas, at(place, 'minReplicas'), 'write the least number of secondaries from then on');
  const cron = readText(fields.cron, at(place, 'cron'), 200);
  const parsed = cron === undefined ? undefined : parseCron(cron);
  if (parsed?.ok === false) place.report(at(place, 'cron').path, parsed.message);
  const timezone = readText(fields.timezone, at(place, 'timezone'), 60) ?? 'UTC';
  const offset = zoneOffset(timezone);
  if (offset === undefined)
    place.report(
      at(place, 'timezone').path,
      `is ${show(timezone)}; write a name of the IANA time zone database, such as Europe/Berlin or UTC`,
    );
  const minReplicas = readNumber(fields.minReplicas, at(place, 'minReplicas'), {
    min: 0,
    max: MOST_REPLICAS,
    isWhole: true,
  });
  return cron === undefined || minReplicas === undefined
    ? undefined
    : { cron, timezone, offset, minReplicas };
}
