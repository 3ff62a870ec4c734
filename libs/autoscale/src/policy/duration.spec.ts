import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each<[unknown, number]>([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['250ms', 250],
    ['1m30s', 90_000],
    [' 15s ', 15_000],
    ['90', 90_000],
    [90, 90_000],
    [0, 0],
    ['0s', 0],
  ])('%p is %i ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '-5m',
    '5 m',
    '5M',
    '1y',
    'm',
    '5m5m',
    '1e9s',
    '999999d',
    `${'9'.repeat(400)}s`,
    -1,
    NaN,
    Infinity,
    1e300,
    null,
    undefined,
    true,
    {},
    ['5m'],
  ])('%p is none', (text) => {
    expect(parseDuration(text)).toBe(undefined);
  });

  it('is read as it was written for messages', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3_650 * 86_400_000 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
      { seed: 1 },
    );
  });
});
