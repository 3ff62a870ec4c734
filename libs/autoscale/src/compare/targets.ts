// Which targets a sweep changes. Everything else in a policy stays as it is.
import type { MetricSpec, PolicySpec, PoolSpec } from '../policy/types.ts';
import type { PoolName } from '../observation.ts';

/** A target that was swept, in the unit of its metric. */
export interface Target {
  readonly pool: PoolName;
  readonly metric: string;
  readonly target: number;
}

const poolNames: readonly PoolName[] = ['primaries', 'secondaries'];

/**
 * Fractions of a server's capacity that a sweep aims at, 0.08 to 1.08. Where servers take an hour to join, one after another, only far too many
 * of them leave few violations; without such low targets fronts would end at several percent.
 */
export const sweptFractions: readonly number[] = [
  0.08, 0.11, 0.14, 0.18, 0.22, 0.27, 0.33, 0.4, 0.48, 0.56, 0.64, 0.72, 0.8, 0.88, 0.96, 1.08,
];

/**
 * The policy with the targets of all metrics of demand at the same fraction of what a server can take: `cpu` in percent of the request; `throughput`,
 * `connection_count` and `custom`, which a replay measures in events per second, per server. Memory and latency keep theirs.
 *
 * @param capacity - events per second that one server serves
 */
export function withTargets(policy: PolicySpec, fraction: number, capacity: number): PolicySpec {
  const pools = poolNames.flatMap((name) => {
    const pool = policy[name];
    return pool === undefined ? [] : [[name, withPoolTargets(pool, fraction, capacity)] as const];
  });
  return { ...policy, ...Object.fromEntries(pools) };
}

/** The targets that `withTargets` would write; none if the policy has no metric of demand. */
export function targetsAt(policy: PolicySpec, fraction: number, capacity: number): readonly Target[] {
  return poolNames.flatMap((pool) =>
    (policy[pool]?.metrics ?? []).flatMap((metric) => {
      const target = targetOf(metric, fraction, capacity);
      return target === undefined ? [] : [{ pool, metric: metric.name ?? metric.type, target }];
    }),
  );
}

function withPoolTargets<P extends PoolSpec>(pool: P, fraction: number, capacity: number): P {
  if (pool.metrics === undefined) return pool;
  const metrics = pool.metrics.map((metric) => {
    const target = targetOf(metric, fraction, capacity);
    return target === undefined ? metric : { ...metric, target };
  });
  return { ...pool, metrics };
}

function targetOf({ type }: MetricSpec, fraction: number, capacity: number): number | undefined {
  switch (type) {
    case 'throughput':
    case 'connection_count':
    case 'custom':
      return fraction * capacity;
    case 'cpu':
      return Math.round(fraction * 100);
    case 'memory':
    case 'query_latency':
      return undefined;
  }
}
