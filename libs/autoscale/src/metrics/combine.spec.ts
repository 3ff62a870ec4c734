import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { combine, type WeightedProposal } from './combine.ts';

function list(...proposals: readonly (number | undefined)[]): readonly WeightedProposal[] {
  return proposals.map((proposal, index) => ({ name: `metric-${index}`, proposal, weight: 1 }));
}

describe('combine', () => {
  it('takes the highest and says whose it is, the first by name of several', () => {
    expect(combine('max', list(2, 5, 5), 3)).toEqual({ replicas: 5, by: 'metric-1', failed: false });
    expect(combine('max', list(2, 5, 5).toReversed(), 3).by).toBe('metric-1');
  });

  it('takes the weighted mean, rounded up', () => {
    const weighted = [
      { name: 'a', proposal: 8, weight: 3 },
      { name: 'b', proposal: 2, weight: 1 },
    ];
    expect(combine('weighted', weighted, 3)).toEqual({ replicas: 7, by: undefined, failed: false });
  });

  it('does not round a whole mean up', () => {
    const weighted = [0.1, 0.2, 0.7].map((weight, index) => ({ name: `${index}`, proposal: 5, weight }));
    expect(combine('weighted', weighted, 3).replicas).toBe(5);
  });

  it.each(['max', 'weighted'] as const)(
    'with %s never shrinks while one failed, and may keep or grow',
    (how) => {
      expect(combine(how, list(2, undefined), 3)).toEqual({
        replicas: undefined,
        by: undefined,
        failed: true,
      });
      expect(combine(how, list(3, undefined), 3).replicas).toBe(3);
      expect(combine(how, list(4, undefined), 3).replicas).toBe(4);
    },
  );

  it.each(['max', 'weighted'] as const)('with %s says nothing where all failed or there is none', (how) => {
    expect(combine(how, list(undefined), 3).replicas).toBeUndefined();
    expect(combine(how, [], 3)).toEqual({ replicas: undefined, by: undefined, failed: false });
  });

  it.each([NaN, Infinity, -1])('takes %p for a failure', (proposal) => {
    expect(combine('max', list(4, proposal), 3)).toEqual({ replicas: 4, by: 'metric-0', failed: true });
  });

  it.each([0, NaN, -1, Infinity])('gives a weight of %p no say', (weight) => {
    expect(combine('weighted', [{ name: 'a', proposal: 9, weight }], 3).replicas).toBeUndefined();
  });

  const anyList = fc.array(
    fc.record({
      name: fc.string(),
      proposal: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
      weight: fc.double({ min: 0, max: 1e308, noNaN: true }),
    }),
  );

  it('does not depend on the order, and stays between the lowest and the highest', () => {
    fc.assert(
      fc.property(fc.constantFrom('max', 'weighted'), anyList, fc.nat(50), (how, all, asked) => {
        const { replicas, by, failed } = combine(how, all, asked);
        expect(combine(how, all.toReversed(), asked)).toEqual({ replicas, by, failed });
        if (replicas === undefined) return;
        const known = all.flatMap(({ proposal }) => (proposal === undefined ? [] : [proposal]));
        expect(Number.isInteger(replicas)).toBe(true);
        expect(replicas).toBeGreaterThanOrEqual(Math.min(...known));
        expect(replicas).toBeLessThanOrEqual(Math.max(...known));
      }),
    );
  });
});
