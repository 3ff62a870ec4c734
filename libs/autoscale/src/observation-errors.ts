// What is wrong with the shape of an observation, which may come from JSON or from code without types.
import type { ServerState } from './observation.ts';

const states: readonly ServerState[] = ['joining', 'ready', 'unready', 'draining'];
const pools = ['primaries', 'secondaries'];
const aSample = '{ "value": number, "time": milliseconds since 1970 }';
/** More say no more than the first of them. */
const most = 20;

/**
 * A line for each thing that is wrong with the shape of an observation, with its place and what to write. Numbers that make no sense are not
 * among them: a sample that is not a number is a metric that cannot be read.
 */
export function observationErrors(value: unknown): readonly string[] {
  if (!isRecord(value)) return ['it is no object: write { "pools": { ... } }'];
  const { pools: observed, databases, operation } = value;
  if (!isRecord(observed))
    return ['pools is missing: write { "pools": { "secondaries": { "servers": [...] } } }'];
  const errors = Object.entries(observed).flatMap(([name, pool]) => poolErrors(name, pool));
  if (databases !== undefined && !(Array.isArray(databases) && databases.every(isDatabase)))
    errors.push('databases is wrong: write a list of { "name", "primaries", "secondaries" }');
  if (operation !== undefined && !isOperation(operation))
    errors.push('operation is wrong: write { "type": "...", "id": "..." }, or leave it out');
  return errors.slice(0, most);
}

function poolErrors(name: string, pool: unknown): readonly string[] {
  const place = `pools.${name}`;
  if (!pools.includes(name)) return [`${place} is no pool: there are ${pools.join(' and ')}`];
  if (pool === undefined) return [];
  if (!isRecord(pool) || !Array.isArray(pool['servers']))
    return [`${place}.servers is missing: write a list`];
  const { answers, samples } = pool;
  const servers: readonly unknown[] = pool['servers'];
  const errors = [...samplesErrors(`${place}.samples`, samples)];
  if (answers !== undefined && !isRecord(answers))
    errors.push(`${place}.answers is no object: write { "NAME": { "time": ..., "body": ... } }`);
  const names = new Map<unknown, number>();
  for (const [index, server] of servers.entries()) {
    const at = `${place}.servers[${index}]`;
    const found = serverErrors(at, server);
    errors.push(...found);
    if (found.length > 0 || !isRecord(server)) continue;
    const first = names.get(server['name']);
    if (first !== undefined)
      errors.push(`${at}.name is that of servers[${first}], too: write each server once`);
    names.set(server['name'], index);
  }
  return errors;
}

function serverErrors(place: string, server: unknown): readonly string[] {
  if (!isRecord(server)) return [`${place} is no object: write { "name": "...", "state": "ready" }`];
  const { name, state, zone, primaryOf, samples } = server;
  const errors: string[] = [];
  if (typeof name !== 'string') errors.push(`${place}.name is missing: write a text`);
  if (!states.some((one) => one === state))
    errors.push(`${place}.state is wrong: write one of ${states.join(', ')}`);
  if (zone !== undefined && typeof zone !== 'string')
    errors.push(`${place}.zone is no text: write its name, or leave it out`);
  if (primaryOf !== undefined && !Array.isArray(primaryOf))
    errors.push(`${place}.primaryOf is no list: write names of databases, or leave it out`);
  errors.push(...samplesErrors(`${place}.samples`, samples));
  return errors;
}

function samplesErrors(place: string, samples: unknown): readonly string[] {
  if (samples === undefined) return [];
  if (!isRecord(samples))
    return [`${place} is no object: write { "cpu": { "value": 1.5, "time": 1767225600000 } }`];
  if (Object.values(samples).every(isSample)) return [];
  return Object.entries(samples)
    .filter(([, sample]) => !isSample(sample))
    .map(([name]) => `${place}.${name} is wrong: write ${aSample}`);
}

function isSample(sample: unknown): boolean {
  return isRecord(sample) && typeof sample['value'] === 'number' && typeof sample['time'] === 'number';
}

function isDatabase(value: unknown): boolean {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['primaries'] === 'number';
}

function isOperation(value: unknown): boolean {
  return isRecord(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
