// The causes of a refusal, worded as the API server words them (apimachinery's field errors).
import type { FieldCause } from '../api/failure.ts';

/** A value that must be there and is not. */
export function required(field: string, detail = ''): FieldCause {
  return { reason: 'FieldValueRequired', message: withDetail('Required value', detail), field };
}

/** A value that is wrong. */
export function invalidValue(field: string, value: unknown, detail: string): FieldCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${quoteValue(value)}: ${detail}`, field };
}

/** A value of the wrong type; what is shown is the name of its type, or the value if that has the wrong format. */
export function invalidType(field: string, shown: string, detail: string): FieldCause {
  return { ...invalidValue(field, shown, detail), reason: 'FieldValueTypeInvalid' };
}

/** A value outside of an enumeration. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldCause {
  const values = supported.map((one) => JSON.stringify(one)).join(', ');
  const detail = values === '' ? '' : `supported values: ${values}`;
  return {
    reason: 'FieldValueNotSupported',
    message: withDetail(`Unsupported value: ${quoteValue(value)}`, detail),
    field,
  };
}

/** A string of too many characters (the server says bytes). */
export function tooLong(field: string, max: number): FieldCause {
  const message = `Too long: may not be more than ${max} ${max === 1 ? 'byte' : 'bytes'}`;
  return { reason: 'FieldValueTooLong', message, field };
}

/** Too many items, or properties. */
export function tooMany(field: string, actual: number, max: number): FieldCause {
  const message = `Too many: ${actual}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
  return { reason: 'FieldValueTooMany', message, field };
}

/** A second appearance of what may appear once. */
export function duplicate(field: string, value: unknown): FieldCause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${quoteValue(value)}`, field };
}

/** A field that may not be set, or not in this way. */
export function forbidden(field: string, detail: string): FieldCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field };
}

/** A value as Go prints it in these messages: numbers plain, everything else as JSON with sorted keys. */
export function quoteValue(value: unknown): string {
  return typeof value === 'number' ? goNumber(value) : goJson(value);
}

/** JSON as Go's encoder writes it: sorted keys; `<`, `>` and `&` escaped inside of objects and arrays. */
export function goJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return JSON.stringify(sorted(value)).replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
}

/** A float as Go's %v prints it: exponents have two digits. */
function goNumber(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

function withDetail(words: string, detail: string): string {
  return detail === '' ? words : `${words}: ${detail}`;
}
