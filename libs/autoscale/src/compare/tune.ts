// Proposes targets for a wished share of violations, from a recorded past.
import type { PolicySpec } from '../policy/types.ts';
import type { DayBlock, SimulatedPool, Trace } from '../replay/types.ts';
import { drawDays, type Interval, intervalOf, pointOf } from './bootstrap.ts';
import { checkedPolicy, ComparisonError } from './error.ts';
import { memoizeForecaster } from './memoize-forecaster.ts';
import { capacityOf, comparedPool, intervalFor, scoreFromOf } from './setting.ts';
import { type Target, targetsAt, withTargets } from './targets.ts';
import { libraryTools } from './tools.ts';
import type { Tools } from './types.ts';

/** What targets are wanted for. */
export interface TuneOptions {
  readonly trace: Trace;
  readonly policy: PolicySpec;
  /** The share of steps with more load than the serving servers can take that is allowed, from 0 to 1. */
  readonly violationRate: number;
  /** In milliseconds. */
  readonly joinDelay: number;
  readonly seed: number;
  readonly pool?: Partial<Omit<SimulatedPool, 'joinDelay'>>;
  /** Time between two evaluations, in milliseconds. */
  readonly interval?: number;
  readonly resamples?: number;
}

/** What one target did in one part of the past. */
export interface TunedPart {
  readonly days: number;
  readonly violationRate: Interval;
  readonly serverHours: number;
}

/** One choice of targets, and what it did. */
export interface TunedRun {
  readonly fraction: number;
  readonly targets: readonly Target[];
  /** The part on which the target was chosen. */
  readonly chosenOn: TunedPart;
  /** The newest third, which had no say in the choice. */
  readonly checkedOn: TunedPart;
}

/** Which targets were tried, and which are proposed. */
export interface TuneReport {
  readonly trace: string;
  readonly wished: number;
  readonly capacity: number;
  /** The highest targets that kept the wish; undefined: even the lowest did not. */
  readonly proposal: TunedRun | undefined;
  /** Whether the proposal kept the wish in the newest third too; undefined without a proposal. */
  readonly heldUp: boolean | undefined;
  /** From the lowest target to the highest. */
  readonly runs: readonly TunedRun[];
}

const fewestDays = 4;

/** Fractions of a server's capacity that are tried: 0.1 to 1.1 in steps of 0.05. */
const fractions: readonly number[] = Array.from({ length: 21 }, (_, index) => (2 + index) / 20);

/**
 * Replays the past with one target after another and proposes the highest with which violations are at most what is wished.
 *
 * The first third of the trace only fills the history, the second is what the choice is made on, and the last shows whether it holds for days that
 * it was not made for. Of several metrics of demand all targets are set to the same fraction of what a server can take.
 *
 * @throws ComparisonError if the policy has no target to set or the trace no load or fewer than four days to score
 */
export function tune(options: TuneOptions, tools: Tools = libraryTools): TuneReport {
  const capacity = options.pool?.capacity ?? capacityOf(options.trace);
  if (capacity === undefined) throw new ComparisonError('the first third of the trace has no load');
  if (targetsAt(options.policy, 1, 1).length === 0)
    throw new ComparisonError(
      'the policy has no target to set: add a metric of type throughput, connection_count, custom or cpu',
    );
  const forecaster = memoizeForecaster(tools.forecaster);
  const runs = fractions.map((fraction) => tunedRun(options, fraction, capacity, { ...tools, forecaster }));
  const proposal = runs.findLast(({ chosenOn }) => chosenOn.violationRate.estimate <= options.violationRate);
  return {
    trace: options.trace.name,
    wished: options.violationRate,
    capacity,
    proposal,
    heldUp: proposal && proposal.checkedOn.violationRate.estimate <= options.violationRate,
    runs,
  };
}

function tunedRun(options: TuneOptions, fraction: number, capacity: number, tools: Tools): TunedRun {
  const { trace, policy, joinDelay, seed } = options;
  const interval = options.interval ?? intervalFor(joinDelay);
  const { days } = tools.replay({
    trace,
    policy: { ...checkedPolicy(withTargets(policy, fraction, capacity)), interval },
    pool: { ...comparedPool(capacity, joinDelay), ...options.pool },
    interval,
    seed,
    scoreFrom: scoreFromOf(trace),
    forecaster: tools.forecaster,
  });
  if (days.length < fewestDays)
    throw new ComparisonError(
      `two thirds of the trace are ${days.length} days, and ${fewestDays} are needed to choose a target and to check it: give a longer past`,
    );
  const middle = Math.floor(days.length / 2);
  return {
    fraction,
    targets: targetsAt(policy, fraction, capacity),
    chosenOn: partOf(days.slice(0, middle), options),
    checkedOn: partOf(days.slice(middle), options),
  };
}

function partOf(days: readonly DayBlock[], options: TuneOptions): TunedPart {
  const { violationRate, serverHours } = pointOf(days);
  const rates = drawDays(days.length, options).map((times) => pointOf(days, times).violationRate);
  return { days: days.length, violationRate: intervalOf(violationRate, rates, days.length), serverHours };
}
