// Sweeps of which it is known how much one saves.
import type { Rng } from '@neo4j-operator/clock';
import type { DayBlock } from '../replay/types.ts';
import type { Sweep } from './interval.ts';

export const stepsPerDay = 288;
export const largestPool = 24;

/** Fractions of the capacity that a day is run at. */
const fractions = [0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.05];

/**
 * Two policies over the same random days, of which the first needs `saving` fewer servers than the second for the same violations: how much load
 * a day has, and how often it surprises, is common to both; when exactly a surprise hits is each one's own luck.
 */
export function randomSweeps(
  rng: Rng,
  days: number,
  saving: number,
): { readonly policy: Sweep; readonly baseline: Sweep; readonly ceiling: readonly DayBlock[] } {
  const load = Array.from({ length: days }, () => 4 * Math.exp(0.4 * normal(rng)));
  const surprise = Array.from({ length: days }, () => Math.exp(normal(rng)));
  const sweep = (factor: number): Sweep =>
    fractions.map((fraction) =>
      load.map((servers, day) => ({
        day,
        steps: stepsPerDay,
        violations: poisson(rng, stepsPerDay * 0.02 * (surprise[day] ?? 1) * (fraction / 0.8) ** 6),
        serverHours: (factor * (servers * 24)) / fraction,
      })),
    );
  return {
    policy: sweep(1 - saving),
    baseline: sweep(1),
    ceiling: load.map((_, day) => ({
      day,
      steps: stepsPerDay,
      violations: 0,
      serverHours: largestPool * 24,
    })),
  };
}

function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

function poisson(rng: Rng, mean: number): number {
  const limit = Math.exp(-Math.min(mean, 500));
  let count = 0;
  for (let product = rng.next(); product > limit; product *= rng.next()) count++;
  return Math.min(count, stepsPerDay);
}
