// Reads single values of what a user wrote. Whatever is wrong is reported with its field and the remedy, and reads as absent.
import { formatDuration, parseDuration } from './duration.ts';
import { nearestName } from './nearest-name.ts';

/** More unknown fields of a block say no more than the first of them. */
const MOST_UNKNOWN = 100;

/** Takes note of what is wrong with a field. */
export type Report = (field: string, message: string) => void;

/** Where a value stands, such as `secondaries.metrics[0].target`, and where its errors go. */
export interface Place {
  readonly path: string;
  readonly report: Report;
}

export interface NumberRule {
  readonly min: number;
  readonly max: number;
  /** True: `min` itself is not allowed. */
  readonly isAboveMin?: boolean;
  /** True: `max` itself is not allowed. */
  readonly isBelowMax?: boolean;
  readonly isWhole?: boolean;
  /** Put behind the range in the message. */
  readonly unit?: string;
}

/** The fields of a block by name; all of them undefined for an absent or a wrong one. Null counts as absent, as in Kubernetes. */
export type Fields<Name extends string> = Readonly<Record<Name, unknown>>;

/** Reads a block that may have these fields and no others. */
export function readFields<Name extends string>(
  value: unknown,
  place: Place,
  names: readonly Name[],
  removed: Readonly<Record<string, string>> = {},
): Fields<Name> {
  const fields: Record<string, unknown> = {};
  for (const name of names) fields[name] = undefined;
  if (isAbsent(value)) return fields as Fields<Name>;
  if (!isBlock(value)) {
    place.report(place.path, `is ${show(value)}; write a block with the fields ${names.join(', ')}`);
    return fields as Fields<Name>;
  }
  for (const name of names) if (Object.hasOwn(value, name)) fields[name] = value[name];
  const unknown = Object.keys(value).filter((key) => !names.some((name) => name === key));
  for (const key of unknown.slice(0, MOST_UNKNOWN)) reportUnknown(key, place, names, removed);
  return fields as Fields<Name>;
}

/** Reads a list of at most `most` entries; undefined when absent or wrong. */
export function readList(value: unknown, place: Place, most: number): readonly unknown[] | undefined {
  if (isAbsent(value)) return undefined;
  if (!Array.isArray(value)) {
    place.report(place.path, `is ${show(value)}; write a list`);
    return undefined;
  }
  const entries: readonly unknown[] = value;
  if (entries.length > most) {
    place.report(place.path, `has ${entries.length} entries; write at most ${most}`);
    return undefined;
  }
  return entries;
}

/** Reads a number or a text that is one, such as "60": a fraction in a Kubernetes object is often written as text. */
export function readNumber(value: unknown, place: Place, rule: NumberRule): number | undefined {
  if (isAbsent(value)) return undefined;
  const number = asNumber(value);
  const isInside =
    number !== undefined &&
    (rule.isAboveMin === true ? number > rule.min : number >= rule.min) &&
    (rule.isBelowMax === true ? number < rule.max : number <= rule.max) &&
    (rule.isWhole !== true || Number.isInteger(number));
  if (isInside) return number;
  place.report(place.path, `is ${show(value)}; write ${describeNumber(rule)}`);
  return undefined;
}

/** Reads a duration within these limits in milliseconds. */
export function readDuration(
  value: unknown,
  place: Place,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (isAbsent(value)) return undefined;
  const duration = parseDuration(value);
  if (duration !== undefined && duration >= min && duration <= max) return duration;
  place.report(
    place.path,
    `is ${show(value)}; write a duration from ${formatDuration(min)} to ${formatDuration(max)}, such as 90s, 5m or 1h30m`,
  );
  return undefined;
}

export function readBoolean(value: unknown, place: Place): boolean | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'boolean') return value;
  place.report(place.path, `is ${show(value)}; write true or false`);
  return undefined;
}

/** Reads one of these words. `removed` says what to write instead of words that there are no more. */
export function readWord<Word extends string>(
  value: unknown,
  place: Place,
  words: readonly Word[],
  removed: Readonly<Record<string, string>> = {},
): Word | undefined {
  if (isAbsent(value)) return undefined;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const remedy = typeof value === 'string' && Object.hasOwn(removed, value) ? removed[value] : undefined;
  const nearest = typeof value === 'string' ? nearestName(value.slice(0, 60), words) : undefined;
  place.report(
    place.path,
    `is ${show(value)}; ${remedy ?? (nearest === undefined ? `write one of ${words.join(', ')}` : `did you mean ${nearest}? There are ${words.join(', ')}`)}`,
  );
  return undefined;
}

export function readText(value: unknown, place: Place, most: number): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= most) return value;
  place.report(place.path, `is ${show(value)}; write a text of at most ${most} characters`);
  return undefined;
}

/**
 * Reads a name by which samples, answers and reports are looked up: it must not be one that every object has, such as `constructor`.
 */
export function readName(value: unknown, place: Place): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'string' && /^[A-Za-z][\w.-]{0,62}$/.test(value) && !(value in Object.prototype))
    return value;
  place.report(
    place.path,
    `is ${show(value)}; write a name of at most 63 letters, digits, dots, dashes and underscores that starts with a letter and is no word of JavaScript's objects`,
  );
  return undefined;
}

/** Reports a field that has to be there and is not. */
export function needs(value: unknown, place: Place, remedy: string): void {
  if (isAbsent(value)) place.report(place.path, `is missing; ${remedy}`);
}

export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** The place of a field or of an entry of a list. */
export function at(place: Place, key: string | number): Place {
  const path = typeof key === 'number' ? `${place.path}[${key}]` : join(place.path, key);
  return { path, report: place.report };
}

/** A value for a message, short whatever it is. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isAbsent(value)) return 'absent';
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value) || value.length > 40) return undefined;
  return Number(value) + 0;
}

function reportUnknown(
  key: string,
  place: Place,
  names: readonly string[],
  removed: Readonly<Record<string, string>>,
): void {
  const shown = key.slice(0, 60);
  const field = at(place, shown).path;
  const remedy = Object.hasOwn(removed, key) ? removed[key] : undefined;
  const nearest = nearestName(shown, names);
  if (remedy !== undefined) place.report(field, `there is no such field; ${remedy}`);
  else if (nearest !== undefined) place.report(field, `there is no such field; did you mean ${nearest}?`);
  else place.report(field, `there is no such field; remove it, or write one of ${names.join(', ')}`);
}

function describeNumber({ min, max, isAboveMin, isBelowMax, isWhole, unit }: NumberRule): string {
  const kind = isWhole === true ? 'a whole number' : 'a number';
  const lower = isAboveMin === true ? `above ${min}` : `from ${min}`;
  const upper = isBelowMax === true ? `below ${max}` : `to ${max}`;
  return `${kind} ${lower} ${upper}${unit === undefined ? '' : ` (${unit})`}`;
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
