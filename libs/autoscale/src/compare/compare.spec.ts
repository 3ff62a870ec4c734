import { describe, expect, it } from '@jest/globals';
import { compare } from './compare.ts';
import { ComparisonError } from './error.ts';
import { frontsSvg } from './fronts-svg.ts';
import { comparisonMarkdown, comparisonTable } from './report.ts';
import { dailyWave, formulaTools } from './tools.spec-helper.ts';
import type { ComparisonOptions, ComparisonReport } from './types.ts';

const minute = 60_000;
const options: ComparisonOptions = {
  traces: [dailyWave(30)],
  delays: [60 * minute],
  seed: 1,
  resamples: 200,
};

function compared(saving: number, changes: Partial<ComparisonOptions> = {}): ComparisonReport {
  return compare({ ...options, ...changes }, formulaTools(saving));
}

describe('a comparison', () => {
  it('finds the policy better that needs fewer servers, and worse the one that needs more', () => {
    const outcomes = [0.2, -0.2].map((saving) => compared(saving).cases[0]?.comparisons[0]?.outcome);
    expect(outcomes).toEqual(['better', 'worse']);
  });

  it('finds exactly nothing between equal runs', () => {
    const [comparison] = compared(0).cases[0]?.comparisons ?? [];
    expect(comparison).toMatchObject({
      contender: 'predictive',
      outcome: 'no difference',
      saving: { estimate: 0, lower: 0, upper: 0 },
      costSaving: { estimate: 0, lower: 0, upper: 0 },
    });
  });

  it('changes nothing but targets between the replays of a policy, and nothing of the load between policies', () => {
    const tools = formulaTools(0.1);
    compare(options, tools);
    const [first] = tools.replays;
    expect(tools.replays).toHaveLength(2 * 16 + 1);
    for (const { load, pool, seed, scoreFrom, interval, policy } of tools.replays) {
      expect(load).toBe(first?.load);
      expect({ pool, seed, scoreFrom, interval }).toEqual({
        pool: first?.pool,
        seed: 1,
        scoreFrom: 10 * 24 * 60 * minute,
        interval: 5 * minute,
      });
      expect(policy.pools.secondaries?.maxReplicas).toBe(32);
    }
    const targets = tools.replays.map(({ policy }) => policy.pools.secondaries?.metrics[0]?.target);
    expect(targets.slice(0, 16)).toEqual(targets.slice(16, 32));
    expect(new Set(targets.slice(0, 16)).size).toBe(16);
  });

  it('counts a load in what a server takes, so that a slow one has targets that differ', () => {
    const slow = { ...dailyWave(30), values: dailyWave(30).values.map((value) => value / 1e6) };
    const tools = formulaTools(0.1);
    compare({ ...options, traces: [slow] }, tools);
    expect(tools.replays[0]?.policy.pools.secondaries?.metrics[0]?.target).toBe(80);
  });

  it('leaves a load out for delays below its own step, and one without load', () => {
    const silent = { ...dailyWave(30), name: 'silent', values: new Float64Array(720) };
    const { cases, skipped } = compared(0.1, {
      traces: [dailyWave(30), silent],
      delays: [5 * minute, 60 * minute],
    });
    expect(cases.map(({ trace, joinDelay }) => [trace, joinDelay])).toEqual([['wave', 60 * minute]]);
    expect(skipped.map(({ trace, reason }) => [trace, reason])).toEqual([
      ['wave', 'its step of 60 minutes is longer than the join delay of 5 minutes'],
      ['silent', 'there is no load in its first third'],
      ['silent', 'there is no load in its first third'],
    ]);
  });

  it('says that it cannot tell from two days', () => {
    expect(compared(0.2, { traces: [dailyWave(3)] }).cases[0]?.comparisons[0]?.outcome).toBe('too short');
  });

  it.each<[string, Partial<ComparisonOptions>]>([
    ["there is no policy 'x' to compare with", { baseline: 'x' }],
    ['a comparison needs two policies', { contenders: [] }],
    [
      'has no target to sweep',
      {
        contenders: ['a', 'b'].map((name) => ({
          name,
          policy: { secondaries: { maxReplicas: 3, metrics: [{ type: 'memory', target: 50 }] } },
        })),
      },
    ],
    [
      'secondaries.metrics[0].weight',
      {
        contenders: ['a', 'b'].map((name) => ({
          name,
          policy: { secondaries: { maxReplicas: 3, metrics: [{ type: 'cpu', target: 50, weight: -1 }] } },
        })),
      },
    ],
  ])('is refused: %s', (message, changes) => {
    expect(() => compared(0, changes)).toThrow(ComparisonError);
    expect(() => compared(0, changes)).toThrow(message);
  });
});

describe('the report', () => {
  it('says plainly where the policy is not better', () => {
    const text = comparisonMarkdown(compared(-0.2), 'fronts.svg');
    expect(text).toContain('- Better than `hpa`: nowhere.');
    expect(text).toMatch(/- Worse than `hpa`: predictive on wave at 60 min \(-\d/);
    expect(text).toContain('](fronts.svg)');
  });

  it('names seasons, outcome and what was left out in the table', () => {
    const text = comparisonTable(compared(0.2, { delays: [5 * minute, 60 * minute] }));
    expect(text).toMatch(/wave +24 h +60 min +20 +predictive .* better/);
    expect(text).toContain('left out: wave at 5 min: its step of 60 minutes');
  });
});

describe('the picture of the fronts', () => {
  it('has a chart for each case and a line for each policy, and every number in it is one', () => {
    const svg = frontsSvg(compared(0.2, { traces: [{ ...dailyWave(30), name: 'a<b' }, dailyWave(30)] }));
    expect(svg.match(/<g transform/g)).toHaveLength(2);
    expect(svg.match(/<path class="line c0" d="M\d/g)).toHaveLength(3);
    expect(svg).toContain('a&lt;b');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('can be drawn without a case', () => {
    expect(frontsSvg(compared(0, { delays: [minute] }))).not.toMatch(/NaN|Infinity|undefined/);
  });
});
