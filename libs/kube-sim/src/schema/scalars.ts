// The checks of strings and numbers.
import type { FieldCause } from '../api/failure.ts';
import { invalidType, invalidValue, quoteValue, tooLong } from './causes.ts';
import { hasFormat, knownFormat } from './formats.ts';
import type { Schema } from './schema.ts';

/** Where a value stands: the field of its causes, and what messages call it. */
export interface Place {
  readonly field: string;
  readonly path: string;
}

/** The field of a cause that has none. */
export const nowhere = '<nil>';

/** Length, pattern and format; of the first two only the first that fails. */
export function checkString(schema: Schema, value: string, { field, path }: Place): FieldCause[] {
  const causes: FieldCause[] = [];
  const { maxLength, minLength, pattern } = schema;
  const length = maxLength === undefined && minLength === undefined ? 0 : Array.from(value).length;
  if (maxLength !== undefined && length > maxLength) {
    causes.push(tooLong(field, maxLength));
  } else if (minLength !== undefined && length < minLength) {
    causes.push(invalidValue(field, value, `${path} in body should be at least ${minLength} chars long`));
  } else if (pattern !== undefined && pattern !== '' && !toRegExp(pattern).test(value)) {
    causes.push(invalidValue(field, value, `${path} in body should match '${pattern}'`));
  }
  const format =
    schema.type === 'string' || schema.type === undefined ? knownFormat(schema.format) : undefined;
  if (format !== undefined && !hasFormat(format, value)) {
    const detail = `${path} in body must be of type ${schema.format ?? ''}: ${quoteValue(value)}`;
    causes.push(invalidType(field, value, detail));
  }
  return causes;
}

/** The range of an integer's format, multiples and bounds. */
export function checkNumber(schema: Schema, value: number, { field, path }: Place): FieldCause[] {
  const { exclusiveMinimum = false, exclusiveMaximum = false } = schema;
  // The server compares whole numbers as such, and cuts the limits to fit.
  const limit = (one?: number) => (one === undefined || !Number.isSafeInteger(value) ? one : Math.trunc(one));
  const [maximum, minimum] = [limit(schema.maximum), limit(schema.minimum)];
  const multipleOf = limit(schema.multipleOf) === 0 ? undefined : limit(schema.multipleOf);
  const causes = schema.type === 'integer' ? checkInteger(schema, value, path) : [];
  const say = (words: string) =>
    causes.push(invalidValue(field, value, `${path} in body should be ${words}`));
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) say(`a multiple of ${multipleOf}`);
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    say(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    say(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
  return causes;
}

/**
 * A pattern of Go's RE2, as far as JavaScript has it: flags at the beginning, named groups, `\A` and `\z`, POSIX classes.
 *
 * @throws SyntaxError for what JavaScript cannot read
 */
export function toRegExp(pattern: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const body = (flags === null ? pattern : pattern.slice(flags[0].length))
    .replaceAll('(?P<', '(?<')
    .replace(/\\[Az]/g, (end) => (end === String.raw`\A` ? '^' : '$'))
    .replace(/\[:(\w+):\]/g, (whole, name: string) => posixClasses[name] ?? whole);
  try {
    return new RegExp(body, `u${flags?.[1] ?? ''}`);
  } catch {
    // Unicode mode refuses escapes like `\-`, which RE2 knows.
    return new RegExp(body, flags?.[1]);
  }
}

/** Whether a pattern can be read. */
export function isPattern(pattern: string): boolean {
  try {
    toRegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  space: String.raw`\t\n\v\f\r `,
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

function checkInteger({ format }: Schema, value: number, path: string): FieldCause[] {
  const limit = format === 'int32' ? 2 ** 31 : 2 ** 63;
  if (Number.isInteger(value) && value >= -limit && value < limit) return [];
  const how = format === 'int32' || format === 'int64' ? `with format ${format}` : '(default format)';
  return [invalidValue(nowhere, '', `Checked value must be of type integer ${how} in ${path}`)];
}

function isMultiple(value: number, factor: number): boolean {
  return Number.isSafeInteger(factor < 1 ? (1 / factor) * value : value / factor);
}
