// An observation in a file, which may have been written by hand.
import type { Observation, PoolObservation, Sample, ServerState } from '../observation.ts';
import { UsageError } from './arguments.ts';

const states: readonly ServerState[] = ['joining', 'ready', 'unready', 'draining'];
const pools = ['primaries', 'secondaries'];

/** @throws UsageError with a line for each thing that is wrong with its shape */
export function readObservation(path: string, value: unknown): Observation {
  const errors = isRecord(value) ? errorsOf(value) : ['it is no object: write { "pools": { ... } }'];
  if (errors.length === 0) return value as Observation;
  throw new UsageError(`${path} is no observation:\n${errors.map((error) => `  ${error}`).join('\n')}`);
}

/** When the newest of its numbers was measured. */
export function newestSample({ pools: observed }: Observation): number | undefined {
  const times = Object.values(observed).flatMap((pool: PoolObservation) => [
    ...timesOf(pool.samples),
    ...pool.servers.flatMap((server) => timesOf(server.samples)),
  ]);
  return times.length === 0 ? undefined : Math.max(...times);
}

function timesOf(samples: Readonly<Record<string, Sample>> = {}): readonly number[] {
  return Object.values(samples).map(({ time }) => time);
}

function errorsOf({ pools: observed, databases }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isRecord(observed))
    return ['pools is missing: write { "pools": { "secondaries": { "servers": [...] } } }'];
  const errors = Object.entries(observed).flatMap(([name, pool]) => {
    const place = `pools.${name}`;
    if (!pools.includes(name)) return [`${place} is no pool: there are ${pools.join(' and ')}`];
    if (!isRecord(pool) || !Array.isArray(pool['servers']))
      return [`${place}.servers is missing: write a list`];
    return [
      ...samplesErrors(`${place}.samples`, pool['samples']),
      ...pool['servers'].flatMap((server, index) => serverErrors(`${place}.servers[${index}]`, server)),
    ];
  });
  return databases === undefined || (Array.isArray(databases) && databases.every(isDatabase))
    ? errors
    : [...errors, 'databases is wrong: write a list of { "name", "primaries", "secondaries" }'];
}

function serverErrors(place: string, server: unknown): readonly string[] {
  if (!isRecord(server)) return [`${place} is no object: write { "name": "...", "state": "ready" }`];
  const { name, state, samples } = server;
  return [
    ...(typeof name === 'string' ? [] : [`${place}.name is missing: write a text`]),
    ...(states.some((one) => one === state)
      ? []
      : [`${place}.state is wrong: write one of ${states.join(', ')}`]),
    ...samplesErrors(`${place}.samples`, samples),
  ];
}

function samplesErrors(place: string, samples: unknown): readonly string[] {
  if (samples === undefined) return [];
  if (!isRecord(samples))
    return [`${place} is no object: write { "cpu": { "value": 1.5, "time": 1767225600000 } }`];
  return Object.entries(samples).flatMap(([name, sample]) =>
    isRecord(sample) && typeof sample['value'] === 'number' && typeof sample['time'] === 'number'
      ? []
      : [`${place}.${name} is wrong: write { "value": number, "time": milliseconds since 1970 }`],
  );
}

function isDatabase(value: unknown): boolean {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['primaries'] === 'number';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
