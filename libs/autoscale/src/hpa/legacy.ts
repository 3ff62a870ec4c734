// What the autoscaler does without `behavior`: the algorithm of autoscaling/v1, which is not the default rules of v2.
import type { TimedReplicas } from '../history/types.ts';
import type { Limited } from './rate.ts';

/** The highest proposal of the window, one exactly as old included; growing is not held back. Times in milliseconds. */
export function stabilizeLegacy(
  proposal: number,
  recommendations: readonly TimedReplicas[],
  now: number,
  window: number,
): number {
  return recommendations.reduce(
    (highest, { time, replicas }) => (now - time <= window ? Math.max(highest, replicas) : highest),
    proposal,
  );
}

/** At most twice the size, or 4, in one pass. */
export function limitLegacy(wanted: number, current: number, min: number, max: number): Limited {
  const growth = Math.max(2 * current, 4);
  const top = Math.min(growth, max);
  if (wanted < min) return { replicas: min, limit: 'TooFewReplicas' };
  if (wanted > top) return { replicas: top, limit: growth < max ? 'ScaleUpLimit' : 'TooManyReplicas' };
  return { replicas: wanted, limit: undefined };
}
