/**
 * Why an item is in the queue. Nearly every item has a single reason, which is kept without an array: that is half of
 * what an item would weigh otherwise.
 */
export type Reasons = string | readonly string[] | undefined;

const most = 8;

/** Adds a reason; one that is there already, or that comes after the eighth, changes nothing. */
export function addReason(reasons: Reasons, reason: string | undefined): Reasons {
  if (reason === undefined || reason === reasons) return reasons;
  if (reasons === undefined) return reason;
  if (typeof reasons === 'string') return [reasons, reason];
  return reasons.length >= most || reasons.includes(reason) ? reasons : [...reasons, reason];
}

/** The reasons in the order they came. */
export function listReasons(reasons: Reasons): readonly string[] {
  if (reasons === undefined) return [];
  return typeof reasons === 'string' ? [reasons] : reasons;
}
