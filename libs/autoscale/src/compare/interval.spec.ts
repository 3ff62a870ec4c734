import { seededRng } from '@neo4j-operator/clock';
import { describe, expect, it } from '@jest/globals';
import type { DayBlock } from '../replay/types.ts';
import { randomSweeps } from './coverage.spec-helper.ts';
import { type ComparisonBasis, type Comparison, comparePaired, type Sweep } from './interval.ts';

const interval = 300_000;

function compareRandom(days: number, saving: number, seed: number): Comparison {
  const { policy, baseline, ceiling } = randomSweeps(seededRng(seed), days, saving);
  return comparePaired(policy, baseline, { ceiling, interval, seed, resamples: 120 });
}

describe('two sweeps of the same runs', () => {
  const { baseline, ceiling } = randomSweeps(seededRng(1), 20, 0);
  const comparison = comparePaired(baseline, baseline, { ceiling, interval, seed: 1, resamples: 50 });

  it('differ by nothing, and that is sure', () => {
    expect(comparison.outcome).toBe('no difference');
    expect(comparison.saving).toEqual({ estimate: 0, lower: 0, upper: 0 });
    expect(comparison.costSaving).toEqual({ estimate: 0, lower: 0, upper: 0 });
  });
});

describe('a policy that needs a tenth fewer servers on every day', () => {
  const { baseline, ceiling } = randomSweeps(seededRng(2), 30, 0);
  const policy: Sweep = baseline.map((days) =>
    days.map((day) => ({ ...day, serverHours: day.serverHours * 0.9 })),
  );
  const basis: ComparisonBasis = { ceiling, interval, seed: 3, resamples: 100 };

  it('is better by about a tenth, and the other way round worse', () => {
    const better = comparePaired(policy, baseline, basis);
    expect(better.outcome).toBe('better');
    expect(better.saving.estimate).toBeCloseTo(0.1, 1);
    expect(better.costSaving.estimate).toBeGreaterThan(0.03);
    expect(comparePaired(baseline, policy, basis).outcome).toBe('worse');
  });

  it('is compared the same way each time', () => {
    expect(comparePaired(policy, baseline, basis)).toEqual(comparePaired(policy, baseline, basis));
  });
});

describe('levels of violations', () => {
  const day = (steps: number, violations: number, serverHours: number): DayBlock => ({
    day: 0,
    steps,
    violations,
    serverHours,
  });
  const lowest = (ceiling: readonly DayBlock[]): number | undefined =>
    comparePaired([ceiling], [ceiling], { ceiling, interval, seed: 1, resamples: 1 }).levels[0]
      ?.violationRate;

  it('are none below one step', () => {
    expect(lowest([day(288, 0, 576), day(288, 0, 576)])).toBe(1 / 576);
  });

  it('are none below what the largest pool leaves', () => {
    expect(lowest([day(288, 144, 576), day(288, 0, 576)])).toBe(0.25);
  });

  it('are defined without a single day', () => {
    expect(comparePaired([], [], { ceiling: [], interval, seed: 1, resamples: 1 })).toMatchObject({
      outcome: 'too short',
      saving: { estimate: 0, lower: 0, upper: 0 },
    });
  });
});

describe('the interval of sweeps of which is known how much one saves', () => {
  /** From 8,000 days; interpolation makes it a little less than 5 %. */
  const truth = 0.049;

  it.each([
    [9, 100],
    [30, 100],
  ])('has it inside about nineteen times in twenty with %d days', (days, repeats) => {
    const inside = Array.from({ length: repeats }, (_, index) =>
      compareRandom(days, 0.05, 7919 * (index + 1)),
    ).filter(({ saving }) => saving.lower <= truth && saving.upper >= truth);
    expect(inside.length / repeats).toBeGreaterThan(0.88);
  });

  it('is not so wide that nothing is ever found', () => {
    const outcomes = Array.from({ length: 20 }, (_, index) => compareRandom(30, 0.2, index + 1).outcome);
    expect(outcomes.filter((outcome) => outcome === 'better').length).toBeGreaterThan(15);
  });
});
