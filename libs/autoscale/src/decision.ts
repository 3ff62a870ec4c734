// What an evaluation says: a number for each pool, and everything that led to it.
import type { BacktestScore, ModelName, Season } from './forecast/types.ts';
import type { History } from './history/types.ts';
import type { MetricType } from './policy/types.ts';
import type { PoolName, SampleSource } from './observation.ts';
import type { RuleName } from './rules/types.ts';

/** What one evaluation decides, for each pool that was observed and that the policy sizes. */
export interface Decision {
  readonly time: number;
  readonly pools: Readonly<Partial<Record<PoolName, PoolDecision>>>;
  /** When to ask again, in milliseconds since 1970. */
  readonly nextEvaluation: number;
  /** Pass it to the next evaluation. */
  readonly history: History;
}

/** What was decided for one pool, and everything that led to it. */
export interface PoolDecision {
  /** Servers that are there and do not drain. */
  readonly current: number;
  /** What the metrics alone ask for. */
  readonly recommended: number;
  /** What to ask for now. */
  readonly desired: number;
  readonly metrics: readonly MetricReport[];
  /** What changed the number on the way from `recommended` to `desired`, in this order. */
  readonly limitedBy: readonly Limit[];
  readonly forecast: ForecastReport | undefined;
  /** From 0 to 1: the share of servers and metrics that could be read. */
  readonly confidence: number;
  readonly zones: ZoneAdvice | undefined;
  /** One sentence for people. */
  readonly sentence: string;
}

/** What one metric or algorithm says, and what it asks for. */
export interface MetricReport {
  readonly name: string;
  readonly type: MetricType | 'webhook' | 'expression';
  /** In the unit of the target. */
  readonly value: number | undefined;
  readonly target: number | undefined;
  readonly proposal: number | undefined;
  /** Age of the oldest sample that was used, in milliseconds. */
  readonly age: number | undefined;
  /** Why there is no proposal. */
  readonly failed: MetricFailure | undefined;
  readonly message: string;
  /** What it was in the last hour, this evaluation included; undefined if it could not be read in it. */
  readonly recent?: RecentRange;
  /** What the samples say they come from; absent if none says so. */
  readonly sources?: readonly SampleSource[];
}

/** In the unit of the target. */
export interface RecentRange {
  readonly lowest: number;
  readonly mean: number;
  readonly highest: number;
}

/** Why a metric or an algorithm has no proposal. */
export type MetricFailure =
  | 'NoSamples'
  | 'NotANumber'
  | 'Stale'
  | 'NoRequest'
  | 'ExpressionFailed'
  | 'AnswerMissing'
  | 'AnswerInvalid'
  | 'AnswerStale';

/** One rule that changed the number, and why. */
export interface Limit {
  readonly rule: RuleName;
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** What the forecast of one metric says, and whether it may add servers. */
export interface ForecastReport {
  readonly mode: 'Preview' | 'Active';
  readonly metric: string;
  readonly model: ModelName;
  readonly seasons: readonly Season[];
  /** Whether it may add servers. */
  readonly active: boolean;
  /** Why, with figures. */
  readonly reason: string;
  readonly confidence: number;
  /** How long a server takes to join, as learned, and from how many joins. */
  readonly leadTime: number;
  readonly joinsSeen: number;
  /** Servers that the forecast asks for now; undefined without a forecast. */
  readonly proposal: number | undefined;
  /** Demand ahead, in the metric's unit for the pool as a whole, at most 48 points. */
  readonly points: readonly ForecastPoint[];
  readonly backtest: readonly BacktestScore[];
}

/** The demand of one moment ahead, with a band that holds four values of five; a policy with a quantile above 0.9 has it as the upper edge. */
export interface ForecastPoint {
  readonly time: number;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** Which zones to grow in, or which servers to remove, so that zones stay even. */
export interface ZoneAdvice {
  /** Where to put the servers that are to be added, in order. */
  readonly grow: readonly string[];
  /** Which servers to remove, in order. */
  readonly shrink: readonly { readonly server: string; readonly zone: string | undefined }[];
}
