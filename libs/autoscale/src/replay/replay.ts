// Plays a policy over a recorded load, with this library's engine.
import { evaluate } from '../evaluate.ts';
import { type Engine, type SimulationOptions, simulate } from './simulate.ts';
import type { ReplayResult } from './types.ts';

/** What a replay is asked for. */
export type ReplaySettings = Omit<SimulationOptions, 'engine'> & {
  /** `evaluate` by default. */
  readonly engine?: Engine;
};

/**
 * Plays a policy over a recorded load through a simulated pool, and says how well it did. The same options give the same result.
 *
 * Two runs with the same trace, pool and seed see the same load, the same failures and the same lost samples, whatever their policies decide:
 * what differs between their results comes from the decisions.
 *
 * @throws {ReplayError} for a policy that sizes no pool, or for a pool, an interval or a trace that nothing can be made of
 */
export function replay(options: ReplaySettings): ReplayResult {
  return simulate({ engine: evaluate, ...options });
}
