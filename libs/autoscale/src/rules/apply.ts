import type { Limit } from '../decision.ts';
import type { Rule, RuleInput } from './types.ts';

/** The number that rules have made of a recommendation, and those of them that changed it, in order. */
export interface Ruled {
  readonly replicas: number;
  readonly limits: readonly Limit[];
}

/**
 * Puts a recommended number of servers through `rules`, in their order. Each sees what those before it have made of the number.
 *
 * The result is a whole number. A recommendation that is no number holds what is asked for at present, as the rule `MetricsMissing`;
 * a fraction is rounded up, for half a server more than enough is better than half a server too few.
 */
export function applyRules(
  rules: readonly Rule[],
  input: Omit<RuleInput, 'replicas'>,
  replicas: number,
): Ruled {
  const asked = wholeServers(input.asked, 0);
  const start = wholeServers(replicas, asked);
  const limits: Limit[] = Number.isFinite(replicas)
    ? []
    : [
        {
          rule: 'MetricsMissing',
          from: asked,
          to: asked,
          message: 'The recommendation is not a number of servers.',
        },
      ];
  let current = start;
  for (const rule of rules) {
    const verdict = rule.apply({ ...input, asked, replicas: current });
    if (verdict === undefined) continue;
    const next = wholeServers(verdict.replicas, asked);
    if (next === current) continue;
    limits.push({ rule: rule.name, from: current, to: next, message: verdict.message });
    current = next;
  }
  return { replicas: current, limits };
}

function wholeServers(value: number, otherwise: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.ceil(value)) : otherwise;
}
