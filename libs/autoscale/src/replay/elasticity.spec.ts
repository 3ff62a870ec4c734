import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { elasticSpeedup, elasticityOf } from './elasticity.ts';

describe('elasticityOf', () => {
  test('agrees with an example that was computed by hand', () => {
    // Missing 0 0 2/4 1/4, idle 1/2 0 0 0; demand moves 0 + 0 and supply - 0 +, which never agree.
    const { deviation, ...shares } = elasticityOf([2, 2, 4, 4], [3, 2, 2, 3]);
    expect(shares).toEqual({
      underAccuracy: (100 * (0.5 + 0.25)) / 4,
      overAccuracy: 12.5,
      underTimeshare: 50,
      overTimeshare: 25,
      instability: 100,
    });
    expect(deviation).toBeCloseTo((18.75 ** 3 + 12.5 ** 3 + 50 ** 3 + 25 ** 3 + 100 ** 3) ** (1 / 3));
  });

  test('is 0 throughout where supply is demand', () => {
    expect(elasticityOf([1, 3, 2], [1, 3, 2])).toEqual({
      underAccuracy: 0,
      overAccuracy: 0,
      underTimeshare: 0,
      overTimeshare: 0,
      instability: 0,
      deviation: 0,
    });
  });

  test('moves in the same direction are stable, however large', () => {
    expect(elasticityOf([1, 3, 2, 2], [2, 9, 1, 1]).instability).toBe(0);
    expect(elasticityOf([1, 3, 3], [2, 1, 1]).instability).toBe(50);
  });

  test('a fixed pool over a load that moves half of the time is unstable half of the time', () => {
    expect(elasticityOf([1, 2, 2, 1, 1], [2, 2, 2, 2, 2]).instability).toBe(50);
  });

  test('leaves out what is not known, and does not compare across it', () => {
    expect(elasticityOf([2, NaN, 5], [2, 9, 5])).toEqual(elasticityOf([2, 5].slice(0, 1), [2]));
  });

  test('says numbers for nothing and for no demand', () => {
    expect(elasticityOf([], []).deviation).toBe(0);
    expect(elasticityOf([0, 0], [1, 1])).toMatchObject({ overAccuracy: 100, overTimeshare: 100 });
  });

  test('shares of time never exceed the whole', () => {
    const servers = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 })));
    fc.assert(
      fc.property(servers, (pairs) => {
        const result = elasticityOf(
          pairs.map(([needed]) => needed),
          pairs.map(([, served]) => served),
        );
        expect(result.underTimeshare + result.overTimeshare).toBeLessThanOrEqual(100 + 1e-9);
        expect(result.underAccuracy).toBeLessThanOrEqual(100);
        expect(result.instability).toBeLessThanOrEqual(100);
        expect(Number.isFinite(result.deviation)).toBe(true);
      }),
    );
  });
});

describe('elasticSpeedup', () => {
  const shares = {
    underAccuracy: 2,
    overAccuracy: 40,
    underTimeshare: 5,
    overTimeshare: 80,
    instability: 3,
    deviation: 9,
  };

  test('is 1 against itself, and 2 for half of everything', () => {
    expect(elasticSpeedup(shares, shares)).toBeCloseTo(1);
    const half = { ...shares, underAccuracy: 1, overAccuracy: 20, underTimeshare: 2.5, overTimeshare: 40 };
    expect(elasticSpeedup(half, shares)).toBeCloseTo(2);
  });

  test('a share of 0 counts as 0.01', () => {
    expect(elasticSpeedup({ ...shares, underAccuracy: 0 }, shares)).toBeCloseTo(200 ** 0.25);
    expect(elasticSpeedup(shares, { ...shares, underAccuracy: 0 })).toBeCloseTo((0.01 / 2) ** 0.25);
  });
});
