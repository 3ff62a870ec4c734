// Plays policies over traces with every target, and says which needs fewer servers for the same violations.
import type { PolicySpec } from '../policy/types.ts';
import type { Contender, ReplayResult, SimulatedPool, Trace } from '../replay/types.ts';
import { casesOf } from './cases.ts';
import { atLargest } from './contenders.ts';
import { loadBetween } from '../replay/load.ts';
import { pointOf } from './bootstrap.ts';
import { comparePaired } from './interval.ts';
import { checkedPolicy } from './error.ts';
import { memoizeForecaster } from './memoize-forecaster.ts';
import { seasonsOf } from './season.ts';
import { withTargets } from './targets.ts';
import { libraryTools } from './tools.ts';
import type {
  CaseReport,
  ComparisonCase,
  ComparisonOptions,
  ComparisonReport,
  SweepRun,
  Tools,
} from './types.ts';

/**
 * Compares policies on recorded loads. On every trace and with every join delay it replays each policy with each target, and nothing but the
 * target differs between these replays: trace, capacity of a server, delays, failures, limits and the rest of the policy are the same.
 *
 * @throws ComparisonError for contenders that cannot be compared or a policy that is wrong
 */
export function compare(options: ComparisonOptions, tools: Tools = libraryTools): ComparisonReport {
  const { cases, skipped, baseline } = casesOf(options);
  return { seed: options.seed, baseline, cases: cases.map((one) => runCase(one, tools)), skipped };
}

/** One trace with one join delay. */
export function runCase(one: ComparisonCase, tools: Tools = libraryTools): CaseReport {
  const forecaster = memoizeForecaster(tools.forecaster);
  const { trace, load, pool } = inServers(one);
  const { interval, seed, resamples, scoreFrom } = one;
  const run = (spec: PolicySpec): ReplayResult => {
    const policy = { ...checkedPolicy(spec), interval };
    return tools.replay({
      trace,
      load,
      pool,
      policy,
      interval,
      seed,
      scoreFrom,
      forecaster,
      timelinePoints: 1,
    });
  };
  const sweep = ({ policy }: Contender): readonly ReplayResult[] =>
    one.fractions.map((fraction) => run(withTargets(policy, fraction, pool.capacity)));
  const results = new Map(one.contenders.map((contender) => [contender.name, sweep(contender)]));
  const daysOf = (name: string) => (results.get(name) ?? []).map(({ days }) => days);
  const ceiling = run(atLargest(withTargets(policyOf(one, one.baseline), 1, pool.capacity)));
  return {
    trace: one.trace.name,
    joinDelay: one.pool.joinDelay,
    interval,
    capacity: one.pool.capacity,
    seasons: seasonsOf(one.trace, tools.findSeasons),
    steps: ceiling.steps,
    days: ceiling.days.length,
    ceiling: pointOf(ceiling.days),
    sweeps: [...results].map(([contender, runs]) => ({
      contender,
      runs: runs.map((result, index) => runOf(result, one.fractions[index] ?? 0)),
    })),
    comparisons: one.contenders
      .filter(({ name }) => name !== one.baseline)
      .map(({ name }) => ({
        contender: name,
        ...comparePaired(daysOf(name), daysOf(one.baseline), {
          ceiling: ceiling.days,
          interval,
          seed,
          resamples,
        }),
      })),
  };
}

/**
 * The same load with a thousand units for what a server takes. Targets are compared in thousandths of their unit, as the autoscaler does, which is
 * too coarse for a load of a few events a minute.
 */
function inServers({ trace, pool, interval, seed }: ComparisonCase): {
  readonly trace: Trace;
  readonly load: Float64Array;
  readonly pool: SimulatedPool;
} {
  const scale = 1000 / pool.capacity;
  return {
    trace: { ...trace, values: trace.values.map((value) => value * scale) },
    load: loadBetween(trace, interval, seed).map((events) => events * scale),
    pool: { ...pool, capacity: 1000 },
  };
}

function policyOf(one: ComparisonCase, name: string): PolicySpec {
  return one.contenders.find((contender) => contender.name === name)?.policy ?? {};
}

function runOf(result: ReplayResult, fraction: number): SweepRun {
  const { violationRate, serverHours, excessLoadPpm, adaptations, quorumRiskSeconds } = result;
  return { fraction, violationRate, serverHours, excessLoadPpm, adaptations, quorumRiskSeconds };
}
