// Loads that are made by formula, for tests and comparisons that must not depend on a recording.
//
// In all of them x is the time in days, N a standard normal number, and the load of a step is level * shape(x) * exp(noise(x)), rounded.
// Every constant that is given as a range is drawn once for each seed.
import type { Rng } from '@neo4j-operator/clock';
import { exponential, normal, stream, uniform } from './random.ts';
import type { Trace } from './types.ts';

/**
 * - `daily`: a smooth day, `exp(a1 cos(2 pi (x - p1)) + a2 cos(4 pi (x - p2)) + a3 cos(6 pi (x - p3)))` with mean 1, a1 0.4 to 0.8, a2 0.1 to 0.3,
 *   a3 0.02 to 0.1 and any phases, times a factor exp(0.06 N) for each day; about every tenth day has an anomaly.
 * - `weekly`: `daily` with weekends at 0.4 to 0.7 of it.
 * - `growing`: `daily` times `1 + g x / days`, g 0.8 to 1.6.
 * - `constant`: 1.
 * - `random-walk`: exp of a walk of normal steps with 0.1 an hour, reflected at a quarter and at four times the level.
 * - `bursts`: 0.5 plus bursts that come twice a day on average, rise within 10 minutes to 1 plus an exponential number of mean 1, and halve in 15 to
 *   45 minutes.
 * - `level-shift`: levels exp(0.5 N) that hold for an exponential time of mean 4 days.
 * - `ramp`: straight lines between levels of 0.4 to 2, 6 to 36 hours long.
 */
export type SyntheticFamily =
  'daily' | 'weekly' | 'growing' | 'constant' | 'random-walk' | 'bursts' | 'level-shift' | 'ramp';

/** All families of synthetic loads. */
export const syntheticFamilies: readonly SyntheticFamily[] = [
  'daily',
  'weekly',
  'growing',
  'constant',
  'random-walk',
  'bursts',
  'level-shift',
  'ramp',
];

/** Size of a synthetic load. */
export interface SyntheticOptions {
  /** 84 by default. */
  readonly days?: number;
  /** Milliseconds from row to row; 5 minutes by default. */
  readonly step?: number;
  /** Events in a step where the shape is 1; 6000 by default. */
  readonly level?: number;
}

/** Shape of a load over time in days, 1 on average or about it; called with growing times only. */
type Shape = (x: number) => number;

const DAY = 24 * 3600_000;
/** A Monday, so that days 5 and 6 are a weekend. */
const START = Date.UTC(2024, 0, 1);

/** The load of a family and a seed: the same arguments always give the same numbers. */
export function syntheticTrace(family: SyntheticFamily, seed: number, options: SyntheticOptions = {}): Trace {
  const { days = 84, step = 300_000, level = 6000 } = options;
  const rows = Math.max(2, Math.round((days * DAY) / step));
  const shape = shapeOf(family, stream(seed, syntheticFamilies.indexOf(family), 1), days, step);
  const noise = noiseOf(stream(seed, syntheticFamilies.indexOf(family), 2), step);
  const times = new Float64Array(rows);
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    times[row] = START + row * step;
    values[row] = Math.max(0, Math.round(level * shape(((row + 0.5) * step) / DAY) * Math.exp(noise())));
  }
  return { name: `${family}-${seed}`, times, values, step };
}

function shapeOf(family: SyntheticFamily, rng: Rng, days: number, step: number): Shape {
  switch (family) {
    case 'daily':
      return daily(rng, days);
    case 'weekly': {
      const weekend = uniform(rng, 0.4, 0.7);
      const day = daily(rng, days);
      return (x) => day(x) * (weekend + (1 - weekend) * weekdayShare(x));
    }
    case 'growing': {
      const growth = uniform(rng, 0.8, 1.6);
      const day = daily(rng, days);
      return (x) => day(x) * (1 + (growth * x) / days);
    }
    case 'constant':
      return () => 1;
    case 'random-walk':
      return randomWalk(rng, step);
    case 'bursts':
      return bursts(rng, days);
    case 'level-shift':
      return levelShift(rng);
    case 'ramp':
      return ramp(rng);
  }
}

/** Slow noise that forgets within an hour, `0.05 N` with a correlation of 0.9 over 5 minutes, and `0.02 N` from row to row. */
function noiseOf(rng: Rng, step: number): () => number {
  const keep = 0.9 ** (step / 300_000);
  const fresh = Math.sqrt(1 - keep * keep);
  let slow = normal(rng);
  return () => {
    slow = keep * slow + fresh * normal(rng);
    return 0.05 * slow + 0.02 * normal(rng);
  };
}

function daily(rng: Rng, days: number): Shape {
  const waves = [
    { cycles: 1, size: uniform(rng, 0.4, 0.8), phase: rng.next() },
    { cycles: 2, size: uniform(rng, 0.1, 0.3), phase: rng.next() },
    { cycles: 3, size: uniform(rng, 0.02, 0.1), phase: rng.next() },
  ];
  const wave = (x: number): number =>
    Math.exp(
      waves.reduce(
        (sum, { cycles, size, phase }) => sum + size * Math.cos(2 * Math.PI * cycles * (x - phase)),
        0,
      ),
    );
  let mean = 0;
  for (let part = 0; part < 288; part++) mean += wave(part / 288) / 288;
  const factors = Float64Array.from({ length: Math.ceil(days) + 2 }, () => Math.exp(0.06 * normal(rng)));
  const anomaly = anomalies(rng, days);
  return (x) => (wave(x) / mean) * smoothBetween(factors, x) * anomaly(x);
}

/** Hours of 0.6 or of 1.3 to 1.7 times the usual load: 1 to 4 of them about every tenth day, with edges of 20 minutes. */
function anomalies(rng: Rng, days: number): Shape {
  const events: { start: number; end: number; factor: number }[] = [];
  for (let at = exponential(rng, 10); at < days; at += exponential(rng, 10)) {
    const factor = rng.next() < 0.4 ? 0.6 : uniform(rng, 1.3, 1.7);
    events.push({ start: at, end: at + uniform(rng, 1, 4) / 24, factor });
  }
  const edge = 20 / 1440;
  return (x) =>
    events.reduce((product, { start, end, factor }) => {
      const share = Math.min(1, Math.max(0, Math.min(x - start, end - x) / edge));
      return product * (1 + (factor - 1) * share);
    }, 1);
}

/** 1 on weekdays, 0 on weekends, with two hours between around midnight. */
function weekdayShare(x: number): number {
  const inWeek = x % 7;
  const edge = 1 / 12;
  if (inWeek < edge / 2) return 0.5 + inWeek / edge;
  return Math.min(1, Math.max(Math.max(0, (5 - inWeek) / edge + 0.5), (inWeek - 7) / edge + 0.5));
}

function smoothBetween(factors: Float64Array, x: number): number {
  const at = Math.floor(x);
  const share = 0.5 - 0.5 * Math.cos(Math.PI * (x - at));
  return (factors[at] ?? 1) * (1 - share) + (factors[at + 1] ?? 1) * share;
}

function randomWalk(rng: Rng, step: number): Shape {
  const size = 0.1 * Math.sqrt(step / 3600_000);
  const bound = Math.log(4);
  let walk = 0;
  return () => {
    walk += size * normal(rng);
    if (walk > bound) walk = 2 * bound - walk;
    if (walk < -bound) walk = -2 * bound - walk;
    return Math.exp(walk);
  };
}

function bursts(rng: Rng, days: number): Shape {
  const rise = 10 / 1440;
  const events: { at: number; height: number; half: number }[] = [];
  for (let at = exponential(rng, 0.5); at < days; at += exponential(rng, 0.5)) {
    events.push({ at, height: 1 + exponential(rng, 1), half: uniform(rng, 15, 45) / 1440 });
  }
  return (x) =>
    events.reduce((sum, { at, height, half }) => {
      const since = x - at;
      if (since < 0 || since > rise + 20 * half) return sum;
      return sum + height * (since < rise ? since / rise : 0.5 ** ((since - rise) / half));
    }, 0.5);
}

function levelShift(rng: Rng): Shape {
  let level = 1;
  let until = exponential(rng, 4);
  return (x) => {
    while (x >= until) {
      level = Math.exp(0.5 * normal(rng));
      until += exponential(rng, 4);
    }
    return level;
  };
}

function ramp(rng: Rng): Shape {
  let from = uniform(rng, 0.4, 2);
  let to = uniform(rng, 0.4, 2);
  let start = 0;
  let length = uniform(rng, 0.25, 1.5);
  return (x) => {
    while (x >= start + length) {
      start += length;
      length = uniform(rng, 0.25, 1.5);
      from = to;
      to = uniform(rng, 0.4, 2);
    }
    return from + ((to - from) * (x - start)) / length;
  };
}
