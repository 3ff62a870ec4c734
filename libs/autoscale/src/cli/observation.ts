// An observation in a file, which may have been written by hand.
import { observationErrors } from '../observation-errors.ts';
import type { Observation, PoolObservation, Sample } from '../observation.ts';
import { UsageError } from './arguments.ts';

/** @throws UsageError with a line for each thing that is wrong with its shape */
export function readObservation(path: string, value: unknown): Observation {
  const errors = observationErrors(value);
  if (errors.length === 0) return value as Observation;
  throw new UsageError(`${path} is no observation:\n${errors.map((error) => `  ${error}`).join('\n')}`);
}

/** When the newest of its numbers was measured. */
export function newestSample({ pools }: Observation): number | undefined {
  const times = Object.values(pools).flatMap((pool: PoolObservation) => [
    ...timesOf(pool.samples),
    ...pool.servers.flatMap((server) => timesOf(server.samples)),
  ]);
  return times.length === 0 ? undefined : times.reduce((newest, time) => Math.max(newest, time));
}

function timesOf(samples: Readonly<Record<string, Sample>> = {}): readonly number[] {
  return Object.values(samples).map(({ time }) => time);
}
