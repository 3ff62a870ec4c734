// Policies, observations and runs for specs of the engine.
import type { Decision, PoolDecision } from './decision.ts';
import { evaluate } from './evaluate.ts';
import { emptyHistory } from './history/empty.ts';
import type { History } from './history/types.ts';
import type { Observation, PoolName, Sample, ServerObservation, ServerState } from './observation.ts';
import { parsePolicy } from './policy/parse.ts';
import type { Policy, PolicySpec } from './policy/types.ts';

export const start = Date.UTC(2026, 0, 5);
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

export function policyOf(spec: PolicySpec): Policy {
  const parsed = parsePolicy(spec);
  if (!parsed.ok)
    throw new Error(parsed.errors.map(({ field, message }) => `${field}: ${message}`).join('\n'));
  return parsed.policy;
}

/** One to ten secondaries that should each take 100 events per second. */
export function throughputPolicy(more: PolicySpec = {}): Policy {
  return policyOf({
    secondaries: { minReplicas: 1, maxReplicas: 10, metrics: [{ type: 'throughput', target: 100 }] },
    ...more,
  });
}

export interface PoolView {
  readonly desired?: number;
  readonly ready?: number;
  readonly joining?: number;
  readonly unready?: number;
  /** Events per second; NaN: there is no sample. */
  readonly throughput?: number;
}

export function observed(name: PoolName, view: PoolView, now: number): Observation {
  const { ready = 0, joining = 0, unready = 0, throughput = NaN, desired = ready + joining + unready } = view;
  const states: readonly ServerState[] = [
    ...Array.from({ length: ready }, () => 'ready' as const),
    ...Array.from({ length: unready }, () => 'unready' as const),
    ...Array.from({ length: joining }, () => 'joining' as const),
  ];
  const servers = states.map((state, at): ServerObservation => ({ name: `server-${at + 1}`, state }));
  const samples: Record<string, Sample> = Number.isNaN(throughput)
    ? {}
    : { throughput: { value: throughput, time: now } };
  return { databases: [], pools: { [name]: { desired, servers, samples } } };
}

/** Evaluations one after another, every 15 seconds, each with what the one before left; what is decided is carried out at once. */
export class Run {
  history: History = emptyHistory();
  now = start;
  size: number;
  readonly policy: Policy;
  readonly interval: number;

  constructor(policy: Policy, size: number, interval = 15 * second) {
    this.policy = policy;
    this.size = size;
    this.interval = interval;
  }

  step(view: PoolView): PoolDecision {
    const decision = this.decide(
      observed('secondaries', { desired: this.size, ready: this.size, ...view }, this.now),
    );
    const pool = decision.pools.secondaries;
    if (pool === undefined) throw new Error('nothing was decided');
    this.size = pool.desired;
    return pool;
  }

  decide(observation: Observation): Decision {
    const decision = evaluate(this.policy, observation, this.history, this.now);
    this.history = decision.history;
    this.now += this.interval;
    return decision;
  }
}
