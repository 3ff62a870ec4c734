// One sentence about a decision, for people who have never heard of autoscaling.
import type { Limit, MetricReport, PoolDecision } from '../decision.ts';
import { withinTolerance } from '../hpa/arithmetic.ts';
import type { Tolerance } from '../hpa/types.ts';
import type { PoolName } from '../observation.ts';
import type { RuleName } from '../rules/types.ts';
import { figure, listed } from './figure.ts';

/** What the sentence is about: a decision for one pool, and how many servers were asked for before it. */
export interface Explained extends Pick<
  PoolDecision,
  'current' | 'recommended' | 'desired' | 'metrics' | 'limitedBy' | 'forecast'
> {
  readonly name: PoolName;
  readonly asked: number;
  /** By name of the metric; one that is not named is within it where it asks for no change. */
  readonly tolerances?: ReadonlyMap<string, Tolerance>;
}

/**
 * Such as `Add one secondary (3 to 4): throughput is at 420 per second and server, above its target of 300; wanted 5, one at a time
 * (OneStepAtATime).`
 */
export function sentence(decision: Explained): string {
  const reasons = [...metricReasons(decision), limitReasons(decision), previewReason(decision)].filter(
    (reason) => reason !== undefined,
  );
  const end = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  return `${action(decision)}${end}.`;
}

function action({ name, asked, desired, current }: Explained): string {
  const change = desired - asked;
  if (change === 0) {
    const there = current === asked ? '' : `, of which ${current === 1 ? '1 is' : `${current} are`} there`;
    return `Keep ${servers(name, asked)}${there}`;
  }
  return `${change > 0 ? 'Add' : 'Remove'} ${servers(name, Math.abs(change), 'one')} (${asked} to ${desired})`;
}

function servers(name: PoolName, count: number, one = '1'): string {
  const singular = name === 'primaries' ? 'primary' : 'secondary';
  return count === 1 ? `${one} ${singular}` : `${count} ${name}`;
}

/** The metric that asks for the most servers decided; those that could not be read are named after it. */
function metricReasons({ metrics, asked, tolerances }: Explained): readonly (string | undefined)[] {
  const readable = metrics.filter(({ proposal }) => proposal !== undefined).toSorted(highestFirst);
  const failed = metrics.filter(({ proposal }) => proposal === undefined).toSorted(byName);
  const [leader] = readable;
  if (leader !== undefined) {
    const names = failed.map(({ name }) => name);
    return [
      describeMetric(leader, asked, tolerances?.get(leader.name)),
      names.length === 0 ? undefined : `${listed(names)} cannot be read`,
    ];
  }
  const [first, ...others] = failed;
  if (first === undefined) return [];
  const more =
    others.length === 0 ? '' : `, and ${listed(others.map(({ name }) => name))} cannot be read either`;
  return [`${first.message.replace(/\.$/, '')}${more}`];
}

function highestFirst(a: MetricReport, b: MetricReport): number {
  return (b.proposal ?? 0) - (a.proposal ?? 0) || byName(a, b);
}

function byName(a: MetricReport, b: MetricReport): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

const units: Readonly<Record<MetricReport['type'], readonly [value: string, target: string]>> = {
  cpu: [' %', ' %'],
  memory: [' %', ' %'],
  query_latency: [' ms', ' ms'],
  connection_count: [' per server', ''],
  throughput: [' per second and server', ''],
  custom: ['', ''],
  webhook: ['', ''],
  expression: ['', ''],
};

function describeMetric(report: MetricReport, asked: number, tolerance: Tolerance | undefined): string {
  const { name, type, value, target, proposal = asked } = report;
  if (value === undefined || target === undefined || type === 'webhook' || type === 'expression') {
    return `${name} asks for ${proposal}`;
  }
  if (type === 'query_latency' && proposal <= asked) return `${name} is at ${report.message}`;
  const [unit, targetUnit] = units[type];
  const goal = `its target of ${figure(target)}${targetUnit}`;
  const where =
    proposal === asked
      ? whyKept(value / target, asked, tolerance, goal)
      : `${value > target ? 'above' : 'below'} ${goal}`;
  return `${name} is at ${figure(value)}${unit}, ${where}`;
}

/** Outside the tolerance servers that do not serve yet, or cannot be read, keep the number as it is. */
function whyKept(ratio: number, asked: number, tolerance: Tolerance | undefined, goal: string): string {
  const withOneLess = asked > 1 ? (ratio * asked) / (asked - 1) : Infinity;
  if (ratio < 1 && withOneLess > 1) return `below ${goal}, but one server less would be too few`;
  if (tolerance === undefined || withinTolerance(ratio, tolerance)) return `within tolerance of ${goal}`;
  return ratio > 1
    ? `above ${goal}, and ${asked} are enough once each of them takes its share`
    : `below ${goal}, but not by enough to do with fewer`;
}

function limitReasons({ name, recommended, desired, asked, limitedBy }: Explained): string | undefined {
  const wanted = recommended === desired || recommended === asked ? [] : [`wanted ${recommended}`];
  const rules = limitedBy.map((limit) => `${phrases[limit.rule](limit, name)} (${limit.rule})`);
  return rules.length === 0 && wanted.length === 0 ? undefined : [...wanted, ...rules].join(', ');
}

/** What each rule means, in words that fit behind the number that was wanted. */
const phrases: Readonly<Record<RuleName, (limit: Limit, name: PoolName) => string>> = {
  ClockWentBackwards: () => 'the clock went backwards and nothing changes until it has caught up',
  MetricsMissing: () => 'the size is held while metrics are missing',
  Fallback: ({ to }) => `metrics have been missing for so long that the fallback asks for ${to}`,
  StabilizationWindow: () => 'waiting to see whether it lasts',
  ScaleUpLimit: ({ to }) => `no faster than to ${to} now`,
  ScaleDownLimit: ({ to }) => `no faster than to ${to} now`,
  LatencyVeto: () => 'with fewer servers queries could become too slow',
  Forecast: ({ to }) => `the forecast asks for ${to} ahead of the load`,
  ScheduleFloor: ({ to }) => `the schedule asks for at least ${to} at this time`,
  MaxReplicas: () => 'the policy allows no more',
  MinReplicas: () => 'the policy allows no fewer',
  DatabaseTopology: () => 'the databases need these servers for their copies',
  QuorumMajority: () => 'a majority of the primaries of every database must stay',
  MinHealthyPrimaries: () => 'too few primaries would be healthy',
  UnhealthyServer: () => 'a server is not healthy',
  OddPrimaries: () => 'primaries come in odd numbers',
  ZoneMinimum: () => 'a zone would have too few servers',
  ZoneSkew: () => 'the zones would differ too much',
  OneStepAtATime: (_, name) => (name === 'primaries' ? 'one step at a time' : 'one at a time'),
  OnePoolAtATime: () => 'one pool at a time',
  ChangeInProgress: () => 'the last change has not finished',
  CoolDown: () => 'it is too soon after the last change',
  Maintenance: () => 'the cluster is under maintenance',
  OperationLock: () => 'another operation holds the cluster',
  Paused: () => 'scaling is paused',
};

function previewReason({ forecast, desired }: Explained): string | undefined {
  if (forecast?.mode !== 'Preview' || forecast.proposal === undefined || forecast.proposal <= desired) {
    return undefined;
  }
  return `the forecast would ask for ${forecast.proposal}; it is in Preview`;
}
