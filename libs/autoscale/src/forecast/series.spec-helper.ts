// Series for tests.
import { type Rng, seededRng } from '@neo4j-operator/clock';
import type { Series } from './types.ts';

export const step = 300_000;
export const perDay = 288;

/** A series from a Monday on, of a value for each index. */
export function seriesOf(days: number, valueAt: (index: number, rng: Rng) => number, seed = 1): Series {
  const rng = seededRng(seed);
  const values = Float32Array.from({ length: Math.round(days * perDay) }, (_, index) => valueAt(index, rng));
  return { start: Date.UTC(2024, 0, 1), step, values };
}

/** A standard normal number. */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

/** A smooth wave around 0 of size 1. */
export function wave(index: number, period: number): number {
  return Math.cos((2 * Math.PI * index) / period);
}

/** A busy weekday, a quiet weekend, a little noise. */
export function officeHours(index: number, rng: Rng): number {
  const weekend = Math.floor(index / perDay) % 7 >= 5;
  return (weekend ? 0.5 : 1) * (1000 - 600 * wave(index, perDay)) * (1 + 0.05 * normal(rng));
}

/** The part from one index to another. */
export function part({ start, step: width, values }: Series, from: number, to: number): Series {
  return { start: start + from * width, step: width, values: values.slice(from, to) };
}
