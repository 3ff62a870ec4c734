// The two pools: limits, metrics, and what only one of them has.
import { readMetrics } from './metrics.ts';
import { at, isAbsent, needs, type Place, readBoolean, readFields, readList } from './read.ts';
import { readNumber, readText } from './read.ts';
import type { MetricPolicy, PoolPolicy } from './types.ts';

/** What is read of a pool's own block. */
export interface Pool extends Pick<PoolPolicy, 'minReplicas' | 'maxReplicas' | 'step' | 'zones' | 'quorum'> {
  readonly isEnabled: boolean;
  readonly metrics: readonly MetricPolicy[];
}

const POOL_FIELDS = ['enabled', 'minReplicas', 'maxReplicas', 'metrics'] as const;
/** More servers than this are never asked for. */
export const MOST_REPLICAS = 1_000;
/** Neo4j allows a database at most 11 primaries (manual, "CREATE DATABASE", TOPOLOGY). */
const MOST_PRIMARIES = 11;
const MOST_ZONES = 50;

/** Primaries are off unless `enabled: true`: more of them cost latency of writes. An absent block reads as undefined. */
export function readPrimaries(value: unknown, place: Place): Pool | undefined {
  if (isAbsent(value)) return undefined;
  const fields = readFields(value, place, [...POOL_FIELDS, 'allowQuorumBreak', 'quorumProtection'], {
    zoneAware: 'only secondaries have it',
  });
  if (readBoolean(fields.allowQuorumBreak, at(place, 'allowQuorumBreak')) === true)
    place.report(
      at(place, 'allowQuorumBreak').path,
      'is true, and nothing may break a quorum; remove it, and raise minReplicas if more failures are to be survived',
    );
  const limits = readLimits(fields, place, { isOdd: true, min: 1, max: MOST_PRIMARIES, defaultMin: 3 });
  if (limits.minReplicas === 1 && limits.maxReplicas > 1)
    place.report(
      at(place, 'minReplicas').path,
      'is 1 below a maxReplicas of several, and a cluster cannot go from several primaries to one or back; write 3',
    );
  return {
    isEnabled: readBoolean(fields.enabled, at(place, 'enabled')) ?? false,
    ...limits,
    step: 2,
    metrics: readMetrics(fields.metrics, at(place, 'metrics')),
    zones: undefined,
    quorum: readQuorum(fields.quorumProtection, at(place, 'quorumProtection'), limits.minReplicas),
  };
}

/** Secondaries are on as soon as their block is there, unless `enabled: false`. */
export function readSecondaries(value: unknown, place: Place): Pool | undefined {
  if (isAbsent(value)) return undefined;
  const fields = readFields(value, place, [...POOL_FIELDS, 'zoneAware'], {
    quorumProtection: 'only primaries have it',
    allowQuorumBreak: 'secondaries have no quorum; remove it',
  });
  return {
    isEnabled: readBoolean(fields.enabled, at(place, 'enabled')) ?? true,
    ...readLimits(fields, place, { isOdd: false, min: 0, max: MOST_REPLICAS, defaultMin: 1 }),
    step: 1,
    metrics: readMetrics(fields.metrics, at(place, 'metrics')),
    zones: readZones(fields.zoneAware, at(place, 'zoneAware')),
    quorum: undefined,
  };
}

interface LimitRule {
  readonly isOdd: boolean;
  readonly min: number;
  readonly max: number;
  readonly defaultMin: number;
}

function readLimits(
  fields: { readonly minReplicas: unknown; readonly maxReplicas: unknown },
  place: Place,
  rule: LimitRule,
): Pick<PoolPolicy, 'minReplicas' | 'maxReplicas'> {
  const range = { min: rule.min, max: rule.max, isWhole: true };
  needs(fields.maxReplicas, at(place, 'maxReplicas'), 'write the most servers that this pool may have');
  const max = readNumber(fields.maxReplicas, at(place, 'maxReplicas'), { ...range, min: 1 });
  const min = readNumber(fields.minReplicas, at(place, 'minReplicas'), range);
  const minReplicas = min ?? Math.min(rule.defaultMin, max ?? rule.defaultMin);
  const maxReplicas = max ?? Math.max(rule.max, minReplicas);
  if (minReplicas > maxReplicas)
    place.report(
      at(place, 'minReplicas').path,
      `is ${minReplicas}, above maxReplicas ${maxReplicas}; lower it or raise maxReplicas`,
    );
  for (const [name, replicas] of [
    ['minReplicas', min],
    ['maxReplicas', max],
  ] as const)
    if (rule.isOdd && replicas !== undefined && replicas % 2 === 0)
      place.report(
        at(place, name).path,
        `is ${replicas}; write an odd number such as ${replicas + 1 > rule.max ? replicas - 1 : replicas + 1}, for an even number of primaries survives no more failures than one less`,
      );
  return { minReplicas, maxReplicas };
}

function readQuorum(value: unknown, place: Place, minReplicas: number): PoolPolicy['quorum'] {
  const fields = readFields(value, place, ['enabled', 'minHealthyPrimaries', 'healthCheck']);
  readFields(fields.healthCheck, at(place, 'healthCheck'), ['interval', 'timeout', 'failureThreshold']);
  const where = at(place, 'minHealthyPrimaries');
  const healthy = readNumber(fields.minHealthyPrimaries, where, {
    min: 1,
    max: MOST_PRIMARIES,
    isWhole: true,
  });
  if (healthy !== undefined && healthy > minReplicas)
    place.report(
      where.path,
      `is ${healthy}, above minReplicas ${minReplicas}; lower it or raise primaries.minReplicas`,
    );
  return {
    enabled: readBoolean(fields.enabled, at(place, 'enabled')) ?? true,
    minHealthyPrimaries: healthy ?? Math.floor(minReplicas / 2) + 1,
  };
}

/** On as soon as the block is there, unless `enabled: false`. */
function readZones(value: unknown, place: Place): PoolPolicy['zones'] {
  if (isAbsent(value)) return undefined;
  const fields = readFields(value, place, ['enabled', 'minReplicasPerZone', 'maxZoneSkew', 'zonePreference']);
  const where = at(place, 'zonePreference');
  const names = (readList(fields.zonePreference, where, MOST_ZONES) ?? []).map((zone, index) => {
    needs(zone, at(where, index), 'write the name of a zone');
    return readText(zone, at(where, index), 253);
  });
  for (const [index, name] of names.entries())
    if (name !== undefined && names.indexOf(name) < index)
      place.report(at(where, index).path, `is ${name} again; name a zone once`);
  const perZone = { min: 0, max: MOST_REPLICAS, isWhole: true };
  const zones = {
    minReplicasPerZone: readNumber(fields.minReplicasPerZone, at(place, 'minReplicasPerZone'), perZone) ?? 1,
    maxZoneSkew: readNumber(fields.maxZoneSkew, at(place, 'maxZoneSkew'), { ...perZone, min: 1 }) ?? 2,
    zonePreference: names.filter((name) => name !== undefined),
  };
  return readBoolean(fields.enabled, at(place, 'enabled')) === false ? undefined : zones;
}
