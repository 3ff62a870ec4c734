import { describe, expect, it } from '@jest/globals';
import { fitHoltWinters, predictHoltWinters } from './holt-winters.ts';
import { perDay, seriesOf, wave } from './series.spec-helper.ts';
import { windowMeans } from './window-means.ts';

const valueAt = (index: number): number => 500 + 200 * wave(index, perDay);
const days = 8;
const end = days * perDay;
const origins = Array.from({ length: 20 }, (_, index) => end - 240 + index * 12);

describe('Holt-Winters', () => {
  const means = windowMeans(seriesOf(days, valueAt).values);
  const fitted = fitHoltWinters(means, perDay, origins, [1, 12, 48]);

  it('recovers an exact season in the backtest', () => {
    for (const [at, origin] of origins.entries()) {
      for (const [k, knot] of [1, 12, 48].entries()) {
        expect(Math.abs((fitted?.backtest[at * 3 + k] ?? 0) - valueAt(origin - 1 + knot))).toBeLessThan(10);
      }
    }
  });

  it('goes on from its state, with newer values and without', () => {
    const horizons = Array.from({ length: 60 }, (_, index) => index + 1);
    for (const newer of [-200, 0, 1, 100, 287]) {
      const until = end + newer;
      const known = windowMeans(seriesOf(days + 1, valueAt).values.subarray(0, until));
      if (fitted === undefined) throw new Error('no fit');
      const ahead = predictHoltWinters(fitted.model, known, until, newer, horizons);
      for (const [index, value] of ahead.entries())
        expect(Math.abs(value - valueAt(until + index))).toBeLessThan(10);
    }
  });

  it('needs two seasons before the backtest', () => {
    expect(fitHoltWinters(means, 4 * perDay, origins, [1])).toBeUndefined();
  });
});
