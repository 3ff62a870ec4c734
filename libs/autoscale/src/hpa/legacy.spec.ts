import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { limitLegacy, stabilizeLegacy } from './legacy.ts';

describe('without behavior', () => {
  it('counts a proposal exactly as old as the window, and holds back only the way down', () => {
    const kept = [{ time: 0, replicas: 9 }];
    expect(stabilizeLegacy(3, kept, 300, 300)).toBe(9);
    expect(stabilizeLegacy(3, kept, 301, 300)).toBe(3);
    expect(stabilizeLegacy(12, kept, 10, 300)).toBe(12);
  });

  it('doubles at most in a pass, and reaches 4 at once', () => {
    expect(limitLegacy(100, 3, 1, 50)).toEqual({ replicas: 6, limit: 'ScaleUpLimit' });
    expect(limitLegacy(100, 1, 1, 50)).toEqual({ replicas: 4, limit: 'ScaleUpLimit' });
    expect(limitLegacy(100, 3, 1, 6)).toEqual({ replicas: 6, limit: 'TooManyReplicas' });
    expect(limitLegacy(0, 3, 2, 6)).toEqual({ replicas: 2, limit: 'TooFewReplicas' });
    expect(limitLegacy(5, 3, 1, 50)).toEqual({ replicas: 5, limit: undefined });
  });

  it('stays within the bounds', () => {
    const size = fc.nat(100);
    fc.assert(
      fc.property(size, size, size, size, (wanted, current, below, above) => {
        const min = Math.max(0, current - below);
        const { replicas } = limitLegacy(wanted, current, min, current + above);
        expect(replicas).toBeGreaterThanOrEqual(min);
        expect(replicas).toBeLessThanOrEqual(current + above);
      }),
    );
  });
});
