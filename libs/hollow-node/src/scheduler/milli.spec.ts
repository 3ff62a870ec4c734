import { describe, expect, it } from '@jest/globals';
import { milli } from './milli.ts';

describe('milli', () => {
  it.each([
    ['1', 1000],
    ['1.1', 1100],
    ['100m', 100],
    ['1u', 1],
    ['2k', 2_000_000],
    ['1Ki', 1_024_000],
    ['8Gi', 8 * 1024 ** 3 * 1000],
    ['1e3', 1_000_000],
    ['.5', 500],
    ['-1', -1000],
    ['0', 0],
  ])('reads %s as %d thousandths', (text, expected) => {
    expect(milli(text)).toBe(expected);
  });

  it.each(['', 'a', '1Q', '1ki', '1i', '1 Gi'])('refuses %j', (text) => {
    expect(() => milli(text)).toThrow(RangeError);
  });
});
