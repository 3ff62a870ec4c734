// All that the engine remembers from one evaluation to the next. Values are never changed in place: each evaluation makes the next one.
import type { Fit, Outlook, Series } from '../forecast/types.ts';
import type { PoolName } from '../observation.ts';

export interface History {
  readonly version: 1;
  /** Time of the last evaluation, in milliseconds since 1970. */
  readonly evaluatedAt: number | undefined;
  readonly pools: Readonly<Partial<Record<PoolName, PoolHistory>>>;
}

/** What is remembered of one pool. */
export interface PoolHistory {
  /**
   * What the metrics together asked for, oldest first: the stabilisation windows look at these. Bounded by the longest window, one hour. Only
   * those that can be the least or the greatest of some window: each is below, or above, all that came after it.
   */
  readonly recommendations: readonly TimedReplicas[];
  /** Changes that were decided, oldest first: the rate policies look at these. Bounded by the longest period, 30 minutes. */
  readonly events: readonly ScalingEvent[];
  readonly raw: RawSamples;
  /** At most three, in the order in which their metrics stand in the policy. */
  readonly demand: readonly DemandSeries[];
  /** Durations of the last joins, oldest first, in milliseconds; at most 20. */
  readonly joins: readonly JoinRecord[];
  /** Since when not a single metric could be read; undefined while one can. */
  readonly blindSince: number | undefined;
  /** The last change that was decided and what became of it. */
  readonly lastChange: LastChange | undefined;
}

/** A number of servers that was asked for at a moment. */
export interface TimedReplicas {
  readonly time: number;
  readonly replicas: number;
}

/** A change of size that was decided. */
export interface ScalingEvent {
  readonly time: number;
  /** Positive: added. */
  readonly change: number;
}

/** One server may join again under the same name: what tells its joins apart is when each was asked for. */
export interface JoinRecord {
  readonly server: string;
  /** When it was asked for, in milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** The last change of a pool. */
export interface LastChange {
  readonly time: number;
  readonly from: number;
  readonly to: number;
  /** When all servers that it asked for had joined, or those to go had left. */
  readonly completedAt: number | undefined;
}

/** What the pool's metrics said in the last three hours: at most 720 rows, one column a metric, NaN where one was missing. */
export interface RawSamples {
  readonly names: readonly string[];
  /** Milliseconds since 1970, ascending. */
  readonly times: Float64Array;
  /** Row by row. */
  readonly values: Float32Array;
}

/** A metric's demand for the pool as a whole, in the unit of its target times servers; at most 28 days in buckets of 5 minutes. */
export interface DemandSeries {
  readonly metric: string;
  readonly series: Series;
  /** The bucket that is being filled. */
  readonly open: { readonly start: number; readonly sum: number; readonly count: number } | undefined;
  /** When a model was last fitted. `fit` itself is not encoded: it is a pure function of what the series was then, and made again. */
  readonly fitted: FitRecord | undefined;
  readonly fit: Fit | undefined;
  /** What that fit said of that series, for as long as the entry has both; not encoded. */
  readonly outlook?: { readonly fit: Fit; readonly series: Series; readonly said: Outlook };
}

/** When a model was fitted to a series, and how: enough to make it again. */
export interface FitRecord {
  /** End of the newest bucket that it has seen, in milliseconds since 1970. */
  readonly at: number;
  /** How much of the past it has seen, in milliseconds. */
  readonly window: number;
  /** The options of the fit. */
  readonly horizon: number;
  readonly quantile: number;
}
