import type { History, PoolHistory } from './types.ts';

/** What a cluster that was never evaluated has to remember. */
export function emptyHistory(): History {
  return { version: 1, evaluatedAt: undefined, pools: {} };
}

/** What a pool that was never evaluated has to remember. */
export function emptyPoolHistory(): PoolHistory {
  return {
    recommendations: [],
    events: [],
    raw: { names: [], times: new Float64Array(), values: new Float32Array() },
    demand: [],
    joins: [],
    blindSince: undefined,
    lastChange: undefined,
  };
}
