import { describe, expect, it } from '@jest/globals';
import { seededRng } from '@neo4j-operator/clock';
import { autocorrelation } from './fft.ts';

describe('autocorrelation', () => {
  it('is what the definition says', () => {
    const rng = seededRng(1);
    const values = Float64Array.from({ length: 37 }, () => rng.next() - 0.5);
    const energy = values.reduce((sum, value) => sum + value * value, 0);
    const byDefinition = Array.from({ length: 19 }, (_, lag) =>
      values.slice(lag).reduce((sum, value, index) => sum + (value * (values[index] ?? 0)) / energy, 0),
    );
    for (const [lag, value] of autocorrelation(values).entries())
      expect(value).toBeCloseTo(byDefinition[lag] ?? Number.NaN, 10);
  });

  it('of nothing is 0', () => {
    expect([...autocorrelation(new Float64Array(4))]).toEqual([0, 0, 0]);
  });
});
