import { describe, expect, it } from '@jest/globals';
import { applyRules } from './apply.ts';
import { inputOf, servers } from './pool.spec-helper.ts';
import type { Rule } from './types.ts';

const input = inputOf('secondaries', { servers: servers({ ready: 4 }) });

describe('applyRules', () => {
  it('shows each rule what those before it have made of the number', () => {
    const seen: number[] = [];
    const half: Rule = {
      name: 'MaxReplicas',
      apply: ({ replicas }) => {
        seen.push(replicas);
        return { replicas: replicas / 2, message: 'Half.' };
      },
    };
    expect(applyRules([half, half], input, 8).replicas).toBe(2);
    expect(seen).toEqual([8, 4]);
  });

  it('records the rules that changed the number, and no others', () => {
    const silent: Rule = { name: 'Paused', apply: () => undefined };
    const agrees: Rule = { name: 'CoolDown', apply: ({ replicas }) => ({ replicas, message: 'The same.' }) };
    const lowers: Rule = { name: 'MaxReplicas', apply: () => ({ replicas: 3, message: 'Three.' }) };
    expect(applyRules([silent, agrees, lowers], input, 8)).toEqual({
      replicas: 3,
      limits: [{ rule: 'MaxReplicas', from: 8, to: 3, message: 'Three.' }],
    });
  });

  it.each([NaN, Infinity, -Infinity])('holds the size at a recommendation of %p, and says so', (wanted) => {
    expect(applyRules([], input, wanted)).toEqual({
      replicas: 4,
      limits: [
        { rule: 'MetricsMissing', from: 4, to: 4, message: 'The recommendation is not a number of servers.' },
      ],
    });
  });

  it('rounds a fraction up, and takes fewer than no servers as none', () => {
    expect(applyRules([], input, 4.2).replicas).toBe(5);
    expect(applyRules([], input, -3).replicas).toBe(0);
  });

  it('takes a verdict that is no number as a hold', () => {
    const broken: Rule = { name: 'Fallback', apply: () => ({ replicas: NaN, message: 'Broken.' }) };
    expect(applyRules([broken], input, 7).replicas).toBe(4);
  });
});
