// A replay by formula: what a pool would do, without playing it.
import type { ReplaySettings } from '../replay/replay.ts';
import type { ReplayResult, Trace } from '../replay/types.ts';
import type { Tools } from './types.ts';

const none = new Float64Array(0);
const day = 86_400_000;

export interface FormulaTools extends Tools {
  /** All that was asked for. */
  readonly replays: readonly ReplaySettings[];
}

/** Forecasts save `saving` of the server-hours; the higher the target the fewer servers and the more violations. */
export function formulaTools(saving: number): FormulaTools {
  const replays: ReplaySettings[] = [];
  return {
    replays,
    replay: (settings) => {
      replays.push(settings);
      return byFormula(settings, saving);
    },
    findSeasons: () => [{ period: 288, strength: 0.9 }],
    forecaster: { fit: nothing, outlook: nothing },
  };
}

function nothing(): never {
  throw new Error('nothing is forecast by a formula');
}

/** A load of `days` days in hours, with a wave each day. */
export function dailyWave(days: number, step = 3_600_000): Trace {
  const rows = Math.round((days * day) / step);
  return {
    name: 'wave',
    times: Float64Array.from({ length: rows }, (_, row) => row * step),
    values: Float64Array.from(
      { length: rows },
      (_, row) => 3600 * (3 + 2 * Math.sin((2 * Math.PI * row * step) / day)),
    ),
    step,
  };
}

function byFormula(
  { trace, policy, pool, interval, scoreFrom }: ReplaySettings,
  saving: number,
): ReplayResult {
  const sized = policy.pools.secondaries;
  const use = Math.min(1.2, (sized?.metrics[0]?.target ?? 0) / pool.capacity);
  const isLargest = sized?.minReplicas === sized?.maxReplicas;
  const servers = isLargest
    ? (sized?.maxReplicas ?? 0)
    : (5 / use) * (sized?.predictive.enabled === true ? 1 - saving : 1);
  const end = (trace.times.at(-1) ?? 0) + trace.step;
  const stepsPerDay = day / interval;
  const days = Array.from({ length: Math.floor((end - scoreFrom) / day) }, (_, index) => ({
    day: index,
    steps: stepsPerDay,
    violations: isLargest ? 0 : Math.round(stepsPerDay * 0.02 * use ** 6 * (1 + (index % 3))),
    serverHours: servers * (24 + (index % 2)),
  }));
  const sum = (field: 'steps' | 'violations' | 'serverHours'): number =>
    days.reduce((total, one) => total + one[field], 0);
  return {
    trace: trace.name,
    interval,
    steps: sum('steps'),
    violationRate: sum('violations') / sum('steps'),
    excessLoadPpm: 0,
    serverHours: sum('serverHours'),
    adaptations: 7,
    quorumRiskSeconds: 0,
    elasticity: {
      underAccuracy: 0,
      overAccuracy: 0,
      underTimeshare: 0,
      overTimeshare: 0,
      instability: 0,
      deviation: 0,
    },
    days,
    timeline: { times: none, demand: none, supply: none, desired: none, forecast: none },
  };
}
