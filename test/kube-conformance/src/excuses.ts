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
export const excuses: readonly Excuse[] = [
  {
    name: 'no documentation in tables of built-in kinds',
    reason:
      'a description of a column is shown by nobody, and the schemas of built-in kinds are kept without theirs',
    covers: ({ path, simulated }) => /columnDefinitions\[\d+\]\.description$/.test(path) && simulated === '',
  },
  {
    name: 'what is wrong with a YAML text',
    reason: 'each YAML parser says it in its own words; status and beginning of the message are the same',
    covers: ({ path, real, simulated }) =>
      path === 'body.message' && beginsAlike(real, simulated, /^(.*?)yaml: /),
  },
];

/** The excuse of a difference. */
export function excuseOf(difference: Difference, step: Step): Excuse | undefined {
  return excuses.find(({ covers }) => covers(difference, step));
}

/** Both have the beginning, and it is the same. */
function beginsAlike(real: unknown, simulated: unknown, beginning: RegExp): boolean {
  const [one, other] = [real, simulated].map((text) => beginning.exec(String(text))?.[1]);
  return one !== undefined && one === other;
}
