// A recorded load, the pool that a replay simulates, and what came of it.
import type { Policy, PolicySpec } from '../policy/types.ts';

/**
 * A recorded load. Row i holds from times[i] to times[i + 1], and the last for one step. Where the next row is more than one and a half steps
 * away, rows are missing: the row holds for one step, and what follows is unknown.
 */
export interface Trace {
  readonly name: string;
  /** Milliseconds since 1970, ascending. */
  readonly times: Float64Array;
  /** Load over the row: events in it. */
  readonly values: Float64Array;
  /** The usual distance of two rows, in milliseconds: their median. */
  readonly step: number;
  /** Rows of the recording that had no value. */
  readonly skipped?: number;
}

/** The pool that a replay simulates. */
export interface SimulatedPool {
  /** Events per second that one server serves; a pool with more load than its servers' capacity together violates the objective. */
  readonly capacity: number;
  /** How long a server takes from being asked for to being of use: median, in milliseconds. */
  readonly joinDelay: number;
  /** Spread of the join delay: standard deviation of its logarithm; 0 is always the median. */
  readonly joinSpread: number;
  /** How long a server that is to go still costs, in milliseconds; it serves nothing meanwhile. */
  readonly drainDelay: number;
  /** Mean time between failures of one server, in milliseconds; undefined: none fail. A failed server is unready for `repairTime`. */
  readonly meanTimeBetweenFailures: number | undefined;
  readonly repairTime: number;
  /** Share of samples that get lost, from 0 to 1. */
  readonly missingSamples: number;
}

/** What a replay is made from. */
export interface ReplayOptions {
  readonly trace: Trace;
  readonly policy: Policy;
  readonly pool: SimulatedPool;
  /** Time between two evaluations and between two steps of the simulation, in milliseconds. */
  readonly interval: number;
  /** Seed of the failures and of the load between the rows of the trace. */
  readonly seed: number;
  /** Rows before this time fill the history and are not scored. */
  readonly scoreFrom: number;
}

/** The elasticity metrics of the SPEC research group, as in Herbst et al.; the unit of demand and supply is a server. */
export interface Elasticity {
  readonly underAccuracy: number;
  readonly overAccuracy: number;
  readonly underTimeshare: number;
  readonly overTimeshare: number;
  readonly instability: number;
  readonly deviation: number;
}

/** What happened in one day block, the unit of resampling. */
export interface DayBlock {
  /** Days since the start of the scored part. */
  readonly day: number;
  readonly steps: number;
  readonly violations: number;
  readonly serverHours: number;
}

/** What came of a replay. */
export interface ReplayResult {
  readonly trace: string;
  /** Milliseconds of a step. */
  readonly interval: number;
  /** Steps that were scored: those with a load that is known. */
  readonly steps: number;
  /** Share of steps with more load than the servers that serve can take. */
  readonly violationRate: number;
  /** Load above capacity, in parts per million of all load. */
  readonly excessLoadPpm: number;
  readonly serverHours: number;
  readonly adaptations: number;
  /** Seconds in which a decision of the engine left fewer servers than a quorum needs. */
  readonly quorumRiskSeconds: number;
  readonly elasticity: Elasticity;
  readonly days: readonly DayBlock[];
  /** For the plot: one entry a step, or fewer after thinning. */
  readonly timeline: Timeline;
}

/** What happened over time, column by column. */
export interface Timeline {
  readonly times: Float64Array;
  /** Servers that the load needs at full use. */
  readonly demand: Float64Array;
  /** Servers that serve. */
  readonly supply: Float64Array;
  /** Servers that are asked for. */
  readonly desired: Float64Array;
  /** Median forecast for the moment, made one lead time before it, in servers; NaN without. */
  readonly forecast: Float64Array;
}

/** A policy whose targets are to be swept. */
export interface Contender {
  readonly name: string;
  readonly policy: PolicySpec;
}
