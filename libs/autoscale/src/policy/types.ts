// A policy as a user writes it (durations as text, most of it optional), and as the engine reads it (numbers, everything filled in).
import type { Expression } from '../custom/expression.ts';
import type { PoolName } from '../observation.ts';
import type { Offset } from './time-zone.ts';

/** `90s`, `5m`, `1h30m`, `7d`; or a number of seconds. */
export type DurationText = string | number;

/** What is measured. */
export type MetricType = 'cpu' | 'memory' | 'query_latency' | 'connection_count' | 'throughput' | 'custom';
/** Which of several rate policies counts; `Disabled` allows no change. */
export type SelectPolicy = 'Max' | 'Min' | 'Disabled';
/** Which directions are paused. */
export type Pause = 'none' | 'scaleUp' | 'scaleDown' | 'all';
/** What the fallback asks for. The names are those of KEDA; none of them removes a server. */
export type FallbackBehavior =
  'static' | 'currentReplicas' | 'currentReplicasIfHigher' | 'currentReplicasIfLower';

/** What a user writes: the block `spec.autoScaling` of a cluster, whose fields that say where numbers are fetched are accepted and not read here. */
export interface PolicySpec {
  readonly enabled?: boolean;
  readonly primaries?: PrimariesSpec;
  readonly secondaries?: SecondariesSpec;
  readonly behavior?: BehaviorSpec;
  readonly advanced?: {
    readonly predictive?: PredictiveSpec;
    readonly customAlgorithms?: readonly AlgorithmSpec[];
  };
  readonly fallback?: FallbackSpec;
  readonly schedule?: readonly ScheduleSpec[];
  readonly pause?: Pause;
  /** Time between two evaluations, 15 s by default. */
  readonly interval?: DurationText;
}

/** What both pools have in common, as a user writes it. */
export interface PoolSpec {
  readonly enabled?: boolean;
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly metrics?: readonly MetricSpec[];
}

/** The pool of primaries as a user writes it. */
export interface PrimariesSpec extends PoolSpec {
  readonly allowQuorumBreak?: boolean;
  readonly quorumProtection?: { readonly enabled?: boolean; readonly minHealthyPrimaries?: number };
}

/** The pool of secondaries as a user writes it. */
export interface SecondariesSpec extends PoolSpec {
  readonly zoneAware?: {
    readonly enabled?: boolean;
    readonly minReplicasPerZone?: number;
    readonly maxZoneSkew?: number;
    readonly zonePreference?: readonly string[];
  };
}

/** A metric of a pool as a user writes it. */
export interface MetricSpec {
  readonly type: MetricType;
  /** How samples and decisions call it; by default its type. Two metrics of a pool never share a name. */
  readonly name?: string;
  /**
   * `cpu`: percent of the request. `memory`: percent. `query_latency`: milliseconds. `connection_count` and `throughput`: per server.
   * `custom`: per server, or for the whole pool with `targetType: Value`.
   */
  readonly target: number | string;
  readonly targetType?: 'AverageValue' | 'Value';
  readonly weight?: number;
  /** Overrides that of the behaviour, in both directions. */
  readonly tolerance?: number;
  /** A sample older than this is missing; 2 minutes by default. */
  readonly maxAge?: DurationText;
  /** Where the caller fetches it; the engine does not read it. */
  readonly source?: unknown;
}

/** How fast a pool may change in one direction, as a user writes it. */
export interface ScalingRulesSpec {
  readonly stabilizationWindow?: DurationText;
  readonly policies?: readonly {
    readonly type: 'Pods' | 'Percent';
    readonly value: number;
    readonly period: DurationText;
  }[];
  readonly selectPolicy?: SelectPolicy;
  readonly tolerance?: number;
}

/** How fast pools may grow and shrink, as a user writes it. */
export interface BehaviorSpec {
  readonly scaleUp?: ScalingRulesSpec;
  readonly scaleDown?: ScalingRulesSpec;
  readonly combine?: 'max' | 'weighted';
  readonly coordination?: {
    /** No server is removed for so long after the last one has joined; 0 by default. */
    readonly coolDownAfterScaleUp?: DurationText;
    /** No server is added for so long after the last one has left; 0 by default. */
    readonly coolDownAfterScaleDown?: DurationText;
  };
}

/** Forecasts as a user writes them. */
export interface PredictiveSpec {
  readonly enabled?: boolean;
  readonly mode?: 'Preview' | 'Active';
  /** How much of the past a model sees, at most and by default 28 days. */
  readonly historicalWindow?: DurationText;
  /** How far ahead it looks; by default what a join takes, as learned. */
  readonly predictionHorizon?: DurationText;
  /** From 0 to 1: a forecast with less confidence adds nothing. */
  readonly confidenceThreshold?: number;
  /** Which quantile of the demand to be ready for: 0.5, its median, to below 1. The default is 0.5, since headroom is what the target is for. */
  readonly quantile?: number;
}

/** A custom algorithm as a user writes it. */
export interface AlgorithmSpec {
  readonly name: string;
  readonly type: 'webhook' | 'expression';
  readonly expression?: string;
  /** How the caller reaches it; the engine reads only `maxAge`, the age at which an answer is too old, 2 minutes by default. */
  readonly webhook?: unknown;
  /** What a failure means: `Ignore` goes on without it, `Fail` counts it as a metric that failed. */
  readonly failurePolicy?: 'Ignore' | 'Fail';
  readonly weight?: number;
}

/** The fallback as a user writes it. */
export interface FallbackSpec {
  /** How long metrics may be missing before the fallback; 10 minutes by default. Until then the size is held. */
  readonly after?: DurationText;
  readonly replicas?: number;
  readonly behavior?: FallbackBehavior;
}

/** A floor by the clock, as a user writes it. */
export interface ScheduleSpec {
  readonly cron: string;
  readonly timezone?: string;
  /** The least number of secondaries from this moment to that of the next entry. */
  readonly minReplicas: number;
}

/** A policy that has been checked: every default filled in, durations in milliseconds, frozen. */
export interface Policy {
  readonly enabled: boolean;
  readonly pools: Readonly<Partial<Record<PoolName, PoolPolicy>>>;
  readonly interval: number;
}

/** What the policy says of one pool, with everything filled in; times are in milliseconds. */
export interface PoolPolicy {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** 1, or 2 for primaries: their number is odd. */
  readonly step: 1 | 2;
  readonly metrics: readonly MetricPolicy[];
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
  readonly combine: 'max' | 'weighted';
  readonly coolDownAfterScaleUp: number;
  readonly coolDownAfterScaleDown: number;
  readonly predictive: Predictive;
  readonly algorithms: readonly Algorithm[];
  readonly fallback: Fallback;
  readonly schedule: readonly ScheduleEntry[];
  readonly pause: Pause;
  readonly zones: ZonePolicy | undefined;
  readonly quorum: { readonly enabled: boolean; readonly minHealthyPrimaries: number } | undefined;
}

/** A metric of a pool that has been checked; times are in milliseconds. */
export interface MetricPolicy {
  readonly name: string;
  readonly type: MetricType;
  /** How its proposal is made: against requests, per server, for the whole, or through the utilisation model. */
  readonly kind: 'utilization' | 'average' | 'value' | 'latency';
  readonly target: number;
  readonly weight: number;
  /** Undefined: those of `scaleUp` and `scaleDown`. */
  readonly tolerance: number | undefined;
  readonly maxAge: number;
}

/** How fast a pool may change in one direction; times are in milliseconds. */
export interface ScalingRules {
  readonly stabilizationWindow: number;
  readonly policies: readonly {
    readonly type: 'Pods' | 'Percent';
    readonly value: number;
    readonly period: number;
  }[];
  readonly selectPolicy: SelectPolicy;
  readonly tolerance: number;
}

/** Forecasts, with everything filled in; times are in milliseconds. */
export interface Predictive {
  readonly enabled: boolean;
  readonly mode: 'Preview' | 'Active';
  readonly historicalWindow: number;
  /** Undefined: the lead time that was learned. */
  readonly predictionHorizon: number | undefined;
  readonly confidenceThreshold: number;
  readonly quantile: number;
}

export interface Algorithm {
  readonly name: string;
  readonly type: 'webhook' | 'expression';
  /** Source text. */
  readonly expression: string | undefined;
  /** The expression as it was read with the policy. Without it, as in a policy that was stored as JSON, it is read at each evaluation. */
  readonly compiled?: Expression | undefined;
  /** How old an answer of a webhook may be. */
  readonly maxAge: number;
  readonly failurePolicy: 'Ignore' | 'Fail';
  readonly weight: number;
}

/** What happens when metrics stay away; `after` is in milliseconds. */
export interface Fallback {
  readonly after: number;
  readonly replicas: number | undefined;
  readonly behavior: FallbackBehavior;
}

/** A floor that begins by the clock. */
export interface ScheduleEntry {
  readonly cron: string;
  readonly timezone: string;
  /** The offsets of the time zone, which are dear to look up. Without them, as in a policy that was stored as JSON, they are at each evaluation. */
  readonly offset?: Offset | undefined;
  readonly minReplicas: number;
}

/** How servers are spread over zones. */
export interface ZonePolicy {
  readonly minReplicasPerZone: number;
  readonly maxZoneSkew: number;
  readonly zonePreference: readonly string[];
}

/** What is wrong with one field of a policy, and what to write instead. */
export interface PolicyFieldError {
  /** Such as `secondaries.metrics[0].target`. */
  readonly field: string;
  readonly message: string;
}
