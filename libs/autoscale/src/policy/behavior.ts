// How fast a pool may grow and shrink. The defaults are those of the Horizontal Pod Autoscaler (autoscaling/v2).
import { readTolerance } from './metrics.ts';
import { at, isAbsent, needs, type Place, readDuration, readFields, readList } from './read.ts';
import { readNumber, readWord } from './read.ts';
import type { PoolPolicy, ScalingRules } from './types.ts';

export type Behavior = Pick<
  PoolPolicy,
  'scaleUp' | 'scaleDown' | 'combine' | 'coolDownAfterScaleUp' | 'coolDownAfterScaleDown'
>;

type RatePolicy = ScalingRules['policies'][number];

const SECOND = 1_000;
/** Longest stabilisation window: one hour, as in autoscaling/v2. */
const LONGEST_WINDOW = 3_600 * SECOND;
/** Longest period of a rate policy: 30 minutes, as in autoscaling/v2. */
const LONGEST_PERIOD = 1_800 * SECOND;
const LONGEST_COOL_DOWN = 86_400 * SECOND;
const MOST_POLICIES = 10;

const UP: ScalingRules = {
  stabilizationWindow: 0,
  policies: [
    { type: 'Pods', value: 4, period: 15 * SECOND },
    { type: 'Percent', value: 100, period: 15 * SECOND },
  ],
  selectPolicy: 'Max',
  tolerance: 0.1,
};

const DOWN: ScalingRules = {
  stabilizationWindow: 300 * SECOND,
  policies: [{ type: 'Percent', value: 100, period: 15 * SECOND }],
  selectPolicy: 'Max',
  tolerance: 0.1,
};

export function readBehavior(value: unknown, place: Place): Behavior {
  const fields = readFields(value, place, ['scaleUp', 'scaleDown', 'combine', 'coordination']);
  const where = at(place, 'coordination');
  const coordination = readFields(
    fields.coordination,
    where,
    ['coolDownAfterScaleUp', 'coolDownAfterScaleDown'],
    {
      scalingDelay: 'write coolDownAfterScaleUp and coolDownAfterScaleDown',
      primaryPriority: 'remove it: one pool changes at a time, primaries first',
      secondaryPriority: 'remove it: one pool changes at a time, primaries first',
    },
  );
  const coolDown = { min: 0, max: LONGEST_COOL_DOWN };
  return {
    scaleUp: readRules(fields.scaleUp, at(place, 'scaleUp'), UP),
    scaleDown: readRules(fields.scaleDown, at(place, 'scaleDown'), DOWN),
    combine: readWord(fields.combine, at(place, 'combine'), ['max', 'weighted']) ?? 'max',
    coolDownAfterScaleUp:
      readDuration(coordination.coolDownAfterScaleUp, at(where, 'coolDownAfterScaleUp'), coolDown) ?? 0,
    coolDownAfterScaleDown:
      readDuration(coordination.coolDownAfterScaleDown, at(where, 'coolDownAfterScaleDown'), coolDown) ?? 0,
  };
}

function readRules(value: unknown, place: Place, defaults: ScalingRules): ScalingRules {
  const fields = readFields(value, place, ['stabilizationWindow', 'policies', 'selectPolicy', 'tolerance'], {
    stabilizationWindowSeconds: 'write stabilizationWindow, such as 300s',
  });
  const window = readDuration(fields.stabilizationWindow, at(place, 'stabilizationWindow'), {
    min: 0,
    max: LONGEST_WINDOW,
  });
  return {
    stabilizationWindow: window ?? defaults.stabilizationWindow,
    policies: readPolicies(fields.policies, at(place, 'policies')) ?? defaults.policies,
    selectPolicy:
      readWord(fields.selectPolicy, at(place, 'selectPolicy'), ['Max', 'Min', 'Disabled']) ??
      defaults.selectPolicy,
    tolerance: readTolerance(fields.tolerance, at(place, 'tolerance')) ?? defaults.tolerance,
  };
}

function readPolicies(value: unknown, place: Place): readonly RatePolicy[] | undefined {
  const entries = readList(value, place, MOST_POLICIES);
  if (entries?.length === 0)
    place.report(place.path, 'is empty; write a policy, remove the field, or write selectPolicy: Disabled');
  return entries?.flatMap((entry, index) => readPolicy(entry, at(place, index)) ?? []);
}

function readPolicy(value: unknown, place: Place): RatePolicy | undefined {
  if (isAbsent(value)) {
    place.report(place.path, 'is absent; write type, value and period, or remove the entry');
    return undefined;
  }
  const fields = readFields(value, place, ['type', 'value', 'period'], {
    periodSeconds: 'write period, such as 60s',
  });
  needs(fields.type, at(place, 'type'), 'write Pods or Percent');
  needs(fields.value, at(place, 'value'), 'write how many servers or percent a period may change');
  needs(fields.period, at(place, 'period'), 'write a duration of at most 30m');
  const type = readWord(fields.type, at(place, 'type'), ['Pods', 'Percent']);
  const change = readNumber(fields.value, at(place, 'value'), { min: 1, max: 100_000, isWhole: true });
  const period = readDuration(fields.period, at(place, 'period'), { min: SECOND, max: LONGEST_PERIOD });
  if (type === undefined || change === undefined || period === undefined) return undefined;
  return { type, value: change, period };
}
