// The guide, docs/autoscaling.md: what stands in it as YAML, JSON and expressions is what the library reads, makes and says. Its commands are run
// by the program of the packed library, in test/workspace.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import {
  emptyHistory,
  evaluate,
  type Observation,
  parsePolicy,
  type Policy,
  type PolicySpec,
  type PoolDecision,
  ruleCatalogue,
  webhookRequest,
} from './index.ts';
import { predictLatency } from './queueing/latency.ts';

const root = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/autoscaling.md'), 'utf8');
const spec = parse(readFileSync(join(root, 'examples/autoscale/policy.yaml'), 'utf8')) as PolicySpec;
const seen = JSON.parse(
  readFileSync(join(root, 'examples/autoscale/observation.json'), 'utf8'),
) as Observation;
const now = Date.UTC(2026, 0, 31, 12);

function blocks(language: string): readonly string[] {
  return [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );
}

function policyOf(changes: PolicySpec): Policy {
  const parsed = parsePolicy({ ...spec, ...changes });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.policy;
}

function decide(policy: Policy, observation = seen): PoolDecision {
  const decision = evaluate(policy, observation, emptyHistory(), now).pools.secondaries;
  if (decision === undefined) throw new Error('nothing was decided');
  return decision;
}

function withAlgorithm(algorithm: object): Policy {
  return policyOf({ advanced: { customAlgorithms: [{ name: 'own', ...algorithm } as never] } });
}

describe('policies in the guide', () => {
  it.each(blocks('yaml').map((text) => [text.split('\n').slice(0, 3).join(' '), text]))('%s', (_, text) => {
    const written = parse(text) as PolicySpec;
    expect(parsePolicy({ ...spec, ...written })).toMatchObject({ ok: true });
  });

  it('are more than a few', () => {
    expect(blocks('yaml').length).toBeGreaterThan(8);
  });
});

it('the policies and the program beside the guide can be used', () => {
  for (const name of ['policy', 'replay']) {
    const text = readFileSync(join(root, `examples/autoscale/${name}.yaml`), 'utf8');
    expect(parsePolicy(parse(text))).toMatchObject({ ok: true });
  }
});

describe('expressions in the guide', () => {
  const rows = [...guide.matchAll(/^\| `(?<expression>[^`]+)` +\| +(?<servers>\d+) \|/gm)].map(
    ({ groups }) => [groups?.['expression'] ?? '', Number(groups?.['servers'])] as const,
  );

  it.each(rows)('%s gives %d', (expression, servers) => {
    const report = decide(withAlgorithm({ type: 'expression', expression })).metrics.at(-1);
    expect(report).toMatchObject({ name: 'own', proposal: servers });
  });

  it('are more than a few', () => {
    expect(rows.length).toBeGreaterThan(5);
  });
});

describe('the webhook in the guide', () => {
  const [request = '', answer = ''] = blocks('json');
  const policy = withAlgorithm({ type: 'webhook', webhook: { url: 'https://capacity.example.com' } });
  const pool = policy.pools.secondaries;
  if (pool === undefined || seen.pools.secondaries === undefined) throw new Error('there are no secondaries');

  it('is asked so', () => {
    const made = webhookRequest({
      algorithm: 'planned-imports',
      name: 'secondaries',
      policy: pool,
      observation: seen,
      metrics: decide(policyOf({})).metrics,
      now,
    });
    expect(JSON.parse(request)).toEqual(made);
  });

  it('may answer so', () => {
    const answers = { own: { time: now, body: JSON.parse(answer) as unknown } };
    const secondaries = { servers: [], ...seen.pools.secondaries, answers };
    const { metrics, recommended } = decide(policy, { ...seen, pools: { ...seen.pools, secondaries } });
    expect(metrics.at(-1)).toMatchObject({ proposal: 5, message: expect.stringContaining('13:00') });
    expect(recommended).toBe(5);
  });
});

it('the latencies in the guide are those of the model', () => {
  const signal = {
    metric: 'query_latency',
    target: 250,
    latency: 180,
    utilization: 0.625,
    serving: 3,
    complete: true,
  };
  const said = /(?<alone>[\d.]+) ms alone: (?<on2>[\d,]+) ms on two servers and (?<on4>\d+) ms on four/.exec(
    guide,
  );
  const [alone, on2, on4] = ['alone', 'on2', 'on4'].map((name) =>
    Number(said?.groups?.[name]?.replace(',', '')),
  );
  expect(alone).toBeCloseTo(180 * (1 - 0.625), 9);
  expect(on2).toBeCloseTo(predictLatency(signal, 2) ?? NaN, 6);
  expect(on4).toBe(Math.round(predictLatency(signal, 4) ?? NaN));
});

it('the rules in the guide are those of the catalogue, in its order', () => {
  const table = guide.slice(guide.indexOf('## Rules'));
  const rows = [...table.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, rule, meaning]) => [
    rule,
    meaning,
  ]);
  expect(rows).toEqual(Object.entries(ruleCatalogue));
});
