import { describe, expect, it } from '@jest/globals';
import { windowMeans } from './window-means.ts';

describe('means over windows', () => {
  const { mean } = windowMeans([1, Number.NaN, 3, 8, Number.POSITIVE_INFINITY]);

  it('leave out what is not there', () => {
    expect(mean(0, 3)).toBe(2);
    expect(mean(3, 5)).toBe(8);
    expect(mean(1, 2)).toBeNaN();
  });

  it('end where the series ends', () => {
    expect(mean(-5, 1)).toBe(1);
    expect(mean(2, 99)).toBe(5.5);
    expect(mean(7, 9)).toBeNaN();
    expect(mean(2, 2)).toBeNaN();
  });
});
