// Pools as the specs of the rules need them.
import type { Limit } from '../decision.ts';
import { emptyPoolHistory } from '../history/empty.ts';
import type { PoolHistory } from '../history/types.ts';
import type {
  DatabaseObservation,
  Observation,
  PoolName,
  ServerObservation,
  ServerState,
} from '../observation.ts';
import { poolPolicy } from '../policy/pool-policy.spec-helper.ts';
import type { PoolPolicy } from '../policy/types.ts';
import { applyRules } from './apply.ts';
import { constraints } from './constraints.ts';
import type { RuleInput, RuleName } from './types.ts';

/** 12:00 UTC on a Monday. */
export const noon = Date.UTC(2026, 2, 2, 12);

/** Serves no metrics: the rules get a number and never look at where it is from. */
const secondaryPolicy = poolPolicy({
  fallback: { after: 0, replicas: undefined, behavior: 'currentReplicas' },
});

const primaryPolicy: PoolPolicy = {
  ...secondaryPolicy,
  maxReplicas: 11,
  step: 2,
  quorum: { enabled: true, minHealthyPrimaries: 1 },
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
    history: { ...emptyPoolHistory(), lastChange: situation.lastChange },
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
