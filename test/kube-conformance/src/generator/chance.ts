// Decisions drawn from a seed.
import { type Rng, seededRng } from '@neo4j-operator/clock';

/** Draws. */
export class Chance {
  readonly #rng: Rng;

  constructor(seed: number) {
    this.#rng = seededRng(seed);
  }

  /** True in this share of cases. */
  of(share: number): boolean {
    return this.#rng.next() < share;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.#rng.next() * end);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  /** One of several, undefined if there is none. */
  pickAny<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)];
  }

  /** Some of them, perhaps none, in their order. */
  some<T>(choices: readonly T[], share = 0.5): readonly T[] {
    return choices.filter(() => this.of(share));
  }

  /** By weight. */
  weighted<T>(choices: readonly (readonly [number, T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#rng.next() * total;
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    throw new Error('nothing to choose from');
  }
}
