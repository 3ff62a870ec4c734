import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { combineMax } from './combine.ts';

describe('the combination of proposals', () => {
  it('is the highest, and says which: the first of several', () => {
    expect(combineMax([4, 7, 7], 3)).toEqual({ replicas: 7, index: 1, failed: false });
  });

  it('names the last of several zeros', () => {
    expect(combineMax([0, 0], 3)).toEqual({ replicas: 0, index: 1, failed: false });
  });

  it('lets the others keep or add when one failed, but not remove', () => {
    expect(combineMax([undefined, 5], 3)).toEqual({ replicas: 5, index: 1, failed: true });
    expect(combineMax([3, undefined], 3)).toEqual({ replicas: 3, index: 0, failed: true });
    expect(combineMax([2, undefined], 3)).toEqual({ replicas: undefined, index: undefined, failed: true });
  });

  it('says nothing when all failed or none was asked', () => {
    expect(combineMax([undefined, undefined], 3)).toEqual({
      replicas: undefined,
      index: undefined,
      failed: true,
    });
    expect(combineMax([], 3)).toEqual({ replicas: undefined, index: undefined, failed: false });
  });

  it('does not depend on the order of the metrics', () => {
    const proposals = fc.array(fc.option(fc.nat(20), { nil: undefined }), { maxLength: 8 });
    fc.assert(
      fc.property(proposals, fc.nat(20), (list, current) => {
        expect(combineMax(list.toReversed(), current).replicas).toBe(combineMax(list, current).replicas);
      }),
    );
  });

  it('points to a metric with the proposal it names', () => {
    const proposals = fc.array(fc.option(fc.nat(5), { nil: undefined }), { maxLength: 8 });
    fc.assert(
      fc.property(proposals, fc.nat(5), (list, current) => {
        const { replicas, index } = combineMax(list, current);
        expect(index === undefined ? undefined : list[index]).toBe(replicas);
      }),
    );
  });
});
