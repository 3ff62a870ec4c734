import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fitForecast } from './fit.ts';
import { forecast } from './forecast.ts';
import { officeHours, part, perDay, seriesOf } from './series.spec-helper.ts';

const series = seriesOf(16, officeHours, 7);
const fitted = part(series, 0, 15 * perDay);
const fit = fitForecast(fitted, { horizon: 12, quantile: 0.9 });

const sum = (values: Float64Array | undefined): number =>
  (values ?? new Float64Array(0)).reduce((total, value) => total + value, 0);

describe('a forecast', () => {
  it('begins where the series ends, up to a day after the fit', () => {
    for (const newer of [0, 1, 50, 287]) {
      const known = part(series, 0, 15 * perDay + newer);
      const { start, median } = forecast(fit, known, 6, []);
      expect(start).toBe(known.start + known.values.length * known.step);
      const truth = series.values.subarray(15 * perDay + newer, 15 * perDay + newer + 6);
      for (const [index, value] of truth.entries())
        expect(Math.abs((median[index] ?? 0) / value - 1)).toBeLessThan(0.25);
    }
  });

  it('orders its quantiles', () => {
    const quantiles = fc.uniqueArray(fc.double({ min: 0.001, max: 0.999, noNaN: true }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 287 }), quantiles, (newer, unordered) => {
        const levels = [...unordered].sort((one, other) => one - other);
        const lines = forecast(fit, part(series, 0, 15 * perDay + newer), 48, levels).quantiles;
        for (const [at, line] of lines.slice(1).entries()) {
          for (const [index, value] of line.entries())
            expect(value).toBeGreaterThanOrEqual(lines[at]?.[index] ?? Number.NaN);
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('follows a shift of level that is newer than the fit', () => {
    const until = 15 * perDay + 150;
    const usual = part(series, 0, until);
    const shifted = {
      ...usual,
      values: usual.values.map((value, index) => (index >= until - 36 ? 1.4 * value : value)),
    };
    const before = sum(forecast(fit, usual, 12, []).median);
    const after = sum(forecast(fit, shifted, 12, []).median);
    expect(after / before).toBeGreaterThan(1.15);
  });

  it('does not need the newest value', () => {
    const known = part(series, 0, 15 * perDay + 20);
    const holed = {
      ...known,
      values: known.values.map((value, index) => (index === known.values.length - 1 ? Number.NaN : value)),
    };
    expect(sum(forecast(fit, holed, 12, []).median) / sum(forecast(fit, known, 12, []).median)).toBeCloseTo(
      1,
      1,
    );
  });

  it('is persistence when the series is too short for the model, and 0 without any value', () => {
    const short = { start: fit.fittedAt, step: 300_000, values: Float32Array.from([40, 50, 60]) };
    const ahead = forecast(fit, short, 3, []);
    for (const value of ahead.median) expect(Math.abs(value - 50)).toBeLessThan(15);
    const nothing = forecast(fit, { ...short, values: new Float32Array(0) }, 3, [0.5]);
    expect([...nothing.median, ...(nothing.quantiles[0] ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
