import { describe, expect, it } from '@jest/globals';
import type { PolicySpec } from '../policy/types.ts';
import { dailyWave, formulaTools } from './tools.spec-helper.ts';
import { tune, type TuneReport } from './tune.ts';

const policy: PolicySpec = { secondaries: { maxReplicas: 24, metrics: [{ type: 'throughput', target: 1 }] } };

function tuned(violationRate: number, days = 30): TuneReport {
  const options = {
    trace: dailyWave(days),
    policy,
    violationRate,
    joinDelay: 3_600_000,
    seed: 1,
    resamples: 100,
  };
  return tune(options, formulaTools(0));
}

describe('tuning', () => {
  it('proposes the highest target that keeps the wish, in the unit of its metric', () => {
    const { proposal, runs, capacity } = tuned(0.01);
    const kept = runs.filter(({ chosenOn }) => chosenOn.violationRate.estimate <= 0.01);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(runs.length);
    expect(proposal).toEqual(kept.at(-1));
    expect(proposal?.targets).toEqual([
      { pool: 'secondaries', metric: 'throughput', target: (proposal?.fraction ?? 0) * capacity },
    ]);
  });

  it('chooses on the older days and checks on the newer ones', () => {
    const { proposal, heldUp } = tuned(0.01);
    expect(proposal?.chosenOn.days).toBe(10);
    expect(proposal?.checkedOn.days).toBe(10);
    expect(heldUp).toBe((proposal?.checkedOn.violationRate.estimate ?? 1) <= 0.01);
  });

  it('gives an interval that holds the estimate', () => {
    const { lower, estimate, upper } = tuned(0.01).proposal?.chosenOn.violationRate ?? {
      lower: 1,
      estimate: 0,
      upper: 0,
    };
    expect(lower).toBeLessThan(estimate);
    expect(upper).toBeGreaterThan(estimate);
  });

  it('proposes nothing if even the lowest target does not keep the wish', () => {
    expect(tuned(-1)).toMatchObject({ proposal: undefined, heldUp: undefined });
  });

  it('refuses a past that is too short to choose and to check', () => {
    expect(() => tuned(0.01, 5)).toThrow('4 are needed');
  });
});
