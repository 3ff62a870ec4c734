// What a policy can be had for: the fewest server-hours at each share of violations.

/** One run: how often the pool was too small, and what it cost. */
export interface FrontPoint {
  /** Share of steps with more load than the servers that serve can take. */
  readonly violationRate: number;
  readonly serverHours: number;
}

/**
 * The runs that no other run beats in both numbers, from the fewest violations to the fewest server-hours. Of equal runs one is kept.
 */
export function paretoFront<P extends FrontPoint>(points: readonly P[]): readonly P[] {
  const ordered = [...points].sort(
    (a, b) => a.violationRate - b.violationRate || a.serverHours - b.serverHours,
  );
  const front: P[] = [];
  for (const point of ordered) {
    if (point.serverHours < (front.at(-1)?.serverHours ?? Infinity)) front.push(point);
  }
  return front;
}

/**
 * The fewest server-hours with which violations are at most `violationRate`.
 *
 * Between two runs it is linear in the share of violations: whoever runs one target on some of the days and the other on the rest gets
 * exactly these mixtures of both numbers, so every point of the line can be had, and runs without any violation, which have no logarithm, need
 * no exception. Left of the front it is its first point, right of it the last: the front is to hold a pool that is as large as it may be, with
 * which nothing to the left can be had.
 *
 * @param front - as `paretoFront` gives it
 * @returns server-hours; 0 for a front without points
 */
export function hoursAt(front: readonly FrontPoint[], violationRate: number): number {
  const after = front.findIndex((point) => point.violationRate > violationRate);
  const left = front[after === -1 ? front.length - 1 : after - 1];
  const right = front[after];
  if (left === undefined) return front[0]?.serverHours ?? 0;
  if (right === undefined) return left.serverHours;
  const share = (violationRate - left.violationRate) / (right.violationRate - left.violationRate);
  return left.serverHours + share * (right.serverHours - left.serverHours);
}

/**
 * What the best run costs if an hour in violation is worth `price` server-hours.
 *
 * @param hours - how long a run lasted
 * @returns server-hours; 0 without points
 */
export function costAt(points: readonly FrontPoint[], price: number, hours: number): number {
  const costs = points.map((point) => point.serverHours + price * point.violationRate * hours);
  return costs.length === 0 ? 0 : Math.min(...costs);
}
