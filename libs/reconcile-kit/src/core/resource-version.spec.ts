import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareResourceVersions } from './resource-version.ts';

const number = fc.bigInt({ min: 0n, max: 2n ** 80n });

describe('compareResourceVersions', () => {
  it('orders as the numbers do, however long they are', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(Math.sign(compareResourceVersions(String(a), String(b)))).toBe(a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });

  it('does not go by the text alone', () => {
    expect(compareResourceVersions('9', '10')).toBeLessThan(0);
    expect(compareResourceVersions('10', '9')).toBeGreaterThan(0);
    expect(compareResourceVersions('12', '13')).toBeLessThan(0);
  });
});
