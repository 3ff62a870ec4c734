// Seeded chance for simulations: independent streams by key, and the distributions that are drawn from them.
import { type Rng, seededRng } from '@neo4j-operator/clock';

/** Means above this are drawn from a normal distribution of the same mean and variance. */
const NORMAL_FROM = 50;

/** A stream of its own for each sequence of keys, so that what one consumer draws never moves another's numbers. */
export function stream(seed: number, ...keys: readonly number[]): Rng {
  return seededRng(keys.reduce((hash, key) => scramble(hash ^ scramble(key)), scramble(seed)));
}

/** A number from 0 to 1 that depends on the keys alone, for where a stream would have to be as long as the simulation. */
export function chance(seed: number, kind: number, one: number, other: number): number {
  return scramble(scramble(scramble(scramble(seed) ^ kind) ^ one) ^ other) / 2 ** 32;
}

/** A standard normal number, by the transform of Box and Muller. */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

/** An exponential number with this mean. */
export function exponential(rng: Rng, mean: number): number {
  return -mean * Math.log(1 - rng.next());
}

/** A number from `low` to `high`, all equally likely. */
export function uniform(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.next();
}

/** A Poisson number: by inversion for small means, rounded from the normal distribution for means above 50. */
export function poisson(rng: Rng, mean: number): number {
  if (!(mean > 0)) return 0;
  if (mean > NORMAL_FROM) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(rng)));
  let probability = Math.exp(-mean);
  let rest = rng.next() - probability;
  let count = 0;
  // The tail's probabilities end as zeros before a rest that rounding has left.
  while (rest > 0 && probability > 0) {
    count++;
    probability *= mean / count;
    rest -= probability;
  }
  return count;
}

/** The finaliser of MurmurHash3: neighbouring keys become unrelated seeds. */
function scramble(key: number): number {
  let hash = (key + 0x9e3779b9) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
