// What the custom algorithms of a policy propose, reported like metrics.
import type { MetricReport } from '../decision.ts';
import type { Sample } from '../observation.ts';
import type { Algorithm, PoolPolicy } from '../policy/types.ts';
import { readSample } from '../metrics/sample.ts';
import type { RuleInput } from '../rules/types.ts';
import { compileExpression } from './expression.ts';
import type { ExpressionView } from './expression-view.ts';
import { readAnswer } from './webhook.ts';

/** What an algorithm may look at. */
export type AlgorithmInput = Pick<RuleInput, 'name' | 'policy' | 'pool' | 'observation' | 'now' | 'asked'>;

/** How old a sample may be that no metric of the policy speaks of, in milliseconds. */
const FRESH = 120_000;

/**
 * Runs every algorithm of the pool's policy. `metrics` are the reports of its metrics: expressions see those that could be read.
 *
 * @returns one report an algorithm, in the order of the policy: with a proposal, or with `failed` and the reason
 */
export function readAlgorithms(
  input: AlgorithmInput,
  metrics: readonly MetricReport[],
): readonly MetricReport[] {
  const { algorithms } = input.policy;
  if (algorithms.length === 0) return [];
  const view = expressionView(input, metrics);
  return algorithms.map((algorithm) =>
    algorithm.type === 'webhook' ? webhookReport(algorithm, input) : expressionReport(algorithm, view),
  );
}

/** What expressions see of a pool. */
function expressionView(
  { name, policy, pool, observation, now, asked }: AlgorithmInput,
  metrics: readonly MetricReport[],
): ExpressionView {
  const date = new Date(Math.abs(now) < 8.64e15 ? now : 0);
  const inState = (wanted: string) => pool.servers.filter(({ state }) => state === wanted).length;
  return {
    pool: {
      name,
      current: pool.servers.length - inState('draining'),
      desired: asked,
      min: policy.minReplicas,
      max: policy.maxReplicas,
      ready: inState('ready'),
      joining: inState('joining'),
    },
    metrics: Object.fromEntries(metrics.flatMap(metricEntry)),
    samples: freshSamples(pool.samples, policy, now),
    servers: pool.servers.map((server) => ({
      name: server.name,
      zone: server.zone ?? '',
      state: server.state,
      samples: freshSamples(server.samples, policy, now),
    })),
    databases: (observation.databases ?? []).map(({ name: database, primaries, secondaries }) => ({
      name: database,
      primaries,
      secondaries: secondaries === 'pool' ? 0 : secondaries,
      followsPool: secondaries === 'pool',
    })),
    now: { hour: date.getUTCHours(), minute: date.getUTCMinutes(), weekday: date.getUTCDay() },
  };
}

function webhookReport(algorithm: Algorithm, { pool, now }: AlgorithmInput): MetricReport {
  const { name, type } = algorithm;
  const answers = pool.answers ?? {};
  const answer = readAnswer(Object.hasOwn(answers, name) ? answers[name] : undefined, algorithm, now);
  const own = { name, type, value: undefined, target: undefined, age: answer.age };
  if (answer.failed !== undefined) {
    const message = `${name} cannot be read (${answer.message})`;
    return { ...own, proposal: undefined, failed: answer.failed, message };
  }
  const { replicas, message } = answer;
  const said = message === undefined ? '' : `: ${message}`;
  return { ...own, proposal: replicas, failed: undefined, message: `${name} answered ${replicas}${said}` };
}

function expressionReport(algorithm: Algorithm, view: ExpressionView): MetricReport {
  const { name, type, expression, compiled } = algorithm;
  const read =
    compiled === undefined ? compileExpression(expression ?? '') : { ok: true as const, evaluate: compiled };
  const result = read.ok ? read.evaluate(view) : read;
  const own = { name, type, value: undefined, target: undefined, age: undefined };
  if (!result.ok) {
    const message = `${name} cannot be read (${result.message})`;
    return { ...own, proposal: undefined, failed: 'ExpressionFailed', message };
  }
  const { replicas } = result;
  return { ...own, proposal: replicas, failed: undefined, message: `${name} gives ${replicas}` };
}

function metricEntry({
  name,
  value,
  target,
  proposal,
}: MetricReport): readonly [string, ExpressionView['metrics'][string]][] {
  const isRead = value !== undefined && target !== undefined && proposal !== undefined;
  return isRead ? [[name, { value, target, proposal }]] : [];
}

function freshSamples(
  samples: Readonly<Record<string, Sample>> = {},
  { metrics }: PoolPolicy,
  now: number,
): Readonly<Record<string, number>> {
  const fresh = Object.entries(samples).flatMap(([name, sample]) => {
    const maxAge = metrics.find((metric) => metric.name === name)?.maxAge ?? FRESH;
    const { value } = readSample(sample, maxAge, now);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(fresh);
}
