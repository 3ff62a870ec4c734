// What a condition or an Event of a cluster can give as its reason. docs/conditions.md shows the same to people; a spec compares the two.
import { actionReasons } from './action-reasons.ts';
import { courseReasons } from './course-reasons.ts';
import { troubleReasons } from './trouble-reasons.ts';

/** All reasons. The names are stable: alerts and scripts may rely on them. */
export const reasons = { ...courseReasons, ...troubleReasons, ...actionReasons } as const;

/** One of the reasons. */
export type Reason = keyof typeof reasons;

/** Whether a word is a reason of the catalogue. */
export function isReason(word: string): word is Reason {
  return Object.hasOwn(reasons, word);
}
