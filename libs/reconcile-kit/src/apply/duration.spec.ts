import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalDuration } from './duration.ts';

describe('canonicalDuration', () => {
  // What Go's time package answers.
  it.each([
    ['0', '0s'],
    ['60s', '1m0s'],
    ['90m', '1h30m0s'],
    ['1h30m', '1h30m0s'],
    ['24h', '24h0m0s'],
    ['0.5s', '500ms'],
    ['1500ms', '1.5s'],
    ['100us', '100µs'],
    ['1.5us', '1.5µs'],
    ['1ns', '1ns'],
    ['-90s', '-1m30s'],
    ['+5s', '5s'],
    ['1h0.5s', '1h0m0.5s'],
    ['36h15m30.918273645s', '36h15m30.918273645s'],
    ['1.0000000001s', '1s'],
    ['.5m', '30s'],
    ['1.s', '1s'],
  ])('writes %s as %s', (text, expected) => {
    expect(canonicalDuration(text)).toBe(expected);
  });

  it.each(['', '5', 's', '1d', '1h 5m', '.s', '9999999999h'])('refuses %p', (text) => {
    expect(() => canonicalDuration(text)).toThrow(RangeError);
  });

  it('keeps the value, and cannot be improved on', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanos) => {
        const canonical = canonicalDuration(`${String(nanos)}ns`);
        expect(nanosOf(canonical)).toBe(nanos);
        expect(canonicalDuration(canonical)).toBe(canonical);
      }),
    );
  });

  function nanosOf(text: string): bigint {
    const units: Readonly<Record<string, number>> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, µs: 1e3, ns: 1 };
    let sum = 0n;
    for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(
      /(\d+)(?:\.(\d+))?(ns|µs|ms|[hms])/g,
    )) {
      sum += (BigInt(whole + fraction) * BigInt(units[unit] ?? 0)) / 10n ** BigInt(fraction.length);
    }
    return text.startsWith('-') ? -sum : sum;
  }
});
