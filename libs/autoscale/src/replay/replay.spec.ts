import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../evaluate.ts';
import { decodeHistory, encodeHistory } from '../history/encoding.ts';
import { parsePolicy } from '../policy/parse.ts';
import type { Policy, PolicySpec } from '../policy/types.ts';
import { calmPool, minute } from './engine.spec-helper.ts';
import { replay } from './replay.ts';
import { syntheticTrace } from './synthetic.ts';
import type { ReplayResult, SimulatedPool } from './types.ts';

const trace = syntheticTrace('daily', 3, { days: 4, level: 6000 });
const start = trace.times[0] ?? 0;
const day = 24 * 60 * minute;
const pool: SimulatedPool = {
  ...calmPool,
  capacity: 5,
  joinSpread: 0.3,
  meanTimeBetweenFailures: 2 * day,
  repairTime: 10 * minute,
  missingSamples: 0.02,
};

function policyOf(spec: PolicySpec): Policy {
  const parsed = parsePolicy(spec);
  if (!parsed.ok)
    throw new Error(parsed.errors.map(({ field, message }) => `${field} ${message}`).join('; '));
  return parsed.policy;
}

const secondaries = {
  minReplicas: 1,
  maxReplicas: 12,
  metrics: [{ type: 'throughput', target: 3.5 }],
} as const;
const predictive = { advanced: { predictive: { enabled: true, mode: 'Active' } } } as const;

function play(spec: PolicySpec, engine = evaluate): ReplayResult {
  const interval = 5 * minute;
  return replay({
    trace,
    policy: { ...policyOf(spec), interval },
    pool,
    interval,
    seed: 1,
    scoreFrom: start + 2 * day,
    engine,
  });
}

describe('with the engine of this library', () => {
  test.each([
    ['cpu', { type: 'cpu', target: 70 }],
    ['throughput', { type: 'throughput', target: 3.5 }],
    ['connections', { type: 'connection_count', target: 3.5 }],
    ['a custom metric', { type: 'custom', name: 'orders', target: 3.5 }],
  ] as const)('a pool that is sized by %s follows the load', (_, metric) => {
    const { violationRate, timeline, adaptations } = play({
      secondaries: { ...secondaries, metrics: [metric] },
    });
    expect(violationRate).toBeLessThan(0.1);
    expect(Math.max(...timeline.supply) - Math.min(...timeline.supply)).toBeGreaterThanOrEqual(2);
    expect(adaptations).toBeGreaterThan(10);
  });

  test('sizes stay within the limits of the policy', () => {
    const { timeline } = play({ secondaries: { ...secondaries, minReplicas: 2, maxReplicas: 4 } });
    expect(Math.min(...timeline.desired)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...timeline.desired)).toBe(4);
  });

  test('primaries are sized in odd numbers and their quorum is never at risk', () => {
    const metrics = [{ type: 'throughput', target: 3 }] as const;
    const { timeline, quorumRiskSeconds, adaptations } = play({
      primaries: { enabled: true, minReplicas: 3, maxReplicas: 9, metrics },
    });
    expect([...timeline.desired].every((size) => size % 2 === 1)).toBe(true);
    expect(adaptations).toBeGreaterThan(0);
    expect(quorumRiskSeconds).toBe(0);
  });

  test('a history that goes through its encoding at each step changes nothing', () => {
    const restarting: typeof evaluate = (policy, observation, history, now, options) =>
      evaluate(
        policy,
        observation,
        history === undefined ? undefined : decodeHistory(encodeHistory(history)),
        now,
        options,
      );
    expect(play({ secondaries }, restarting)).toEqual(play({ secondaries }));
  });

  test('nor does one restart, where models are fitted', () => {
    let restarts = 0;
    const restartedOnce: typeof evaluate = (policy, observation, history, now, options) => {
      if (history === undefined || now !== start + 2 * day + 7 * 60 * minute) {
        return evaluate(policy, observation, history, now, options);
      }
      restarts++;
      return evaluate(policy, observation, decodeHistory(encodeHistory(history)), now, options);
    };
    const straight = play({ secondaries, ...predictive });
    expect(straight.timeline.forecast.some(Number.isFinite)).toBe(true);
    expect(play({ secondaries, ...predictive }, restartedOnce)).toEqual(straight);
    expect(restarts).toBe(1);
  });
});
