import { describe, expect, it } from '@jest/globals';
import type { Rng } from '@neo4j-operator/clock';
import { findSeasons } from './seasons.ts';
import { normal, officeHours, perDay, seriesOf, wave } from './series.spec-helper.ts';
import type { Series } from './types.ts';

const periodsOf = (series: Series): readonly number[] => findSeasons(series).map(({ period }) => period);

describe('the season test', () => {
  it('finds a day in three days', () => {
    expect(periodsOf(seriesOf(3, (index, rng) => 100 + 30 * wave(index, perDay) + 10 * normal(rng)))).toEqual(
      [288],
    );
  });

  it('finds day and week in two weeks', () => {
    expect(periodsOf(seriesOf(14, officeHours))).toEqual([288, 2016]);
  });

  it.each([24, 72, 84, 120, 144])('finds a period of %d steps', (period) => {
    expect(
      periodsOf(seriesOf(14, (index, rng) => 100 + 40 * wave(index, period) + 10 * normal(rng))),
    ).toEqual([period]);
  });

  it('finds the half day and the day when both repeat', () => {
    const both = seriesOf(
      14,
      (index, rng) => 100 + 30 * wave(index, 144) + 8 * wave(index, perDay) + normal(rng),
    );
    expect(periodsOf(both)).toEqual([144, 288]);
  });

  it('is not misled by gaps, spikes and growth', () => {
    const rough = seriesOf(14, (index, rng) => {
      if (index > 1000 && index < 1150) return Number.NaN;
      const spike = rng.next() < 0.003 ? 3000 : 0;
      return (1 + index / 2000) * (100 + 40 * wave(index, perDay)) + 10 * normal(rng) + spike;
    });
    expect(periodsOf(rough)).toContain(288);
  });

  it('says how much of the variance the season explains', () => {
    const [season] = findSeasons(
      seriesOf(21, (index, rng) => 100 + Math.SQRT2 * 10 * wave(index, perDay) + 30 * normal(rng)),
    );
    // Bins of half an hour average six values: variance 100 of the wave, 900 / 6 of the noise.
    expect(season?.strength).toBeGreaterThan(0.3);
    expect(season?.strength).toBeLessThan(0.5);
  });

  const walk = (keep: number, size: number): (() => (index: number, rng: Rng) => number) => {
    return () => {
      let value = 0;
      return (_, rng) => {
        value = keep * value + size * normal(rng);
        return 1000 + value;
      };
    };
  };
  const families: Readonly<Record<string, () => (index: number, rng: Rng) => number>> = {
    'white noise': () => (_, rng) => 100 + 10 * normal(rng),
    'a random walk': walk(1, 5),
    'a long memory': walk(0.998, 5),
    bursts: () => {
      let height = 0;
      return (_, rng) => {
        height = rng.next() < 0.007 ? height + 10 * rng.next() : height * 0.9;
        return 5 + height;
      };
    },
    'shifts of level': () => {
      let level = 100;
      return (_, rng) => {
        if (rng.next() < 0.001) level = 50 + 100 * rng.next();
        return level + normal(rng);
      };
    },
    'a ramp': () => (index, rng) => 100 + index / 50 + normal(rng),
    'a constant': () => () => 7,
    silence: () => () => Number.NaN,
  };
  it.each(Object.keys(families))('finds no season in %s', (family) => {
    for (let seed = 1; seed <= 4; seed++) {
      for (const days of [3, 7, 21]) {
        const valueAt = families[family]?.() ?? ((): number => 0);
        expect([seed, days, ...periodsOf(seriesOf(days, valueAt, seed))]).toEqual([seed, days]);
      }
    }
  });

  it('needs three cycles', () => {
    expect(periodsOf(seriesOf(2.9, (index) => 100 + 30 * wave(index, perDay)))).toEqual([]);
    expect(findSeasons({ start: 0, step: 300_000, values: new Float32Array(0) })).toEqual([]);
  });
});
