import { describe, expect, it } from '@jest/globals';
import { formatFieldError } from './field-error.ts';

const format = (value: unknown, message: string): string =>
  formatFieldError({ field: 'spec.x', reason: 'Invalid', value, message, remedy: 'do that' });

describe('a fault in words', () => {
  it('tells the value', () => {
    expect(format('8Gi', 'cannot shrink')).toBe('spec.x: cannot shrink (8Gi); do that');
    expect(format(0, 'is too low')).toBe('spec.x: is too low (0); do that');
  });

  it('does not tell it twice', () => {
    expect(format('5.25', 'is too old: 5.25 is not 5.26')).toBe(
      'spec.x: is too old: 5.25 is not 5.26; do that',
    );
    expect(format(5, 'is less than 15')).toBe('spec.x: is less than 15 (5); do that');
  });

  it('leaves out what is no scalar, and most of what is long', () => {
    expect(format({ a: 1 }, 'is an object')).toBe('spec.x: is an object; do that');
    expect(format('y'.repeat(99), 'is long')).toBe(`spec.x: is long (${'y'.repeat(64)}...); do that`);
  });

  it('calls the object itself so', () => {
    const error = {
      field: '',
      reason: 'TypeInvalid',
      message: 'is no object',
      remedy: 'make it one',
    } as const;
    expect(formatFieldError(error)).toBe('object: is no object; make it one');
  });
});
