// How much cheaper one policy is than another at equal violations, and how sure that is.
import type { DayBlock } from '../replay/types.ts';
import { drawDays, type Interval, intervalOf, pointOf, type Resampling } from './bootstrap.ts';
import { costAt, type FrontPoint, hoursAt, paretoFront } from './front.ts';

/** One policy's runs: the days of each target. All runs of a comparison are over the same days. */
export type Sweep = readonly (readonly DayBlock[])[];

export interface ComparisonBasis extends Resampling {
  /** Days of a pool that always has as many servers as it may: nobody can do better than that, whatever it costs. */
  readonly ceiling: readonly DayBlock[];
  /** Length of a step, in milliseconds. */
  readonly interval: number;
}

/** `too short`: there are fewer than three days, of which nothing can be said. */
export type Outcome = 'better' | 'worse' | 'no difference' | 'too short';

/** One policy against another on the same trace. */
export interface Comparison {
  /** By the interval of `saving`. */
  readonly outcome: Outcome;
  /** The mean over the levels of the share of server-hours that is saved at equal violations; positive is better. */
  readonly saving: Interval;
  /** The same at each level, without an interval. */
  readonly levels: readonly { readonly violationRate: number; readonly saving: number }[];
  /**
   * The mean over `prices` of the share of cost that is saved if each policy runs with its best target: server-hours, and the price in
   * server-hours of each hour in violation.
   */
  readonly costSaving: Interval;
}

/** What an hour in violation costs, in server-hours. */
export const prices: readonly number[] = [10, 30, 100, 300, 1000, 3000];

const fewestDays = 3;

/**
 * Compares two sweeps of targets by a paired bootstrap over days: each resample draws days with replacement, the same ones for both policies and
 * all targets, and draws both fronts anew. Days of one load differ far more than the policies do on one day, and the pairing takes that out.
 */
export function comparePaired(policy: Sweep, baseline: Sweep, basis: ComparisonBasis): Comparison {
  const days = basis.ceiling.length;
  const levels = levelsOf(pointOf(basis.ceiling), stepsOf(basis.ceiling));
  const { savings, costSaving } = savingsOf(policy, baseline, levels, new Float64Array(days).fill(1), basis);
  const resampled = drawDays(days, basis).map((times) => {
    const one = savingsOf(policy, baseline, levels, times, basis);
    return { saving: mean(one.savings), costSaving: one.costSaving };
  });
  const saving = intervalOf(
    mean(savings),
    resampled.map((one) => one.saving),
    days,
  );
  return {
    outcome: outcomeOf(saving, days),
    saving,
    levels: levels.map((violationRate, index) => ({ violationRate, saving: savings[index] ?? 0 })),
    costSaving: intervalOf(
      costSaving,
      resampled.map((one) => one.costSaving),
      days,
    ),
  };
}

/**
 * Levels of violations that are compared: 0.02 % to 5 %, evenly spaced in their logarithm, but none below what the largest pool leaves and none
 * that is less than one step.
 */
function levelsOf(ceiling: FrontPoint, steps: number): readonly number[] {
  const lowest = Math.min(1, Math.max(0.0002, ceiling.violationRate, steps > 0 ? 1 / steps : 1));
  const highest = Math.max(0.05, lowest);
  const count = 12;
  return Array.from({ length: count }, (_, index) => lowest * (highest / lowest) ** (index / (count - 1)));
}

function savingsOf(
  policy: Sweep,
  baseline: Sweep,
  levels: readonly number[],
  times: Float64Array,
  { ceiling, interval }: ComparisonBasis,
): { readonly savings: readonly number[]; readonly costSaving: number } {
  const most = pointOf(ceiling, times);
  const hours = (stepsOf(ceiling) * interval) / 3_600_000;
  const front = (sweep: Sweep): readonly FrontPoint[] =>
    paretoFront([...sweep.map((days) => pointOf(days, times)), most]);
  const ours = front(policy);
  const theirs = front(baseline);
  return {
    savings: levels.map((level) => share(hoursAt(ours, level), hoursAt(theirs, level))),
    costSaving: mean(prices.map((price) => share(costAt(ours, price, hours), costAt(theirs, price, hours)))),
  };
}

function share(ours: number, theirs: number): number {
  return theirs > 0 ? (theirs - ours) / theirs : 0;
}

function outcomeOf({ lower, upper }: Interval, days: number): Outcome {
  if (days < fewestDays) return 'too short';
  if (lower > 0) return 'better';
  return upper < 0 ? 'worse' : 'no difference';
}

function stepsOf(days: readonly DayBlock[]): number {
  return days.reduce((sum, day) => sum + day.steps, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
