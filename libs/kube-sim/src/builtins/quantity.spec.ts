import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalQuantity, quantityNanos } from './quantity.ts';

describe('The canonical form of a quantity', () => {
  it.each([
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5', '500m'],
    ['1000', '1k'],
    ['1500m', '1500m'],
    ['512Ki', '512Ki'],
    ['1.3Ki', '1331200m'],
    ['1e3', '1e3'],
    ['0.1m', '100u'],
    ['-1', '-1'],
    ['0Gi', '0'],
    ['1536', '1536'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it.each(['', 'abc', '1.2.3', '1Kib', '--1', '1 Gi', 'true'])('does not exist for %p', (text) => {
    expect(canonicalQuantity(text)).toBeUndefined();
  });

  it('is the same amount, and its own canonical form', () => {
    const suffix = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2');
    const quantity = fc
      .tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.option(fc.integer({ min: 0, max: 999 })), suffix)
      .map(([whole, fraction, end]) => `${whole}${fraction === null ? '' : `.${fraction}`}${end}`);
    fc.assert(
      fc.property(quantity, (text) => {
        const canonical = canonicalQuantity(text) ?? '';
        expect(canonicalQuantity(canonical)).toBe(canonical);
        expect(quantityNanos(canonical)).toBe(quantityNanos(text));
      }),
    );
  });
});
