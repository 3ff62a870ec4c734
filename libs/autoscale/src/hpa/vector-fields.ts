// Reading values of unknown JSON, with the place of each in the message when it is not what it has to be.

/** A vector file that is not of the format; the message begins with its file and line. */
export class VectorFormatError extends Error {
  override readonly name = 'VectorFormatError';
}

/** A value and where it stands: the file and its line, and the path in that, such as `steps[0].t`. */
export interface Field {
  readonly value: unknown;
  readonly line: string;
  readonly path: string;
}

export function fail({ value, line, path }: Field, wanted: string): never {
  const place = path === '' ? line : `${line}: ${path}`;
  throw new VectorFormatError(`${place}: ${wanted}, got ${inShort(value)}`);
}

export function child(field: Field, key: string): Field {
  const parent = entries(field);
  return {
    value: Object.hasOwn(parent, key) ? parent[key] : undefined,
    line: field.line,
    path: field.path === '' ? key : `${field.path}.${key}`,
  };
}

export function list<T>(field: Field, read: (item: Field) => T): readonly T[] {
  if (!Array.isArray(field.value)) fail(field, 'must be a list');
  return field.value.map((value: unknown, index) =>
    read({ ...field, value, path: `${field.path}[${index}]` }),
  );
}

export function dictionary<T>(field: Field, read: (item: Field) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.keys(entries(field)).map((key) => [key, read(child(field, key))]));
}

export function optional<T, D>(field: Field, otherwise: D, read: (present: Field) => T): T | D {
  return field.value === undefined ? otherwise : read(field);
}

/** As `optional`, for fields where `null` says something of its own. */
export function nullable<T, D>(field: Field, forNull: D, read: (present: Field) => T): T | D {
  return field.value === null ? forNull : read(field);
}

export function text(field: Field): string {
  return typeof field.value === 'string' ? field.value : fail(field, 'must be a text');
}

export function flag(field: Field): boolean {
  return typeof field.value === 'boolean' ? field.value : fail(field, 'must be true or false');
}

export function number(field: Field): number {
  const { value } = field;
  return typeof value === 'number' && Number.isFinite(value) ? value : fail(field, 'must be a number');
}

export function whole(field: Field): number {
  return Number.isSafeInteger(number(field))
    ? number(field)
    : fail(field, 'must be a whole number of at most 53 bits');
}

export function positive(field: Field): number {
  return whole(field) > 0 ? whole(field) : fail(field, 'must be above 0');
}

export function size(field: Field): number {
  return whole(field) >= 0 ? whole(field) : fail(field, 'must be at least 0');
}

/** Seconds with at most whole milliseconds, as milliseconds. */
export function seconds(field: Field): number {
  return Math.round(number(field) * 1000) + 0;
}

export function oneOf<const T extends string | boolean>(field: Field, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === field.value);
  return found ?? fail(field, `must be one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}`);
}

function entries(field: Field): Readonly<Record<string, unknown>> {
  const { value } = field;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(field, 'must be an object');
  return value as Readonly<Record<string, unknown>>;
}

function inShort(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
