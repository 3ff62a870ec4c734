// In what the simulated control plane is known to differ from the real one, and why that is left so.
import type { Difference } from './differences.ts';
import type { Step } from './scene.ts';

/** One kind of difference, matched as narrowly as it can be. One that no interaction of the table shows any more is an error. */
export interface Excuse {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: Difference, step: Step) => boolean;
}

/** All of them. */
export const excuses: readonly Excuse[] = [];

/** The excuse of a difference. */
export function excuseOf(difference: Difference, step: Step): Excuse | undefined {
  return excuses.find(({ covers }) => covers(difference, step));
}
