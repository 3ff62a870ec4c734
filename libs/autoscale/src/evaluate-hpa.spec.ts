// Without rules of its own the engine decides as the Horizontal Pod Autoscaler does.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from './evaluate.ts';
import { policyOf, second, start } from './evaluate.spec-helper.ts';
import { emptyHistory } from './history/empty.ts';
import { initialState, hpaPass, type HpaController, type HpaSpec } from './hpa/pass.ts';
import type { HpaMetric, PassStep } from './hpa/metric.ts';
import type { ObservedPod } from './hpa/readiness.ts';
import type { Observation } from './observation.ts';
import type { BehaviorSpec, MetricSpec, Policy, ScalingRulesSpec } from './policy/types.ts';

const controller: HpaController = {
  tolerance: 0.1,
  downscaleStabilization: 300_000,
  cpuInitializationPeriod: 0,
  initialReadinessDelay: 0,
};

const min = 1;
const max = 40;

/** What a metric is called by both, and where it is measured. */
const kinds: Readonly<
  Record<string, { spec: MetricSpec; metric: HpaMetric; of: 'cpu' | 'servers' | 'pool' }>
> = {
  cpu: {
    spec: { type: 'cpu', target: 60 },
    metric: { type: 'Resource', name: 'cpu', target: { type: 'Utilization', value: 60 } },
    of: 'cpu',
  },
  memory: {
    spec: { type: 'memory', target: 70 },
    metric: { type: 'Pods', name: 'memory', target: { type: 'AverageValue', value: 70_000 } },
    of: 'servers',
  },
  throughput: {
    spec: { type: 'throughput', target: 80 },
    metric: { type: 'External', name: 'throughput', target: { type: 'AverageValue', value: 80_000 } },
    of: 'pool',
  },
  lag: {
    spec: { type: 'custom', name: 'lag', target: 50, targetType: 'Value' },
    metric: { type: 'External', name: 'lag', target: { type: 'Value', value: 50_000 } },
    of: 'pool',
  },
};

const ratePolicies = fc.array(
  fc.record({
    type: fc.constantFrom('Pods', 'Percent'),
    value: fc.integer({ min: 1, max: 150 }),
    period: fc.constantFrom(15, 60, 300, 1800),
  }),
  { minLength: 1, maxLength: 3 },
);

const scalingRules: fc.Arbitrary<ScalingRulesSpec> = fc.record(
  {
    stabilizationWindow: fc.constantFrom(0, 60, 300, 3600),
    policies: ratePolicies,
    selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled', 'Max'),
    tolerance: fc.constantFrom(0, 0.1, 0.25),
  },
  { requiredKeys: [] },
);

const behaviors: fc.Arbitrary<BehaviorSpec> = fc.record(
  { scaleUp: scalingRules, scaleDown: scalingRules },
  { requiredKeys: [] },
);

const shares = (most: number) => fc.integer({ min: 0, max: 100 * most }).map((percent) => percent / 100);

/** Load of ten servers' worth, and how far each server, or metric of the pool, is off it. */
const passes = fc.array(
  fc.record({
    after: fc.constantFrom(15, 15, 15, 30, 60, 400),
    load: shares(3),
    spread: fc.array(shares(2), { minLength: max, maxLength: max }),
  }),
  { minLength: 5, maxLength: 30 },
);

const names = fc.uniqueArray(fc.constantFrom(...Object.keys(kinds)), { minLength: 1, maxLength: 4 });

/** The one rule that always binds is that of the step; the types know no such step, since no user can write it. */
function anyStep(policy: Policy): Policy {
  const { secondaries } = policy.pools;
  if (secondaries === undefined) throw new Error('there are no secondaries');
  return { ...policy, pools: { secondaries: { ...secondaries, step: max as 1 } } };
}

interface Pass {
  readonly load: number;
  readonly spread: readonly number[];
}

/** In thousandths: what one of `size` servers uses of one core, and what it shows for other metrics. */
function usageOf({ load, spread }: Pass, server: number, size: number): number {
  return Math.round(((load * (spread[server] ?? 1) * 10) / size) * 600);
}

function totalOf({ load, spread }: Pass, metric: number): number {
  return Math.round(load * (spread[metric] ?? 1) * 400_000);
}

function observationOf(used: readonly string[], pass: Pass, size: number, now: number): Observation {
  const sample = (thousandths: number) => ({ value: thousandths / 1000, time: now });
  const ofKind = (of: 'servers' | 'pool') => used.filter((name) => kinds[name]?.of === of);
  const servers = Array.from({ length: size }, (_, at) => {
    const usage = usageOf(pass, at, size);
    const samples = Object.fromEntries([
      ['cpu', sample(usage)],
      ...ofKind('servers').map((name) => [name, sample(usage * 100)] as const),
    ]);
    return { name: `server-${at}`, state: 'ready' as const, cpuRequest: 1, samples };
  });
  const samples = Object.fromEntries(ofKind('pool').map((name, at) => [name, sample(totalOf(pass, at))]));
  return { databases: [], pools: { secondaries: { desired: size, servers, samples } } };
}

function stepOf(used: readonly string[], pass: Pass, size: number, now: number): PassStep {
  const ofKind = (of: 'servers' | 'pool') => used.filter((name) => kinds[name]?.of === of);
  const pods = Array.from({ length: size }, (_, at): ObservedPod => {
    const usage = usageOf(pass, at, size);
    return {
      phase: 'Running',
      ready: true,
      startTime: 0,
      readyChangedAt: 0,
      deleted: false,
      unlisted: false,
      requests: { cpu: 1000, memory: undefined },
      usage: { cpu: usage, memory: undefined },
      custom: Object.fromEntries(ofKind('servers').map((name) => [name, usage * 100])),
      sampleTime: now,
      sampleWindow: 15_000,
    };
  });
  return {
    time: now,
    specReplicas: size,
    statusReplicas: size,
    pods,
    external: Object.fromEntries(ofKind('pool').map((name, at) => [name, totalOf(pass, at)])),
    podMetricsError: false,
    scaleReadError: false,
    scaleWriteError: false,
  };
}

describe('a pool whose servers are all ready and whose steps are not limited', () => {
  it('is sized in every pass as by the Horizontal Pod Autoscaler: proposals, windows, policies and limits', () => {
    let changes = 0;
    fc.assert(
      fc.property(names, behaviors, passes, fc.integer({ min, max }), (used, behavior, run, first) => {
        const metrics = used.flatMap((name) => kinds[name]?.spec ?? []);
        const written = policyOf({
          secondaries: { minReplicas: min, maxReplicas: max, metrics },
          behavior,
        });
        const policy = anyStep(written);
        const { scaleUp, scaleDown } = policy.pools.secondaries ?? {};
        if (scaleUp === undefined || scaleDown === undefined) throw new Error('there is no behaviour');
        const spec: HpaSpec = {
          minReplicas: min,
          maxReplicas: max,
          metrics: used.flatMap((name) => kinds[name]?.metric ?? []),
          behavior: { scaleUp, scaleDown },
        };
        let history = emptyHistory();
        let state = initialState(false);
        let size = first;
        let now = start;
        for (const pass of run) {
          now += pass.after * second;
          const { outcome, next } = hpaPass(spec, controller, state, stepOf(used, pass, size, now));
          const decision = evaluate(policy, observationOf(used, pass, size, now), history, now);
          const pool = decision.pools.secondaries;
          expect(pool?.metrics.map(({ proposal }) => proposal)).toEqual(
            outcome.metrics.map(({ proposal }) => proposal),
          );
          expect(pool?.recommended).toBe(outcome.proposal);
          expect(pool?.desired).toBe(outcome.desiredReplicas);
          changes += outcome.rescaled ? 1 : 0;
          history = decision.history;
          state = next;
          size = outcome.desiredReplicas;
        }
      }),
      { numRuns: 120 },
    );
    expect(changes).toBeGreaterThan(100);
  });
});
