// Pools as the specs of the rules need them.
import type { Limit } from '../decision.ts';
import type { PoolHistory } from '../history/types.ts';
import type {
  DatabaseObservation,
  Observation,
  PoolName,
  ServerObservation,
  ServerState,
} from '../observation.ts';
import type { PoolPolicy } from '../policy/types.ts';
import { applyRules } from './apply.ts';
import { constraints } from './constraints.ts';
import type { RuleInput, RuleName } from './types.ts';

/** 12:00 UTC on a Monday. */
export const noon = Date.UTC(2026, 2, 2, 12);

/** Serves no metrics: the rules get a number and never look at where it is from. */
const secondaryPolicy: PoolPolicy = {
  minReplicas: 1,
  maxReplicas: 10,
  step: 1,
  metrics: [],
  scaleUp: { stabilizationWindow: 0, policies: [], selectPolicy: 'Max', tolerance: 0.1 },
  scaleDown: { stabilizationWindow: 0, policies: [], selectPolicy: 'Max', tolerance: 0.1 },
  combine: 'max',
  coolDownAfterScaleUp: 0,
  coolDownAfterScaleDown: 0,
  predictive: {
    enabled: false,
    mode: 'Preview',
    historicalWindow: 0,
    predictionHorizon: undefined,
    confidenceThreshold: 0,
    quantile: 0.9,
  },
  algorithms: [],
  fallback: { after: 0, replicas: undefined, behavior: 'currentReplicas' },
  schedule: [],
  pause: 'none',
  zones: undefined,
  quorum: undefined,
};

const primaryPolicy: PoolPolicy = {
  ...secondaryPolicy,
  maxReplicas: 11,
  step: 2,
  quorum: { enabled: true, minHealthyPrimaries: 1 },
};

const emptyHistory: PoolHistory = {
  recommendations: [],
  events: [],
  raw: { names: [], times: new Float64Array(), values: new Float32Array() },
  demand: [],
  joins: [],
  blindSince: undefined,
  lastChange: undefined,
};

/** As many servers in each state, named `<prefix>-1` and on. */
export function servers(
  counts: Partial<Record<ServerState, number>>,
  prefix = 'graph',
): readonly ServerObservation[] {
  const states: readonly ServerState[] = ['ready', 'unready', 'joining', 'draining'];
  return states
    .flatMap((state) => Array.from({ length: counts[state] ?? 0 }, () => state))
    .map((state, index) => ({ name: `${prefix}-${index + 1}`, state }));
}

export function database(
  name: string,
  primaries: number,
  more: Partial<DatabaseObservation> = {},
): DatabaseObservation {
  return { name, primaries, secondaries: 0, ...more };
}

export interface Situation {
  readonly servers: readonly ServerObservation[];
  readonly other?: readonly ServerObservation[];
  readonly asked?: number;
  readonly policy?: Partial<PoolPolicy>;
  readonly observation?: Omit<Observation, 'pools'>;
  readonly lastChange?: PoolHistory['lastChange'];
  readonly now?: number;
}

/** No databases, unless the situation says otherwise. */
export function inputOf(name: PoolName, situation: Situation): Omit<RuleInput, 'replicas'> {
  const present = situation.servers.filter((server) => server.state !== 'draining').length;
  const asked = situation.asked ?? present;
  const pool = { desired: asked, servers: situation.servers };
  const other = situation.other === undefined ? {} : { [otherName[name]]: { servers: situation.other } };
  return {
    name,
    policy: { ...(name === 'primaries' ? primaryPolicy : secondaryPolicy), ...situation.policy },
    pool,
    observation: { databases: [], ...situation.observation, pools: { [name]: pool, ...other } },
    history: { ...emptyHistory, lastChange: situation.lastChange },
    now: situation.now ?? noon,
    asked,
  };
}

const otherName: Readonly<Record<PoolName, PoolName>> = {
  primaries: 'secondaries',
  secondaries: 'primaries',
};

export interface Outcome {
  readonly replicas: number;
  readonly rules: readonly RuleName[];
  readonly limits: readonly Limit[];
}

export function primaries(situation: Situation, wanted: number): Outcome {
  return outcome('primaries', situation, wanted);
}

export function secondaries(situation: Situation, wanted: number): Outcome {
  return outcome('secondaries', situation, wanted);
}

function outcome(name: PoolName, situation: Situation, wanted: number): Outcome {
  const { replicas, limits } = applyRules(constraints, inputOf(name, situation), wanted);
  return { replicas, rules: limits.map(({ rule }) => rule), limits };
}
