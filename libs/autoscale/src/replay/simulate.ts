// The closed loop: load, what is measured of it, a decision, and servers that come and go because of it.
import type { Decision, ForecastReport } from '../decision.ts';
import type { EvaluateOptions } from '../evaluate.ts';
import type { History } from '../history/types.ts';
import type { Observation, PoolName } from '../observation.ts';
import type { Policy, PoolPolicy } from '../policy/types.ts';
import { loadBetween } from './load.ts';
import { observer } from './measure.ts';
import { quorumWatch } from './quorum-watch.ts';
import { scorer } from './score.ts';
import { serverPool } from './server-pool.ts';
import type { ReplayOptions, ReplayResult } from './types.ts';
import { demandOfOne, historyOf } from './warm-up.ts';

/** What decides: the library's `evaluate`, or anything with its signature. */
export type Engine = (
  policy: Policy,
  observation: Observation,
  history: History,
  now: number,
  options?: EvaluateOptions,
) => Decision;

/** What a simulation is asked for. */
export interface SimulationOptions extends ReplayOptions, EvaluateOptions {
  /** What `loadBetween` says for the same trace, interval and seed, for many simulations to share. */
  readonly load?: Float64Array;
  /** Most entries of the timeline; 2000 by default. */
  readonly timelinePoints?: number;
  readonly engine: Engine;
}

/** A simulation that cannot be run. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

const DAY = 24 * 3600_000;
/** Metrics are means over so long, or over one step where that is longer. */
const MEASURED_OVER = 60_000;
/** Use of the servers that the pool begins with. */
const FIRST_USE = 0.7;

/** Runs the engine over the load, from a day before the scored part on, and scores what happens. The past before that it knows as demand only. */
export function simulate(options: SimulationOptions): ReplayResult {
  const { trace, pool, interval, seed, scoreFrom, engine } = options;
  check(options);
  const [name, poolPolicy] = simulatedPool(options.policy);
  const policy: Policy = { ...options.policy, pools: { [name]: poolPolicy } };
  const load = options.load ?? loadBetween(trace, interval, seed);
  const traceStart = trace.times[0] ?? 0;
  const firstScored = Math.min(load.length, Math.max(0, Math.ceil((scoreFrom - traceStart) / interval)));
  const first = Math.max(0, firstScored - Math.ceil(DAY / interval));
  const timeOf = (step: number): number => traceStart + step * interval;

  const measure = measuredRates(load, interval);
  const observe = observer(name, poolPolicy, pool, seed);
  const size = firstSize(load, first, options, poolPolicy);
  const servers = serverPool({ pool, seed, interval, size, start: timeOf(first) });
  const quorum = quorumWatch(name);
  const score = scorer({
    trace: trace.name,
    start: timeOf(firstScored),
    interval,
    steps: load.length - firstScored,
    capacity: pool.capacity,
    timelinePoints: options.timelinePoints ?? 2000,
  });
  const unit = demandOfOne(name, poolPolicy, pool);
  const past = { load: load.subarray(0, first), start: traceStart, interval };
  let history = historyOf(name, poolPolicy, pool, past);
  let desired = size;

  for (let step = first; step < load.length; step++) {
    const now = timeOf(step);
    servers.advance(now);
    const before = desired;
    const observation = observe({
      now,
      rate: measure(step),
      step,
      desired,
      servers: servers.servers,
      serving: servers.serving,
    });
    const decision = engine(
      policy,
      observation,
      history,
      now,
      options.forecaster === undefined ? {} : { forecaster: options.forecaster },
    );
    history = decision.history;
    const decided = decision.pools[name];
    if (decided !== undefined) {
      desired = decided.desired;
      quorum.decided(observation, before, desired);
      servers.resize(now, desired, decided.zones);
    }
    const risk = quorum.atRisk(servers);
    if (step < firstScored) continue;
    score.step(step - firstScored, {
      load: load[step] ?? NaN,
      serving: servers.serving,
      existing: servers.servers.length,
      desired,
      adapted: desired !== before,
      quorumRisk: risk,
    });
    const expected = expectedAhead(decided?.forecast, unit, pool.capacity, now);
    if (expected !== undefined) score.forecast(expected.time, expected.servers);
  }
  return score.result();
}

function check({ interval, pool, trace, scoreFrom }: SimulationOptions): void {
  if (!(Number.isInteger(interval) && interval > 0)) {
    throw new ReplayError(`The interval is ${interval}: give whole milliseconds above 0.`);
  }
  if (!(pool.capacity > 0 && Number.isFinite(pool.capacity))) {
    throw new ReplayError(`The capacity of a server is ${pool.capacity}: give events per second above 0.`);
  }
  const unusable = (['joinDelay', 'joinSpread', 'drainDelay', 'repairTime', 'missingSamples'] as const).find(
    (field) => !(pool[field] >= 0 && Number.isFinite(pool[field])),
  );
  if (unusable !== undefined) {
    throw new ReplayError(`${unusable} is ${pool[unusable]}: give a number that is not negative.`);
  }
  if (Number.isNaN(scoreFrom)) throw new ReplayError('scoreFrom is no time: give milliseconds since 1970.');
  if (trace.times.length === 0) throw new ReplayError('The trace has no rows.');
}

/** The secondaries if the policy sizes them, else the primaries: one pool carries the load. */
function simulatedPool({ pools }: Policy): readonly [PoolName, PoolPolicy] {
  if (pools.secondaries !== undefined) return ['secondaries', pools.secondaries];
  if (pools.primaries !== undefined) return ['primaries', pools.primaries];
  throw new ReplayError('The policy sizes no pool: give it secondaries or primaries.');
}

/** What is measured when a step begins: the mean rate, per second, of the steps before it. */
function measuredRates(load: Float64Array, interval: number): (step: number) => number {
  const steps = Math.max(1, Math.round(MEASURED_OVER / interval));
  return (step) => {
    const first = Math.max(0, step - steps);
    let sum = 0;
    for (let at = first; at < step; at++) sum += load[at] ?? NaN;
    return (sum / ((step - first) * interval)) * 1000;
  };
}

/** What the first load that is known needs at 70 % use, within the limits. */
function firstSize(
  load: Float64Array,
  first: number,
  { interval, pool }: ReplayOptions,
  policy: PoolPolicy,
): number {
  const known = load.subarray(first).find((events) => !Number.isNaN(events)) ?? 0;
  const wanted = Math.ceil((known * 1000) / interval / pool.capacity / FIRST_USE);
  const odd = policy.step === 2 && wanted % 2 === 0 ? wanted + 1 : wanted;
  return Math.max(1, policy.minReplicas, Math.min(policy.maxReplicas, odd));
}

/** What the forecast says of the moment at which a server that is asked for now has joined, in servers at full use. */
function expectedAhead(
  forecast: ForecastReport | undefined,
  unit: ReturnType<typeof demandOfOne>,
  capacity: number,
  now: number,
): { readonly time: number; readonly servers: number } | undefined {
  if (forecast === undefined) return undefined;
  const perEvent = unit.find(({ metric }) => metric === forecast.metric)?.value;
  const time = now + forecast.leadTime;
  const after = forecast.points.findIndex((point) => point.time >= time);
  const right = forecast.points[after];
  const left = forecast.points[after - 1] ?? right;
  if (perEvent === undefined || left === undefined || right === undefined) return undefined;
  const share = right.time > left.time ? (time - left.time) / (right.time - left.time) : 0;
  const median = left.median + (right.median - left.median) * Math.max(0, share);
  return { time, servers: median / perEvent / capacity };
}
