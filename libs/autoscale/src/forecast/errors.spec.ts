import { describe, expect, it } from '@jest/globals';
import { seededRng } from '@neo4j-operator/clock';
import { errorsAt, learnErrors, pinball, quantileOf } from './errors.ts';

describe('error quantiles', () => {
  it('are those of the numbers', () => {
    const sorted = Float64Array.from({ length: 99 }, (_, index) => index + 1);
    expect([0.01, 0.5, 0.9, 0.99].map((level) => quantileOf(sorted, level))).toEqual([1, 50, 90, 99]);
    expect(quantileOf(new Float64Array(0), 0.9)).toBe(0);
  });

  it('are wider in the part of the season that errs more', () => {
    const rng = seededRng(1);
    const period = 48;
    const values = Float32Array.from(
      { length: 4800 },
      (_, index) => (index % period < 24 ? 1 : 10) * (rng.next() - 0.5),
    );
    const origins = Array.from({ length: 4700 }, (_, index) => index + 1);
    const forecasts = new Float64Array(origins.length);
    const errors = learnErrors(
      values,
      { origins, knots: [1], forecasts, units: new Float64Array(4700).fill(1) },
      period,
    );
    // Uniform from -0.5 to 0.5 and from -5 to 5; a part of the scale is common to both.
    const errorAt = errorsAt(errors, 0.9);
    expect(errorAt(1, 12)).toBeGreaterThan(0.4);
    expect(errorAt(1, 36)).toBeGreaterThan(3);
    expect(errorAt(1, 12)).toBeLessThan(2);
  });

  it('cost more on the dear side', () => {
    expect(pinball(10, 8, 0.9)).toBeCloseTo(1.8);
    expect(pinball(8, 10, 0.9)).toBeCloseTo(0.2);
  });
});
