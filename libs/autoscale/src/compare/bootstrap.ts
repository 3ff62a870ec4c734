// Resampling of days: how sure a number is that was measured over some days.
import { seededRng } from '@neo4j-operator/clock';
import type { DayBlock } from '../replay/types.ts';
import type { FrontPoint } from './front.ts';
import { normalCdf, studentQuantile } from './statistics.ts';

export interface Resampling {
  readonly seed: number;
  /** 1,000 by default. */
  readonly resamples?: number;
}

/** What a number is, and where it lies with a confidence of 95 %. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

const confidence = 0.95;

/** For each resample how often each of `count` days was drawn; as many days are drawn as there are, with replacement. */
export function drawDays(count: number, { seed, resamples = 1000 }: Resampling): readonly Float64Array[] {
  const rng = seededRng(seed);
  return Array.from({ length: resamples }, () => {
    const times = new Float64Array(count);
    for (let draw = 0; draw < count; draw++) {
      const day = Math.floor(rng.next() * count);
      times[day] = (times[day] ?? 0) + 1;
    }
    return times;
  });
}

/** A run over its days, each counted as often as `times` says. */
export function pointOf(days: readonly DayBlock[], times?: Float64Array): FrontPoint {
  let steps = 0;
  let violations = 0;
  let serverHours = 0;
  let allSteps = 0;
  for (let index = 0; index < days.length; index++) {
    const day = days[index];
    const count = times?.[index] ?? 1;
    if (day === undefined) continue;
    steps += count * day.steps;
    violations += count * day.violations;
    serverHours += count * day.serverHours;
    allSteps += day.steps;
  }
  if (steps === 0) return { violationRate: 0, serverHours: 0 };
  // The first and the last day may be short: hours are those of a run as long as the whole.
  return { violationRate: violations / steps, serverHours: (serverHours / steps) * allSteps };
}

/**
 * The interval of a number that was measured over `days` days, from what resamples gave for it. With few days the plain percentiles are too close
 * together; they are moved out as far as Student's distribution lies outside of the normal one (the expanded percentile interval of
 * Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69, 2015).
 */
export function intervalOf(estimate: number, values: readonly number[], days: number): Interval {
  const ordered = Float64Array.from(values).sort();
  const cut = Math.floor(tailOf(days) * ordered.length);
  return {
    estimate,
    lower: ordered[cut] ?? estimate,
    upper: ordered[ordered.length - 1 - cut] ?? estimate,
  };
}

/** The share of resamples to leave out at each end. */
function tailOf(days: number): number {
  if (days < 2) return 0;
  const t = studentQuantile((1 + confidence) / 2, days - 1);
  return normalCdf(-Math.sqrt(days / (days - 1)) * t);
}
