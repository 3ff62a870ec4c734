import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { costAt, type FrontPoint, hoursAt, paretoFront } from './front.ts';

const at = (violationRate: number, serverHours: number): FrontPoint => ({ violationRate, serverHours });
const anyPoints = fc.array(
  fc.record({
    violationRate: fc.double({ min: 0, max: 1, noNaN: true }),
    serverHours: fc.double({ min: 0, max: 1e6, noNaN: true }),
  }),
  { minLength: 1, maxLength: 20 },
);

describe('the Pareto front', () => {
  it('leaves out what another run beats in both numbers', () => {
    const points = [at(0.01, 100), at(0.02, 90), at(0.02, 95), at(0.03, 90), at(0.05, 50)];
    expect(paretoFront(points)).toEqual([at(0.01, 100), at(0.02, 90), at(0.05, 50)]);
  });

  it('has a point that is as good as each run', () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const front = paretoFront(points);
        for (const { violationRate, serverHours } of points) {
          expect(
            front.some((one) => one.violationRate <= violationRate && one.serverHours <= serverHours),
          ).toBe(true);
        }
      }),
    );
  });
});

describe('the fewest server-hours at a share of violations', () => {
  const front = [at(0, 240), at(0.01, 100), at(0.03, 60)];

  it('are those of a run that has exactly this share', () => {
    expect(front.map(({ violationRate }) => hoursAt(front, violationRate))).toEqual([240, 100, 60]);
  });

  it('are a mixture of both neighbours between two runs', () => {
    expect(hoursAt(front, 0.0025)).toBeCloseTo(205);
    expect(hoursAt(front, 0.02)).toBeCloseTo(80);
  });

  it('are those of the last run where more violations would be allowed', () => {
    expect(hoursAt(front, 0.5)).toBe(60);
  });

  it('are those of the first run where none has so few violations', () => {
    expect(hoursAt(front.slice(1), 0.001)).toBe(100);
  });

  it('are 0 for no runs at all', () => {
    expect(hoursAt([], 0.01)).toBe(0);
  });

  it('never grow with the violations that are allowed', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyPoints, rate, rate, (points, one, other) => {
        const drawn = paretoFront(points);
        const strict = hoursAt(drawn, Math.min(one, other));
        expect(hoursAt(drawn, Math.max(one, other))).toBeLessThanOrEqual(strict * (1 + 1e-9) + 1e-9);
      }),
    );
  });
});

describe('the cost at a price', () => {
  it('is that of the run that is cheapest at this price', () => {
    const points = [at(0, 240), at(0.01, 100)];
    expect(costAt(points, 10, 24)).toBeCloseTo(102.4);
    expect(costAt(points, 1000, 24)).toBe(240);
  });
});
