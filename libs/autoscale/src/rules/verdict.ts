import type { RuleInput, Verdict } from './types.ts';

export function shrinks({ replicas, asked }: RuleInput): boolean {
  return replicas < asked;
}

export function grows({ replicas, asked }: RuleInput): boolean {
  return replicas > asked;
}

/** Keep what is asked for at present. */
export function hold({ asked }: RuleInput, message: string): Verdict {
  return { replicas: asked, message };
}

/** `1 server`, `2 servers`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
