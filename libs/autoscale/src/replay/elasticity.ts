// How well the supply of servers follows the demand for them.
import type { Elasticity } from './types.ts';

/**
 * The elasticity metrics of the SPEC research group (Herbst et al., "Ready for Rain? A View from SPEC Research on the Future of Cloud Metrics",
 * 2016; the deviation as in Bauer et al., "Chameleon", 2018). All are percentages, and 0 is best:
 *
 * - accuracy: servers that were missing, or too many, by those that were needed; a moment without demand counts as one that needs a server
 * - timeshare: time in which servers were missing, or too many
 * - instability: time in which demand and supply did not move in the same direction
 * - deviation: the five as one, the cube root of the sum of their cubes
 *
 * @param demand - servers that are needed, one for each step; NaN where it is not known, which is left out
 * @param supply - servers that serve
 */
export function elasticityOf(demand: ArrayLike<number>, supply: ArrayLike<number>): Elasticity {
  let steps = 0;
  let missing = 0;
  let idle = 0;
  let under = 0;
  let over = 0;
  let moves = 0;
  let unstable = 0;
  let before: { needed: number; served: number } | undefined;
  for (let step = 0; step < demand.length; step++) {
    const needed = demand[step] ?? NaN;
    const served = supply[step] ?? NaN;
    if (Number.isNaN(needed) || Number.isNaN(served)) {
      before = undefined;
      continue;
    }
    steps++;
    missing += Math.max(0, needed - served) / Math.max(1, needed);
    idle += Math.max(0, served - needed) / Math.max(1, needed);
    if (needed > served) under++;
    if (served > needed) over++;
    if (before !== undefined) {
      moves++;
      const apart = Math.sign(served - before.served) - Math.sign(needed - before.needed);
      unstable += Math.min(1, Math.abs(apart));
    }
    before = { needed, served };
  }
  const shares = {
    underAccuracy: percent(missing, steps),
    overAccuracy: percent(idle, steps),
    underTimeshare: percent(under, steps),
    overTimeshare: percent(over, steps),
    instability: percent(unstable, moves),
  };
  const cubes = Object.values(shares).reduce((sum, share) => sum + share ** 3, 0);
  return { ...shares, deviation: Math.cbrt(cubes) };
}

/** Percentages below this count as this, so that a perfect share does not make the others meaningless. */
const FLOOR = 0.01;

/**
 * How many times better than the baseline the supply followed: the geometric mean over both accuracies and both timeshares. Above 1 is better.
 * Both must be of the same trace, capacity and join delay.
 */
export function elasticSpeedup(of: Elasticity, baseline: Elasticity): number {
  const ratio = (metric: 'underAccuracy' | 'overAccuracy' | 'underTimeshare' | 'overTimeshare'): number =>
    Math.max(FLOOR, baseline[metric]) / Math.max(FLOOR, of[metric]);
  return (
    (ratio('underAccuracy') * ratio('overAccuracy') * ratio('underTimeshare') * ratio('overTimeshare')) **
    0.25
  );
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
