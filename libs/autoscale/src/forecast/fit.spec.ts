import { describe, expect, it } from '@jest/globals';
import { seededRng } from '@neo4j-operator/clock';
import { fitForecast } from './fit.ts';
import { forecast } from './forecast.ts';
import { normal, officeHours, part, perDay, seriesOf, step, wave } from './series.spec-helper.ts';
import type { Series } from './types.ts';

const options = { horizon: 12, quantile: 0.9 };

/** Mean distance of the median to the truth, as a share of the truth, from index `from` on. */
function errorAfter(series: Series, from: number, horizon: number): number {
  const known = part(series, 0, from);
  const { median } = forecast(fitForecast(known, options), known, horizon, []);
  const truth = series.values.subarray(from, from + horizon);
  return (
    truth.reduce((sum, value, index) => sum + Math.abs(value - (median[index] ?? 0)) / value, 0) / horizon
  );
}

describe('a fit', () => {
  const tenDays = seriesOf(10, officeHours);
  const fitOfTenDays = fitForecast(tenDays, options);

  it('recovers a season without noise', () => {
    const exact = seriesOf(9, (index) => 1000 + 500 * wave(index, perDay) + 200 * wave(index, 96));
    for (const from of [2016, 2100, 2200]) expect(errorAfter(exact, from, 96)).toBeLessThan(0.01);
  });

  it('recovers an amplitude that grows with the level', () => {
    const growing = seriesOf(22, (index) => Math.exp(index / 4000) * (1000 + 500 * wave(index, perDay)));
    for (const from of [6048, 6230]) expect(errorAfter(growing, from, 96)).toBeLessThan(0.03);
  });

  it('knows a weekend from a working day', () => {
    const exact = seriesOf(
      28,
      (index) => (Math.floor(index / perDay) % 7 >= 5 ? 0.5 : 1) * (1000 - 600 * wave(index, perDay)),
    );
    for (const from of [26 * perDay + 60, 25 * perDay + 250])
      expect(errorAfter(exact, from, 96)).toBeLessThan(0.1);
  });

  it('is useful on office hours, and says so with figures', () => {
    const fit = fitForecast(seriesOf(14, officeHours), options);
    expect(fit.useful).toBe(true);
    expect(fit.confidence).toBeGreaterThan(0.5);
    expect(fit.reason).toMatch(
      /^60 minutes and more ahead at quantile 0.9 \S+ has 0\.\d\d of the loss of persistence/,
    );
    expect(fit.backtest.map(({ model }) => model)).toEqual([
      'persistence',
      'seasonal-naive',
      'holt-winters',
      'mstl',
    ]);
    for (const { coverage } of fit.backtest) expect(Math.abs(coverage - 0.9)).toBeLessThan(0.05);
  });

  it('is not useful without a season, and says so', () => {
    let walk = 1000;
    const fit = fitForecast(
      seriesOf(14, (_, rng) => (walk += normal(rng))),
      options,
    );
    expect(fit).toMatchObject({ useful: false, confidence: 0, seasons: [], model: 'persistence' });
    expect(fit.reason).toBe('The demand has no season that the test finds.');
  });

  it('is not useful after a single day', () => {
    expect(fitForecast(seriesOf(1, officeHours), options).useful).toBe(false);
  });

  it('is a function of its arguments alone', () => {
    const same = part(tenDays, 0, tenDays.values.length);
    expect(fitForecast(same, options)).toEqual(fitOfTenDays);
  });

  it('does not depend on the unit', () => {
    const scaled = { ...tenDays, values: tenDays.values.map((value) => value * 64) };
    const other = fitForecast(scaled, options);
    expect(other.model).toBe(fitOfTenDays.model);
    const one = forecast(fitOfTenDays, tenDays, 96, [0.1, 0.9]);
    const two = forecast(other, scaled, 96, [0.1, 0.9]);
    for (const [q, line] of one.quantiles.entries()) {
      for (const [index, value] of line.entries())
        expect((two.quantiles[q]?.[index] ?? 0) / 64).toBeCloseTo(value, 3);
    }
  });

  it('does not depend on the date', () => {
    const later = { ...tenDays, start: tenDays.start + 11 * 86_400_000 };
    expect(forecast(fitForecast(later, options), later, 48, [0.9]).quantiles).toEqual(
      forecast(fitOfTenDays, tenDays, 48, [0.9]).quantiles,
    );
  });

  it('covers what comes, on days that it has not seen', () => {
    const series = seriesOf(34, officeHours, 3);
    let below = 0;
    let count = 0;
    for (let day = 28; day < 33; day++) {
      const known = part(series, (day - 14) * perDay, day * perDay);
      const fit = fitForecast(known, options);
      for (let newer = 0; newer < perDay; newer += 12) {
        const until = day * perDay + newer;
        const upper =
          forecast(fit, part(series, (day - 14) * perDay, until), 12, [0.9]).quantiles[0] ??
          new Float64Array(0);
        for (const [index, value] of upper.entries())
          below += (series.values[until + index] ?? 0) <= value ? 1 : 0;
        count += upper.length;
      }
    }
    expect(below / count).toBeGreaterThan(0.86);
    expect(below / count).toBeLessThan(0.95);
  });

  it.each([
    ['empty', 0, (): number => 1],
    ['silent', 5, (): number => Number.NaN],
    ['zero', 5, (): number => 0],
    ['idle at night', 9, (index: number): number => Math.max(0, Math.round(20 * wave(index, perDay)))],
    [
      'mostly missing',
      9,
      (index: number): number => (index % 5 === 0 ? 100 + 50 * wave(index, perDay) : Number.NaN),
    ],
    [
      'missing at the end',
      9,
      (index: number): number => (index < 2500 ? 100 + 50 * wave(index, perDay) : Number.NaN),
    ],
  ] as const)('makes numbers of a series that is %s', (_, days, valueAt) => {
    const series = seriesOf(days, valueAt);
    const fit = fitForecast(series, options);
    const ahead = forecast(fit, series, 96, [0.01, 0.5, 0.99]);
    for (const line of [ahead.median, ...ahead.quantiles]) {
      expect(line).toHaveLength(96);
      for (const value of line) {
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }
    expect(fit.confidence).toBeGreaterThanOrEqual(0);
    expect(fit.confidence).toBeLessThanOrEqual(1);
    for (const score of fit.backtest)
      expect([score.mase, score.pinball, score.coverage].every(Number.isFinite)).toBe(true);
  });

  it('takes a horizon of eight hours from a fit for five minutes', () => {
    const fit = fitForecast(tenDays, { horizon: 1, quantile: 0.95 });
    expect(forecast(fit, tenDays, 96, [0.95])).toMatchObject({
      start: tenDays.start + tenDays.values.length * step,
      step,
    });
  });

  it('survives any numbers', () => {
    const rng = seededRng(5);
    for (let run = 0; run < 12; run++) {
      const wild = seriesOf(
        4 + rng.next(),
        () => (rng.next() < 0.1 ? Number.NaN : 10 ** (8 * rng.next() - 4)),
        run,
      );
      const { quantiles } = forecast(fitForecast(wild, options), wild, 48, [0.1, 0.9]);
      for (const line of quantiles)
        expect(line.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    }
  });
});
