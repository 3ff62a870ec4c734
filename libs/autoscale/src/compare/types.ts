// What a comparison is asked for and what it reports.
import type { Season, Series } from '../forecast/types.ts';
import type { ReplaySettings } from '../replay/replay.ts';
import type { Contender, ReplayResult, SimulatedPool, Trace } from '../replay/types.ts';
import type { FrontPoint } from './front.ts';
import type { Comparison } from './interval.ts';
import type { Forecaster } from '../predict/forecaster.ts';

/** What a comparison is asked for. */
export interface ComparisonOptions {
  readonly traces: readonly Trace[];
  /** By default the one default configuration with forecasts, `predictive`, and the same without them, `hpa`. */
  readonly contenders?: readonly Contender[];
  /** Name of the contender that the others are compared with; by default the last one. */
  readonly baseline?: string;
  /** Join delays, in milliseconds; by default 5, 15 and 60 minutes. */
  readonly delays?: readonly number[];
  /** Targets as fractions of a server's capacity; `sweptFractions` by default. */
  readonly fractions?: readonly number[];
  /** Seed of the failures, of the load between rows and of the resampling. */
  readonly seed: number;
  /** What to change in the simulated pool. */
  readonly pool?: Partial<Omit<SimulatedPool, 'joinDelay'>>;
  /** Time between two evaluations, in milliseconds; by default what `intervalFor` says. */
  readonly interval?: number;
  readonly resamples?: number;
}

/** One trace with one join delay: plain data, so that it can be handed to another thread. */
export interface ComparisonCase {
  readonly trace: Trace;
  readonly contenders: readonly Contender[];
  readonly baseline: string;
  readonly fractions: readonly number[];
  readonly pool: SimulatedPool;
  readonly interval: number;
  readonly scoreFrom: number;
  readonly seed: number;
  readonly resamples: number;
}

/** A trace and a delay that do not go together. */
export interface SkippedCase {
  readonly trace: string;
  readonly joinDelay: number;
  readonly reason: string;
}

/** A run of one contender at one target. */
export interface SweepRun extends FrontPoint {
  readonly fraction: number;
  readonly excessLoadPpm: number;
  readonly adaptations: number;
  readonly quorumRiskSeconds: number;
}

/** What one trace with one join delay has shown. */
export interface CaseReport {
  readonly trace: string;
  readonly joinDelay: number;
  readonly interval: number;
  /** Events per second that one server serves. */
  readonly capacity: number;
  /** Seasons of the first third, in buckets of 5 minutes; none: not seasonal. */
  readonly seasons: readonly Season[];
  readonly steps: number;
  readonly days: number;
  /** The largest pool all the time. */
  readonly ceiling: FrontPoint;
  readonly sweeps: readonly { readonly contender: string; readonly runs: readonly SweepRun[] }[];
  /** Each contender but the baseline against it. */
  readonly comparisons: readonly (Comparison & { readonly contender: string })[];
}

/** What a comparison has shown, case by case. */
export interface ComparisonReport {
  readonly seed: number;
  readonly baseline: string;
  readonly cases: readonly CaseReport[];
  readonly skipped: readonly SkippedCase[];
}

/** The pieces of the library that a comparison is made of, for whoever wants to exchange one. */
export interface Tools {
  readonly replay: (options: ReplaySettings) => ReplayResult;
  readonly findSeasons: (series: Series) => readonly Season[];
  readonly forecaster: Forecaster;
}
