// Named rules that may change the number of servers, each for a reason it states.
import type { PoolHistory } from '../history/types.ts';
import type { Observation, PoolName, PoolObservation } from '../observation.ts';
import type { PoolPolicy } from '../policy/types.ts';

/** Identifiers that users meet in decisions, status and metrics; `ruleCatalogue` says what each means. */
export type RuleName =
  | 'ClockWentBackwards'
  | 'MetricsMissing'
  | 'Fallback'
  | 'StabilizationWindow'
  | 'ScaleUpLimit'
  | 'ScaleDownLimit'
  | 'LatencyVeto'
  | 'Forecast'
  | 'ScheduleFloor'
  | 'MaxReplicas'
  | 'MinReplicas'
  | 'DatabaseTopology'
  | 'QuorumMajority'
  | 'MinHealthyPrimaries'
  | 'UnhealthyServer'
  | 'OddPrimaries'
  | 'ZoneMinimum'
  | 'ZoneSkew'
  | 'OneStepAtATime'
  | 'OnePoolAtATime'
  | 'ChangeInProgress'
  | 'CoolDown'
  | 'Maintenance'
  | 'OperationLock'
  | 'Paused';

/** Everything that a rule may look at. */
export interface RuleInput {
  readonly name: PoolName;
  readonly policy: PoolPolicy;
  readonly pool: PoolObservation;
  readonly observation: Observation;
  readonly history: PoolHistory;
  readonly now: number;
  /** How many servers are asked for at present: what "hold" means. */
  readonly asked: number;
  /** What the rules before this one have made of the number. */
  readonly replicas: number;
}

/** What a rule makes of it; undefined when it has nothing to say. */
export type Verdict = { readonly replicas: number; readonly message: string } | undefined;

export interface Rule {
  readonly name: RuleName;
  apply(input: RuleInput): Verdict;
}
