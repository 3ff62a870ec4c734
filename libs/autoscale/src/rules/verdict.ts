import type { RuleInput, Verdict } from './types.ts';

export const shrinks = ({ replicas, asked }: RuleInput): boolean => replicas < asked;

export const grows = ({ replicas, asked }: RuleInput): boolean => replicas > asked;

/** Keep what is asked for at present. */
export const hold = ({ asked }: RuleInput, message: string): Verdict => ({ replicas: asked, message });

/** `1 server`, `2 servers`. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`;
