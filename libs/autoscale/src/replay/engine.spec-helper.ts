// Engines of a few lines, and a policy and a pool to run them with.
import type { Decision, PoolDecision } from '../decision.ts';
import { emptyPoolHistory } from '../history/empty.ts';
import type { Observation, PoolName, PoolObservation } from '../observation.ts';
import { poolPolicy } from '../policy/pool-policy.spec-helper.ts';
import type { Policy, PoolPolicy } from '../policy/types.ts';
import type { Engine } from './simulate.ts';
import type { SimulatedPool, Trace } from './types.ts';

export const minute = 60_000;

export function policyFor(name: PoolName, overrides: Partial<PoolPolicy> = {}): Policy {
  const pool = poolPolicy({
    minReplicas: name === 'primaries' ? 3 : 1,
    maxReplicas: name === 'primaries' ? 9 : 20,
    step: name === 'primaries' ? 2 : 1,
    metrics: [
      {
        name: 'throughput',
        type: 'throughput',
        kind: 'average',
        target: 7,
        weight: 1,
        tolerance: undefined,
        maxAge: 2 * minute,
      },
    ],
    fallback: { after: 10 * minute, replicas: undefined, behavior: 'static' },
    ...overrides,
  });
  return { enabled: true, pools: { [name]: pool }, interval: minute };
}

export const calmPool: SimulatedPool = {
  capacity: 10,
  joinDelay: 10 * minute,
  joinSpread: 0,
  drainDelay: 2 * minute,
  meanTimeBetweenFailures: undefined,
  repairTime: 0,
  missingSamples: 0,
};

/** Events per second, one row of 5 minutes for each. */
export function traceOf(rates: readonly number[], step = 5 * minute): Trace {
  return {
    name: 'made',
    times: Float64Array.from(rates, (_, row) => Date.UTC(2024, 0, 1) + row * step),
    values: Float64Array.from(rates, (rate) => (rate * step) / 1000),
    step,
  };
}

export interface Call {
  readonly now: number;
  readonly pool: PoolObservation;
  readonly observation: Observation;
}

/** Asks for what the function says; the number of calls and the last answer are kept in the history, as an engine has no other memory. */
export function engineOf(decide: (call: Call) => number, zones?: PoolDecision['zones']): Engine {
  return (_, observation, history, now): Decision => {
    const pools: Partial<Record<PoolName, PoolDecision>> = {};
    for (const [name, pool] of Object.entries(observation.pools) as [PoolName, PoolObservation][]) {
      const desired = decide({ now, pool, observation });
      pools[name] = {
        current: pool.servers.length,
        recommended: desired,
        desired,
        metrics: [],
        limitedBy: [],
        forecast: undefined,
        confidence: 1,
        zones,
        sentence: '',
      };
    }
    const remembered = Object.fromEntries(Object.keys(pools).map((name) => [name, emptyPoolHistory()]));
    return {
      time: now,
      pools,
      nextEvaluation: now + minute,
      history: { ...history, evaluatedAt: now, pools: remembered },
    };
  };
}

export function fixed(replicas: number): Engine {
  return engineOf(() => replicas);
}

/** As many servers as the load needs at 70 %, at once. */
export const reactive: Engine = engineOf(({ pool }) => {
  const rate = pool.samples?.['throughput']?.value;
  return rate === undefined ? (pool.desired ?? 1) : Math.max(1, Math.ceil(rate / 7));
});
