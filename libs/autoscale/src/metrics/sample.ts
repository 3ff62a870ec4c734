// One measured number, or why it cannot be used.
import type { MetricFailure } from '../decision.ts';
import type { Sample } from '../observation.ts';

export type SampleFailure = Extract<MetricFailure, 'NoSamples' | 'NotANumber' | 'Stale'>;

/** A number that can be used with its age in milliseconds, or why there is none. */
export type Reading =
  | { readonly value: number; readonly age: number; readonly failed?: never }
  | { readonly failed: SampleFailure; readonly value?: never; readonly age?: never };

/** So far ahead a clock may be that measures: Prometheus, for one, answers with its own time. */
const clockSkew = 5_000;

/** A sample counts if it is a number, not negative, not older than `maxAge` milliseconds and not from the future, give or take 5 seconds. */
export function readSample(sample: Sample | undefined, maxAge: number, now: number): Reading {
  if (sample === undefined) return { failed: 'NoSamples' };
  if (thousandths(sample.value) === undefined) return { failed: 'NotANumber' };
  const age = now - sample.time;
  return age >= -clockSkew && age <= maxAge
    ? { value: sample.value, age: Math.max(0, age) }
    : { failed: 'Stale' };
}

/** The sample of that name; a name such as `constructor` finds nothing that nobody measured. */
export function sampleOf(
  samples: Readonly<Record<string, Sample>> | undefined,
  name: string,
): Sample | undefined {
  return samples !== undefined && Object.hasOwn(samples, name) ? samples[name] : undefined;
}

/** The quantity in whole thousandths, as the Horizontal Pod Autoscaler counts; undefined if it is negative or not exact in a double. */
export function thousandths(value: number): number | undefined {
  const whole = Math.round(value * 1000);
  return value >= 0 && Number.isSafeInteger(whole) ? whole : undefined;
}

/** A target in whole thousandths, never 0. */
export function targetThousandths(target: number): number {
  return Math.max(1, Math.round(target * 1000));
}
