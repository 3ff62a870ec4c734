import type { FieldError } from './field-error.ts';
import type { Schema } from './schema.ts';

/** Checks a string, number or boolean against a schema without properties or items. */
export function scalarErrors(schema: Schema, value: unknown, field: string): readonly FieldError[] {
  const expected = expectation(schema);
  if (!expected.accepts(value)) {
    return [
      { field, reason: 'TypeInvalid', value, message: `must be ${expected.words}`, remedy: expected.remedy },
    ];
  }
  if (typeof value === 'string') return stringErrors(schema, value, field);
  return typeof value === 'number' ? numberErrors(schema, value, field) : [];
}

interface Expectation {
  readonly words: string;
  readonly remedy: string;
  accepts(value: unknown): boolean;
}

function expectation(schema: Schema): Expectation {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return {
      words: 'a whole number or a string',
      remedy: 'write a whole number, or put the value in quotes',
      accepts: (value) => typeof value === 'string' || Number.isInteger(value),
    };
  }
  switch (schema.type) {
    case 'integer':
      return { words: 'a whole number', remedy: 'write digits without quotes', accepts: Number.isInteger };
    case 'boolean':
      return {
        words: 'true or false',
        remedy: 'write true or false without quotes',
        accepts: (value) => typeof value === 'boolean',
      };
    default:
      return {
        words: 'a string',
        remedy: 'put the value in quotes',
        accepts: (value) => typeof value === 'string',
      };
  }
}

function stringErrors(schema: Schema, value: string, field: string): readonly FieldError[] {
  const { enum: words, minLength = 0, maxLength = Infinity, pattern, form } = schema;
  const length = Array.from(value).length;
  if (words !== undefined && !words.includes(value)) {
    return [
      {
        field,
        reason: 'NotSupported',
        value,
        message: 'is not supported',
        remedy: `use one of ${words.join(', ')}`,
      },
    ];
  }
  if (length > maxLength) {
    return [
      {
        field,
        reason: 'TooLong',
        value,
        message: `is longer than ${maxLength} characters`,
        remedy: `use at most ${maxLength}`,
      },
    ];
  }
  if (length < minLength) {
    const message = minLength === 1 ? 'is empty' : `is shorter than ${minLength} characters`;
    return [{ field, reason: 'Invalid', value, message, remedy: `use at least ${minLength}` }];
  }
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    return [
      { field, reason: 'Invalid', value, message: 'has the wrong form', remedy: `use ${form ?? pattern}` },
    ];
  }
  return [];
}

function numberErrors(schema: Schema, value: number, field: string): readonly FieldError[] {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (value >= minimum && value <= maximum) return [];
  const message = value < minimum ? `is less than ${minimum}` : `is more than ${maximum}`;
  const remedy = maximum === Infinity ? `use ${minimum} or more` : `use ${minimum} to ${maximum}`;
  return [{ field, reason: 'Invalid', value, message, remedy }];
}
