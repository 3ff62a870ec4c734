// From what a user wrote to what the engine reads.
import { type Advanced, readAdvanced } from './advanced.ts';
import { type Behavior, readBehavior } from './behavior.ts';
import { readFallback, readSchedule } from './fallback.ts';
import { type Pool, readPrimaries, readSecondaries } from './pools.ts';
import { at, type Place, readBoolean, readDuration, readFields, readWord, show } from './read.ts';
import type { Fallback, Pause, Policy, PolicyFieldError, PoolPolicy, ScheduleEntry } from './types.ts';

/** A policy that can be used, or every field that is wrong. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly errors: readonly PolicyFieldError[] };

const FIELDS = [
  'enabled',
  'primaries',
  'secondaries',
  'behavior',
  'advanced',
  'fallback',
  'schedule',
  'pause',
  'interval',
] as const;

const SECOND = 1_000;
/** More than this says no more than the first of them. */
const MOST_ERRORS = 100;

/**
 * Checks a policy and fills in every default, once; the result is frozen through and through.
 *
 * The input is a value as JSON or YAML gives it: the block `spec.autoScaling` of a cluster, see {@link PolicySpec}. Fields that say where
 * numbers are fetched (`source`, `webhook`, `healthCheck`) are the caller's, and only their shape is looked at. A pool that is absent or off is
 * absent in the result. Nothing is thrown: each error names its field and what to write instead.
 */
export function parsePolicy(input: unknown): ParsedPolicy {
  try {
    return parse(input);
  } catch {
    // Code of the input's own, such as a getter, has thrown.
    const message = 'cannot be read; give a value as JSON or YAML gives it';
    return { ok: false, errors: [{ field: '', message }] };
  }
}

function parse(input: unknown): ParsedPolicy {
  const errors: PolicyFieldError[] = [];
  const root: Place = { path: '', report: (field, message) => errors.push({ field, message }) };
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return {
      ok: false,
      errors: [
        { field: '', message: `is ${show(input)}; write a block with the fields ${FIELDS.join(', ')}` },
      ],
    };
  const fields = readFields(input, root, FIELDS);
  const enabled = readBoolean(fields.enabled, at(root, 'enabled')) ?? true;
  const primaries = readPrimaries(fields.primaries, at(root, 'primaries'));
  const secondaries = readSecondaries(fields.secondaries, at(root, 'secondaries'));
  const shared: Shared = {
    behavior: readBehavior(fields.behavior, at(root, 'behavior')),
    advanced: readAdvanced(fields.advanced, at(root, 'advanced')),
    fallback: readFallback(fields.fallback, at(root, 'fallback')),
    schedule: readSchedule(fields.schedule, at(root, 'schedule')),
    pause: readWord(fields.pause, at(root, 'pause'), ['none', 'scaleUp', 'scaleDown', 'all']) ?? 'none',
  };
  const interval = readDuration(fields.interval, at(root, 'interval'), { min: SECOND, max: 3_600 * SECOND });
  const written = { primaries, secondaries, shared, isEnabled: enabled };
  if (errors.length === 0) checkPools(written, root);
  if (errors.length > 0) return { ok: false, errors: errors.slice(0, MOST_ERRORS) };
  const pools = {
    ...(primaries?.isEnabled === true && { primaries: primariesPolicy(primaries, shared) }),
    ...(secondaries?.isEnabled === true && { secondaries: secondariesPolicy(secondaries, shared) }),
  };
  return { ok: true, policy: deepFreeze({ enabled, pools, interval: interval ?? 15 * SECOND }) };
}

/** What stands in the policy once and holds for both pools. */
interface Shared {
  readonly behavior: Behavior;
  readonly advanced: Advanced;
  readonly fallback: Fallback;
  readonly schedule: readonly ScheduleEntry[];
  readonly pause: Pause;
}

interface Written {
  readonly isEnabled: boolean;
  readonly primaries: Pool | undefined;
  readonly secondaries: Pool | undefined;
  readonly shared: Shared;
}

/** Voters are neither added nor removed while nothing is known: the fallback's number is for secondaries, as is the schedule. */
function primariesPolicy(pool: Pool, shared: Shared): PoolPolicy {
  const fallback: Fallback = {
    after: shared.fallback.after,
    replicas: undefined,
    behavior: 'currentReplicas',
  };
  return poolPolicy(pool, { ...shared, fallback, schedule: [] });
}

function secondariesPolicy(pool: Pool, shared: Shared): PoolPolicy {
  return poolPolicy(pool, shared);
}

function poolPolicy(pool: Pool, { behavior, advanced, fallback, schedule, pause }: Shared): PoolPolicy {
  const { minReplicas, maxReplicas, step, metrics, zones, quorum } = pool;
  const own = { minReplicas, maxReplicas, step, metrics, zones, quorum };
  return { ...own, ...behavior, ...advanced, fallback, schedule, pause };
}

/** What only shows when the fields are seen together. */
function checkPools(written: Written, root: Place): void {
  const { primaries, secondaries, shared, isEnabled } = written;
  const isOn = { primaries: primaries?.isEnabled === true, secondaries: secondaries?.isEnabled === true };
  if (isEnabled && !isOn.primaries && !isOn.secondaries)
    root.report(
      'enabled',
      'is true and no pool is on; write a block secondaries, or primaries with enabled: true, or enabled: false',
    );
  if (isOn.primaries && primaries !== undefined) checkMetrics(primaries, shared, at(root, 'primaries'));
  if (isOn.secondaries && secondaries !== undefined)
    checkMetrics(secondaries, shared, at(root, 'secondaries'));
  if (secondaries !== undefined) checkSecondaries(secondaries, shared, root);
  if (!isEnabled || isOn.secondaries) return;
  if (shared.schedule.length > 0)
    root.report('schedule', 'is for secondaries, which are off; remove it, or write a block secondaries');
  if (shared.fallback.behavior !== 'currentReplicas')
    root.report(
      'fallback.behavior',
      `is ${shared.fallback.behavior}, which is for secondaries only: primaries keep their number; write currentReplicas`,
    );
}

function checkMetrics(pool: Pool, { behavior, advanced }: Shared, place: Place): void {
  const signals = [...pool.metrics, ...advanced.algorithms];
  if (signals.length === 0)
    place.report(
      at(place, 'metrics').path,
      'is empty and there is no custom algorithm; write a metric such as type: cpu with target: 60, or enabled: false',
    );
  else if (behavior.combine === 'weighted' && signals.every(({ weight }) => weight === 0))
    place.report(
      at(place, 'metrics').path,
      'have only weights of 0, and behavior.combine is weighted; give one a weight above 0, or write combine: max',
    );
  for (const [index, { name }] of pool.metrics.entries())
    if (advanced.algorithms.some((algorithm) => algorithm.name === name))
      place.report(
        at(at(at(place, 'metrics'), index), 'name').path,
        `is ${name} like that of an algorithm; give one of them another name`,
      );
}

function checkSecondaries(
  { minReplicas, maxReplicas }: Pool,
  { schedule, fallback }: Shared,
  root: Place,
): void {
  const { replicas } = fallback;
  if (replicas !== undefined && (replicas < minReplicas || replicas > maxReplicas))
    root.report(
      'fallback.replicas',
      `is ${replicas}; write a number within the limits of secondaries, ${minReplicas} to ${maxReplicas}`,
    );
  for (const [index, entry] of schedule.entries())
    if (entry.minReplicas > maxReplicas)
      root.report(
        at(at(at(root, 'schedule'), index), 'minReplicas').path,
        `is ${entry.minReplicas}, above secondaries.maxReplicas ${maxReplicas}; lower it or raise maxReplicas`,
      );
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
