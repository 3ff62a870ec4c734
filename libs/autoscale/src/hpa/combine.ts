export interface Combined {
  /** Undefined: nothing can be said, the size is held. */
  readonly replicas: number | undefined;
  /** Which proposal it was: the first of several, but the last of several zeros. */
  readonly index: number | undefined;
  /** Whether any metric failed. */
  readonly failed: boolean;
}

/**
 * The highest proposal. Where a metric failed (an undefined proposal) the others may keep or add, but not remove: what is not known could
 * need what would go.
 */
export function combineMax(proposals: readonly (number | undefined)[], current: number): Combined {
  const failed = proposals.includes(undefined);
  const highest = proposals.reduce((most, proposal) => larger(most, proposal), undefined);
  if (highest === undefined || (failed && highest < current)) {
    return { replicas: undefined, index: undefined, failed };
  }
  const index = highest === 0 ? proposals.lastIndexOf(highest) : proposals.indexOf(highest);
  return { replicas: highest, index, failed };
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
