// Which traces are played with which join delays.
import { defaultContenders, withCommonSizes } from './contenders.ts';
import { ComparisonError } from './error.ts';
import { capacityOf, comparedPool, intervalFor, scoreFromOf } from './setting.ts';
import { sweptFractions, targetsAt } from './targets.ts';
import type { ComparisonCase, ComparisonOptions, SkippedCase } from './types.ts';
import type { Contender, Trace } from '../replay/types.ts';

const minute = 60_000;
const defaultDelays: readonly number[] = [5 * minute, 15 * minute, 60 * minute];

/**
 * The cases of a comparison, in the order of its traces and delays.
 *
 * A trace is left out for delays below its own step: what happens within a step is drawn, and a comparison that depends on it says nothing.
 *
 * @throws ComparisonError for contenders that are not there, have the same name or have no target to sweep
 */
export function casesOf(options: ComparisonOptions): {
  readonly cases: readonly ComparisonCase[];
  readonly skipped: readonly SkippedCase[];
  readonly baseline: string;
} {
  const contenders = (options.contenders ?? defaultContenders).map(({ name, policy }) => ({
    name,
    policy: withCommonSizes(policy),
  }));
  const baseline = options.baseline ?? contenders.at(-1)?.name ?? '';
  check(contenders, baseline);
  const cases: ComparisonCase[] = [];
  const skipped: SkippedCase[] = [];
  for (const trace of options.traces) {
    for (const joinDelay of options.delays ?? defaultDelays) {
      const capacity = options.pool?.capacity ?? capacityOf(trace);
      const reason = reasonToSkip(trace, joinDelay, capacity);
      if (reason !== undefined || capacity === undefined) {
        skipped.push({ trace: trace.name, joinDelay, reason: reason ?? '' });
        continue;
      }
      cases.push({
        trace,
        contenders,
        baseline,
        fractions: options.fractions ?? sweptFractions,
        pool: { ...comparedPool(capacity, joinDelay), ...options.pool },
        interval: options.interval ?? intervalFor(joinDelay),
        scoreFrom: scoreFromOf(trace),
        seed: options.seed,
        resamples: options.resamples ?? 1000,
      });
    }
  }
  return { cases, skipped, baseline };
}

function check(contenders: readonly Contender[], baseline: string): void {
  const names = contenders.map(({ name }) => name);
  if (names.length < 2) throw new ComparisonError('a comparison needs two policies or more');
  if (new Set(names).size < names.length)
    throw new ComparisonError(`two policies have the same name: ${names.join(', ')}`);
  if (!names.includes(baseline))
    throw new ComparisonError(
      `there is no policy '${baseline}' to compare with; there are ${names.join(', ')}`,
    );
  for (const { name, policy } of contenders) {
    if (targetsAt(policy, 1, 1).length === 0)
      throw new ComparisonError(
        `the policy '${name}' has no target to sweep: add a metric of type throughput, connection_count, custom or cpu`,
      );
  }
}

function reasonToSkip(trace: Trace, joinDelay: number, capacity: number | undefined): string | undefined {
  if (capacity === undefined) return 'there is no load in its first third';
  if (joinDelay < trace.step)
    return `its step of ${trace.step / minute} minutes is longer than the join delay of ${joinDelay / minute} minutes`;
  return undefined;
}
