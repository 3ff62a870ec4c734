import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareQuantities, parseQuantity } from './quantity.ts';

const nano = 10n ** 9n;

describe('parseQuantity', () => {
  it.each<[string | number, bigint]>([
    ['0', 0n],
    ['10Gi', 10n * 2n ** 30n * nano],
    ['500m', nano / 2n],
    ['1.5Ki', 1536n * nano],
    ['.5', nano / 2n],
    ['5.', 5n * nano],
    ['1E', 10n ** 18n * nano],
    ['1E3', 1000n * nano],
    ['1e-3', nano / 1000n],
    ['1n', 1n],
    ['0.1n', 1n],
    ['0.0000000001', 1n],
    [2, 2n * nano],
    [0.5, nano / 2n],
  ])('reads %p', (text, expected) => {
    expect(parseQuantity(text)).toBe(expected);
  });

  it.each(['', '.', '1e', 'Gi', '10gi', '1 Gi', '-1', '1e100', '1KiB', '0x1', 'Infinity'])(
    'refuses %p',
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  it('answers for any string or number without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.integer()), (text) => {
        const parsed = parseQuantity(text);
        expect(parsed === undefined || parsed >= 0n).toBe(true);
      }),
    );
  });
});

describe('compareQuantities', () => {
  const suffixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'm', 'u', 'n'];
  const quantity = fc
    .tuple(fc.nat(), fc.constantFrom(...suffixes))
    .map(([amount, suffix]) => `${amount}${suffix}`);

  it('knows one amount under two names', () => {
    fc.assert(
      fc.property(fc.nat(), (amount) => {
        expect(compareQuantities(`${amount}Mi`, `${amount * 1024}Ki`)).toBe(0);
        expect(compareQuantities(`${amount}`, `${amount}000m`)).toBe(0);
        expect(compareQuantities(`${amount}.0`, amount)).toBe(0);
      }),
    );
  });

  it('is a total order', () => {
    fc.assert(
      fc.property(quantity, quantity, quantity, (a, b, c) => {
        const ab = compareQuantities(a, b) ?? NaN;
        const bc = compareQuantities(b, c) ?? NaN;
        expect(compareQuantities(b, a)).toBe(ab === 0 ? 0 : -ab);
        if (ab <= 0 && bc <= 0) expect(compareQuantities(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('does not compare what is no amount', () => {
    expect(compareQuantities('1', 'one')).toBeUndefined();
    expect(compareQuantities('one', '1')).toBeUndefined();
  });
});
