import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatIndexes, parseIndexes } from './indexes.ts';

describe('completion indexes', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(30)), (indexes) => {
        const read = parseIndexes(formatIndexes(new Set(indexes)), 31);
        expect([...read]).toEqual([...indexes].sort((a, b) => a - b));
      }),
    );
  });

  it.each([
    [[0], '0'],
    [[0, 1], '0,1'],
    [[1, 2, 3, 5], '1-3,5'],
    [[], ''],
  ])('%j is written as "%s"', (indexes, text) => {
    expect(formatIndexes(new Set(indexes))).toBe(text);
  });

  it('leave out what is too high, and what is none', () => {
    expect([...parseIndexes('1-9,x,12', 3)]).toEqual([1, 2]);
  });
});
