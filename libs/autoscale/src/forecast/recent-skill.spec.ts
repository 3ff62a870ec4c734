import { describe, expect, it } from '@jest/globals';
import { fitForecast } from './fit.ts';
import { recentSkill } from './recent-skill.ts';
import { normal, officeHours, part, perDay, seriesOf } from './series.spec-helper.ts';

const options = { horizon: 12, quantile: 0.9 };

describe('recent skill', () => {
  it('is there while the days are as usual', () => {
    const series = seriesOf(15, officeHours);
    const fit = fitForecast(part(series, 0, 14 * perDay), options);
    const { skilled, pinball, forecasts, reason } = recentSkill(fit, series);
    expect(skilled).toBe(true);
    expect(pinball).toBeLessThan(0.9);
    expect(forecasts).toBeGreaterThan(40);
    expect(reason).toMatch(
      /^Over the last \d+ forecasts 60 minutes ahead the loss was 0\.\d\d of that of persistence\.$/,
    );
  });

  it('is lost on a day without the season', () => {
    const series = seriesOf(15, (index, rng) =>
      index < 14 * perDay ? officeHours(index, rng) : 700 + 10 * normal(rng),
    );
    const fit = fitForecast(part(series, 0, 14 * perDay), options);
    expect(recentSkill(fit, part(series, 0, 14 * perDay + 200))).toMatchObject({ skilled: false });
  });

  it('comes back with the season', () => {
    const holiday = (index: number): boolean => index >= 14 * perDay && index < 15 * perDay;
    const series = seriesOf(17, (index, rng) =>
      holiday(index) ? 700 + 10 * normal(rng) : officeHours(index, rng),
    );
    const fit = fitForecast(part(series, 0, 14 * perDay), options);
    expect(recentSkill(fit, series).skilled).toBe(true);
  });

  it('is absent where there is nothing to compare', () => {
    const fit = fitForecast(seriesOf(14, officeHours), options);
    const nothing = { start: fit.fittedAt, step: 300_000, values: new Float32Array(0) };
    expect(recentSkill(fit, nothing)).toMatchObject({ skilled: false, forecasts: 0 });
  });
});
