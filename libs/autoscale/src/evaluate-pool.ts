// The stages of an evaluation of one pool, in the order of the path that a number takes.
import { readAlgorithms } from './custom/algorithms.ts';
import type { ForecastReport, Limit, MetricReport, PoolDecision } from './decision.ts';
import { listed } from './explain/figure.ts';
import { sentence } from './explain/sentence.ts';
import { fallback } from './fallback.ts';
import type { PoolHistory } from './history/types.ts';
import { limitRate } from './hpa/rate.ts';
import { stabilize } from './hpa/stabilize.ts';
import { combine, type WeightedProposal } from './metrics/combine.ts';
import { type Proposals, proposals, toleranceOf } from './metrics/proposals.ts';
import { sourcesOf } from './metrics/sources.ts';
import type { PoolPolicy } from './policy/types.ts';
import type { Forecaster } from './predict/forecaster.ts';
import { predict } from './predict/predict.ts';
import { latencyVeto } from './queueing/latency.ts';
import { recentRange } from './recent.ts';
import { type PoolMoment, present, remember, rewound, takeIn } from './remember.ts';
import { applyRules } from './rules/apply.ts';
import { constraints } from './rules/constraints.ts';
import type { Rule, RuleName } from './rules/types.ts';
import { adviseZones } from './rules/zones.ts';

export interface PoolResult {
  readonly decision: PoolDecision;
  readonly history: PoolHistory;
}

export function evaluatePool(moment: PoolMoment, forecaster: Forecaster): PoolResult {
  const { name, policy, pool, now, asked } = moment;
  const seen = proposals(policy, pool, asked, now);
  const metrics = [...seen.reports, ...readAlgorithms(moment, seen.reports)];
  const counted = countedProposals(policy, metrics);
  const combined = combine(policy.combine, counted, asked).replicas;
  const history = takeIn(moment, metrics, seen.demands, forecaster);
  const forecast = policy.predictive.enabled ? predict({ ...moment, history }) : undefined;

  const stages: readonly Rule[] = [
    combined === undefined ? { name: 'Fallback', apply: fallback } : stabilizationWindow,
    addsCapacity(forecast),
    scaleUpLimit,
    scaleDownLimit,
    { name: 'LatencyVeto', apply: ({ replicas }) => latencyVeto(seen.latency, asked, replicas) },
    ...constraints,
  ];
  const { replicas: desired, limits } = applyRules(stages, { ...moment, history }, combined ?? asked);

  // What the metrics that could be read ask for, even where that may not be done because of the others.
  const recommended = combine(policy.combine, counted.filter(isKnown), asked).replicas ?? asked;
  const held = combined === undefined ? [metricsMissing(metrics, recommended, asked)] : [];
  const outcome = {
    current: present(pool),
    recommended,
    desired,
    metrics: metrics.map((report) => withPast(report, moment, history)),
    limitedBy: [...held, ...limits],
    forecast,
  };
  const tolerances = new Map(policy.metrics.map((metric) => [metric.name, toleranceOf(metric, policy)]));
  return {
    decision: {
      ...outcome,
      confidence: confidenceIn(metrics, seen),
      zones: adviseZones(moment, desired),
      sentence: sentence({ name, asked, tolerances, ...outcome }),
    },
    history: remember(history, now, {
      combined,
      ahead: Math.min(askedAhead(forecast), policy.maxReplicas),
      asked,
      desired,
    }),
  };
}

/** The decision on a pool whose time went backwards: it keeps its size. */
export function holdPool(moment: PoolMoment, evaluatedAt: number): PoolResult {
  const { name, pool, asked, now, history } = moment;
  const limit: Limit = {
    rule: 'ClockWentBackwards',
    from: asked,
    to: asked,
    message: `The last evaluation was ${Math.ceil((evaluatedAt - now) / 1000)} s later than this one.`,
  };
  const outcome = {
    current: present(pool),
    recommended: asked,
    desired: asked,
    metrics: [],
    limitedBy: [limit],
    forecast: undefined,
  };
  const decision = {
    ...outcome,
    confidence: 0,
    zones: undefined,
    sentence: sentence({ name, asked, ...outcome }),
  };
  return { decision, history: rewound(history, now) };
}

/** Metrics count always; an algorithm that failed and may be ignored does not. */
function countedProposals(policy: PoolPolicy, metrics: readonly MetricReport[]): readonly WeightedProposal[] {
  return metrics.flatMap(({ name, type, proposal }) => {
    if (type !== 'webhook' && type !== 'expression') {
      const weight = policy.metrics.find((metric) => metric.name === name)?.weight ?? 1;
      return [{ name, proposal, weight }];
    }
    const algorithm = policy.algorithms.find((one) => one.name === name);
    if (proposal === undefined && algorithm?.failurePolicy === 'Ignore') return [];
    return [{ name, proposal, weight: algorithm?.weight ?? 1 }];
  });
}

/** With what is not needed to decide, but to understand: where it comes from and what it was lately. */
function withPast(report: MetricReport, { pool, now }: PoolMoment, { raw }: PoolHistory): MetricReport {
  const recent = recentRange(raw, report.name, now);
  const sources = sourcesOf(pool, report.name);
  return { ...report, ...(recent && { recent }), ...(sources.length > 0 && { sources }) };
}

/** Algorithms are read as metrics are: fully or not at all. */
function confidenceIn(reports: readonly MetricReport[], seen: Proposals): number {
  const answered = reports.slice(seen.reports.length).filter(isKnown).length;
  return reports.length === 0 ? 1 : (seen.confidence * seen.reports.length + answered) / reports.length;
}

function isKnown({ proposal }: Pick<WeightedProposal, 'proposal'>): boolean {
  return proposal !== undefined;
}

function metricsMissing(metrics: readonly MetricReport[], recommended: number, asked: number): Limit {
  const failed = metrics.filter(({ proposal }) => proposal === undefined).map(({ name }) => name);
  const message =
    failed.length === metrics.length
      ? 'Not a single metric could be read.'
      : `Nothing is removed while ${listed(failed)} cannot be read.`;
  return { rule: 'MetricsMissing', from: recommended, to: asked, message };
}

const stabilizationWindow: Rule = {
  name: 'StabilizationWindow',
  apply: ({ policy: { scaleUp, scaleDown }, history, asked, replicas, now }) => {
    const stable = stabilize({
      proposal: replicas,
      current: asked,
      recommendations: history.recommendations,
      now,
      upWindow: scaleUp.stabilizationWindow,
      downWindow: scaleDown.stabilizationWindow,
    });
    const [window, bound] =
      stable > replicas
        ? [scaleDown.stabilizationWindow, 'at least']
        : [scaleUp.stabilizationWindow, 'no more than'];
    return {
      replicas: stable,
      message: `Within the last ${Math.round(window / 1000)} s ${bound} ${stable} were asked for.`,
    };
  },
};

/** A forecast never lowers the number. */
function addsCapacity(forecast: ForecastReport | undefined): Rule {
  return {
    name: 'Forecast',
    apply: ({ replicas }) => {
      const proposal = askedAhead(forecast);
      if (forecast === undefined || proposal <= replicas) return undefined;
      return {
        replicas: proposal,
        message: `To have enough in time ${proposal} must be asked for now, since a server takes ${Math.round(forecast.leadTime / 60_000)} min to join.`,
      };
    },
  };
}

/** What the forecast asks for, if it may; else 0. */
function askedAhead(forecast: ForecastReport | undefined): number {
  return forecast?.active === true && forecast.mode === 'Active' ? (forecast.proposal ?? 0) : 0;
}

const scaleUpLimit = rateLimit('ScaleUpLimit', 'scaleUp');
const scaleDownLimit = rateLimit('ScaleDownLimit', 'scaleDown');

/** `minReplicas` and `maxReplicas` are rules of their own. */
function rateLimit(name: RuleName, direction: 'scaleUp' | 'scaleDown'): Rule {
  return {
    name,
    apply: ({ policy: { scaleUp, scaleDown }, history: { events }, asked, replicas, now }) => {
      if (direction === 'scaleUp' ? replicas <= asked : replicas >= asked) return undefined;
      const wanted = { wanted: replicas, current: asked, min: 0, max: Infinity };
      return {
        replicas: limitRate({ ...wanted, events, now, scaleUp, scaleDown }).replicas,
        message: `The policies of ${direction} allow no more in their period.`,
      };
    },
  };
}
