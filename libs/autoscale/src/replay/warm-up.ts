// What the engine would know of the past when a simulation begins.
import { type Demand, demands } from '../metrics/demand.ts';
import { withDemand } from '../history/demand.ts';
import { emptyHistory, emptyPoolHistory } from '../history/empty.ts';
import type { History } from '../history/types.ts';
import type { PoolName } from '../observation.ts';
import type { PoolPolicy } from '../policy/types.ts';
import { observer } from './measure.ts';
import { serverPool } from './server-pool.ts';
import type { SimulatedPool } from './types.ts';

const LONGEST_PAST = 28 * 24 * 3600_000;

export interface Past {
  /** Events in each step from `start` on; NaN where unknown. */
  readonly load: Float64Array;
  readonly start: number;
  readonly interval: number;
}

/** A history whose demand series hold the load of the past, as if each step of it had been evaluated. */
export function historyOf(name: PoolName, policy: PoolPolicy, pool: SimulatedPool, past: Past): History {
  const skipped = Math.max(0, past.load.length - Math.floor(LONGEST_PAST / past.interval));
  const rates = past.load.subarray(skipped).map((events) => (events / past.interval) * 1000);
  const start = past.start + skipped * past.interval;
  const seeded = demandOfOne(name, policy, pool).reduce(
    (history, { metric, value }) =>
      withDemand(history, metric, {
        start,
        step: past.interval,
        values: Float32Array.from(rates, (rate) => rate * value),
      }),
    emptyPoolHistory(),
  );
  return rates.length === 0 ? emptyHistory() : { ...emptyHistory(), pools: { [name]: seeded } };
}

/** The demand of each metric at one event per second: they are all in proportion to the load. */
export function demandOfOne(name: PoolName, policy: PoolPolicy, pool: SimulatedPool): readonly Demand[] {
  // Half a server's load is read exactly, in thousandths.
  const rate = pool.capacity / 2;
  const ideal = { ...pool, missingSamples: 0, meanTimeBetweenFailures: undefined };
  const { servers, serving } = serverPool({
    pool: ideal,
    seed: 0,
    interval: 1,
    size: 1,
    start: LONGEST_PAST,
  });
  const moment = { now: LONGEST_PAST, rate, step: 0, desired: 1, servers, serving };
  const observed = observer(name, policy, ideal, 0)(moment).pools[name] ?? { servers: [] };
  return demands(policy.metrics, observed, LONGEST_PAST).map(({ metric, value }) => ({
    metric,
    value: value / rate,
  }));
}
