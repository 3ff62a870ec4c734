import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalQuantity } from './quantity.ts';

describe('canonicalQuantity', () => {
  // What k8s.io/apimachinery v0.37.2 answers.
  it.each([
    ['0', '0'],
    ['0m', '0'],
    ['0Ki', '0'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['0.1m', '100u'],
    ['0.1n', '1n'],
    ['-0.1n', '-1n'],
    ['1.0000000001', '1000000001n'],
    ['1000k', '1M'],
    ['1024', '1024'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1023Ki', '1023Ki'],
    ['0.5Ki', '512'],
    ['0.1Ki', '102400m'],
    ['0.0001Ki', '102400u'],
    ['-0.5Ki', '-512'],
    ['-1Ki', '-1Ki'],
    ['8Ei', '9223372036854775807'],
    ['1E', '1E'],
    ['100E', '100E'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['1e+3', '1e3'],
    ['1e-3', '1e-3'],
    ['1e-10', '1e-9'],
    ['12e4', '120e3'],
    ['1.5e3', '1500'],
    ['1e19', '10e18'],
    ['+5', '5'],
    ['1.', '1'],
    ['.5', '500m'],
  ])('writes %s as %s', (text, expected) => {
    expect(canonicalQuantity(text)).toBe(expected);
  });

  it.each(['', '.', 'abc', '1Mi5', '1 Gi', '1gi', '1e', '--1', '1e9999'])('refuses %p', (text) => {
    expect(() => canonicalQuantity(text)).toThrow(RangeError);
  });

  const units: Readonly<Record<string, bigint>> = {
    n: 1n,
    u: 10n ** 3n,
    m: 10n ** 6n,
    '': 10n ** 9n,
    k: 10n ** 12n,
    M: 10n ** 15n,
    G: 10n ** 18n,
    T: 10n ** 21n,
    P: 10n ** 24n,
    E: 10n ** 27n,
    Ki: 2n ** 10n * 10n ** 9n,
    Mi: 2n ** 20n * 10n ** 9n,
    Gi: 2n ** 30n * 10n ** 9n,
    Ti: 2n ** 40n * 10n ** 9n,
    Pi: 2n ** 50n * 10n ** 9n,
    Ei: 2n ** 60n * 10n ** 9n,
  };
  const quantities = fc
    .tuple(fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }), fc.constantFrom(...Object.keys(units)))
    .filter(([number, unit]) => unit !== 'Ei' && (unit !== 'Pi' || number ** 2n < 10n ** 6n));

  it('keeps the value, and cannot be improved on', () => {
    fc.assert(
      fc.property(quantities, ([number, unit]) => {
        const canonical = canonicalQuantity(`${String(number)}${unit}`);
        const [, mantissa = '', suffix = ''] = /^(-?\d+)([a-zA-Z]*)$/.exec(canonical) ?? [];
        expect(BigInt(mantissa) * (units[suffix] ?? 0n)).toBe(number * (units[unit] ?? 0n));
        expect(canonicalQuantity(canonical)).toBe(canonical);
      }),
    );
  });
});
