// Metrics of a pool.
import { at, type Fields, isAbsent, needs, type Place, readDuration, readFields, readList } from './read.ts';
import { readName, readNumber, readWord, show } from './read.ts';
import type { MetricPolicy, MetricType } from './types.ts';

const TYPES = ['cpu', 'memory', 'query_latency', 'connection_count', 'throughput', 'custom'] as const;
const FIELDS = ['type', 'name', 'target', 'targetType', 'weight', 'tolerance', 'maxAge', 'source'] as const;
const DEFAULT_MAX_AGE = 120_000;

/** Most metrics of one pool. */
const MOST = 20;

/** The least target that is not zero when it is written in thousandths, as the autoscaler's arithmetic does. */
const LEAST = 0.001;

interface TargetRule {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

const TARGETS: Readonly<Record<MetricType, TargetRule>> = {
  cpu: { unit: 'percent of the CPU request', min: 1, max: 1_000, isWhole: true },
  memory: { unit: 'percent', min: 1, max: 100, isWhole: false },
  query_latency: { unit: 'milliseconds', min: LEAST, max: 3_600_000, isWhole: false },
  connection_count: { unit: 'connections per server', min: LEAST, max: 1e9, isWhole: false },
  throughput: { unit: 'per second and server', min: LEAST, max: 1e9, isWhole: false },
  custom: { unit: "the metric's own unit", min: LEAST, max: 1e12, isWhole: false },
};

/** Reads the metrics of a pool; an absent list is an empty one. */
export function readMetrics(value: unknown, place: Place): readonly MetricPolicy[] {
  const metrics: MetricPolicy[] = [];
  const names = new Map<string, string>();
  for (const [index, entry] of (readList(value, place, MOST) ?? []).entries()) {
    const metric = readMetric(entry, at(place, index));
    if (metric === undefined) continue;
    const first = names.get(metric.name);
    if (first !== undefined)
      place.report(
        at(at(place, index), 'name').path,
        `is ${show(metric.name)} like that of ${first}; give each metric of a pool a name of its own`,
      );
    else names.set(metric.name, at(place, index).path);
    metrics.push(metric);
  }
  return metrics;
}

export function readWeight(value: unknown, place: Place): number {
  return readNumber(value, place, { min: 0, max: 1_000 }) ?? 1;
}

export function readTolerance(value: unknown, place: Place): number | undefined {
  return readNumber(value, place, { min: 0, max: 1, isBelowMax: true });
}

function readMetric(value: unknown, place: Place): MetricPolicy | undefined {
  if (isAbsent(value)) {
    place.report(place.path, 'is absent; write a metric with type and target, or remove the entry');
    return undefined;
  }
  const fields = readFields(value, place, FIELDS, {
    customQuery: 'write the query into source.prometheus.query or source.neo4j.cypherQuery',
  });
  needs(fields.type, at(place, 'type'), `write one of ${TYPES.join(', ')}`);
  const type = readWord(fields.type, at(place, 'type'), TYPES);
  const name = readName(fields.name, at(place, 'name')) ?? type;
  const weight = readWeight(fields.weight, at(place, 'weight'));
  const tolerance = readTolerance(fields.tolerance, at(place, 'tolerance'));
  const maxAge = readDuration(fields.maxAge, at(place, 'maxAge'), { min: 1_000, max: 3_600_000 });
  const targetType = readWord(fields.targetType, at(place, 'targetType'), ['AverageValue', 'Value']);
  readSource(fields.source, at(place, 'source'), type);
  if (type === undefined || name === undefined) return undefined;
  if (targetType !== undefined && type !== 'custom')
    place.report(at(place, 'targetType').path, `has no meaning for ${type}; remove it, or use type custom`);
  const target = readTarget(fields, place, type);
  if (target === undefined) return undefined;
  return {
    name,
    type,
    kind: kindOf(type, targetType),
    target,
    weight,
    tolerance,
    maxAge: maxAge ?? DEFAULT_MAX_AGE,
  };
}

function readTarget(fields: Fields<'target'>, place: Place, type: MetricType): number | undefined {
  const rule = TARGETS[type];
  const where = at(place, 'target');
  needs(fields.target, where, `write a number (${rule.unit})`);
  return readNumber(fields.target, where, rule);
}

function kindOf(type: MetricType, targetType: 'AverageValue' | 'Value' | undefined): MetricPolicy['kind'] {
  switch (type) {
    case 'cpu':
      return 'utilization';
    case 'query_latency':
      return 'latency';
    case 'custom':
      return targetType === 'Value' ? 'value' : 'average';
    case 'memory':
    case 'connection_count':
    case 'throughput':
      return 'average';
  }
}

/** Where the caller fetches samples: only its shape is looked at, and that container memory is not asked for, which says nothing. */
function readSource(value: unknown, place: Place, metric: MetricType | undefined): void {
  const source = readFields(value, place, ['type', 'prometheus', 'neo4j'], {
    jmxBean: 'use neo4j.metricName',
  });
  const type = readWord(source.type, at(place, 'type'), ['kubernetes', 'neo4j', 'prometheus']);
  readFields(source.prometheus, at(place, 'prometheus'), ['serverUrl', 'query', 'interval']);
  readFields(source.neo4j, at(place, 'neo4j'), ['metricName', 'cypherQuery'], {
    jmxBean: 'use metricName',
  });
  if (metric === 'memory' && type === 'kubernetes')
    place.report(
      at(place, 'type').path,
      "is kubernetes, and a container's memory says nothing, for it is allocated beforehand; write neo4j or prometheus",
    );
}
