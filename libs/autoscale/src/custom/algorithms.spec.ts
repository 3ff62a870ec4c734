import { describe, expect, it } from '@jest/globals';
import type { MetricReport } from '../decision.ts';
import { emptyPoolHistory } from '../history/empty.ts';
import type { PoolObservation, WebhookAnswer } from '../observation.ts';
import { parsePolicy } from '../policy/parse.ts';
import type { AlgorithmSpec, PoolPolicy } from '../policy/types.ts';
import { readAlgorithms } from './algorithms.ts';

const now = Date.UTC(2026, 0, 5, 9);

function policyWith(...customAlgorithms: readonly AlgorithmSpec[]): PoolPolicy {
  const parsed = parsePolicy({
    secondaries: { maxReplicas: 10, metrics: [{ type: 'cpu', target: 60 }] },
    advanced: { customAlgorithms },
  });
  const policy = parsed.ok ? parsed.policy.pools.secondaries : undefined;
  if (policy === undefined) throw new Error(JSON.stringify(parsed));
  return policy;
}

const webhook: AlgorithmSpec = { name: 'planner', type: 'webhook', webhook: { url: 'https://planner/' } };
const expression: AlgorithmSpec = {
  name: 'weekday',
  type: 'expression',
  expression: 'now.weekday == 1 ? pool.desired + metrics.cpu.proposal : pool.min',
};

const cpu: MetricReport = {
  name: 'cpu',
  type: 'cpu',
  value: 81,
  target: 60,
  proposal: 5,
  age: 0,
  failed: undefined,
  message: '',
};

function run(
  policy: PoolPolicy,
  {
    metrics = [cpu],
    ...pool
  }: Partial<PoolObservation> & { readonly metrics?: readonly MetricReport[] } = {},
): readonly MetricReport[] {
  const seen: PoolObservation = { servers: [{ name: 'a', state: 'ready' }], desired: 2, ...pool };
  const moment = {
    name: 'secondaries' as const,
    policy,
    pool: seen,
    observation: { pools: { secondaries: seen } },
    history: emptyPoolHistory(),
    now,
    asked: 2,
  };
  return readAlgorithms(moment, metrics);
}

describe('custom algorithms', () => {
  it('report their proposals in the order of the policy', () => {
    const answers: Record<string, WebhookAnswer> = {
      planner: { time: now - 1_000, body: { version: 1, replicas: 6, reason: 'sale' } },
    };
    const unread = { value: undefined, target: undefined, failed: undefined };
    expect(run(policyWith(webhook, expression), { answers })).toEqual([
      {
        ...unread,
        name: 'planner',
        type: 'webhook',
        proposal: 6,
        age: 1_000,
        message: 'planner answered 6: sale',
      },
      {
        ...unread,
        name: 'weekday',
        type: 'expression',
        proposal: 7,
        age: undefined,
        message: 'weekday gives 7',
      },
    ]);
  });

  it('fail by name and reason', () => {
    const failed = run(policyWith(webhook, expression), {
      metrics: [{ ...cpu, value: undefined, proposal: undefined, failed: 'NoSamples' }],
    });
    expect(failed.map(({ name, proposal, failed: why }) => [name, proposal, why])).toEqual([
      ['planner', undefined, 'AnswerMissing'],
      ['weekday', undefined, 'ExpressionFailed'],
    ]);
    expect(failed[1]?.message).toBe('weekday cannot be read (No such key: cpu)');
  });

  it('work as well with a policy that was stored as JSON', () => {
    const stored = JSON.parse(JSON.stringify(policyWith(expression))) as PoolPolicy;
    expect(run(stored)).toEqual(run(policyWith(expression)));
  });

  it('see samples that are fresh, and no others', () => {
    const policy = policyWith({
      name: 'demand',
      type: 'expression',
      expression: 'size(samples) + ("cpu" in servers[0].samples ? 10 : 0)',
    });
    const samples = {
      fresh: { value: 1, time: now - 1_000 },
      old: { value: 1, time: now - 3_600_000 },
      broken: { value: NaN, time: now },
    };
    const server = { name: 'a', state: 'ready' as const, samples: { cpu: { value: 1, time: now } } };
    expect(run(policy, { samples, servers: [server] })[0]?.proposal).toBe(11);
  });
});
