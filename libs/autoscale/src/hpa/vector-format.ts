// The format of recorded passes: one JSON object a line, with a spec, what the controller saw in each pass, and what it did. Times there
// are in seconds and memory is in bytes; here they are in milliseconds and thousandths, and every default is filled in.
import type { ScalingRules } from '../policy/types.ts';
import {
  child,
  dictionary,
  fail,
  flag,
  list,
  nullable,
  number,
  oneOf,
  optional,
  positive,
  seconds,
  size,
  text,
  VectorFormatError,
  whole,
  type Field,
} from './vector-fields.ts';
import type { HpaMetric, MetricOutcome, PassStep } from './metric.ts';
import type { HpaController, HpaSpec } from './pass.ts';
import type { ObservedPod } from './readiness.ts';

/** Recorded passes of the original, one after the other. */
export interface HpaVector {
  readonly id: string;
  readonly description: string | undefined;
  readonly controller: HpaController;
  readonly scaledToZero: boolean;
  readonly passes: readonly VectorPass[];
}

/** What the original was asked and saw in one pass, and what it did. */
export interface VectorPass {
  readonly spec: HpaSpec;
  readonly step: PassStep;
  readonly expected: ExpectedOutcome;
}

/** What the original did. Absent explanations are undefined. */
export interface ExpectedOutcome {
  readonly desiredReplicas: number;
  readonly rescaled: boolean;
  readonly rescaleReason: string | undefined;
  readonly proposal: number | undefined;
  readonly proposalMetric: number | undefined;
  readonly metrics: readonly ExpectedMetric[];
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  readonly statusDesiredReplicas: number | undefined;
  readonly failed: boolean;
}

/** What the original found of one metric. */
export type ExpectedMetric = Omit<MetricOutcome, 'failed'> & { readonly failed: string | undefined };

/**
 * Reads a file of vectors; empty lines are skipped.
 *
 * @throws VectorFormatError with file, line and field, at the first line that is not of the format.
 */
export function readVectors(content: string, file: string): readonly HpaVector[] {
  return content.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${file}:${index + 1}`;
    return [readVector({ value: parseLine(line, place), line: place, path: '' })];
  });
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new VectorFormatError(
      `${place}: not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
}

function readVector(vector: Field): HpaVector {
  const controller = readController(child(vector, 'controller'));
  const readSpec = (field: Field): HpaSpec => readHpa(field, controller);
  let spec = readSpec(child(vector, 'hpa'));
  const steps = list(child(vector, 'steps'), (field) => {
    spec = optional(child(field, 'hpa'), spec, readSpec);
    return { spec, step: readStep(field) };
  });
  const expectedField = child(vector, 'expected');
  const expected = list(expectedField, readExpected);
  const passes = steps.map(({ spec: current, step }, index) => {
    const outcome = expected[index];
    if (outcome === undefined || expected.length !== steps.length) {
      fail(
        { ...expectedField, value: expected.length },
        `must have one entry for each of ${steps.length} steps`,
      );
    }
    return { spec: current, step, expected: outcome };
  });
  return {
    id: text(child(vector, 'id')),
    description: optional(child(vector, 'description'), undefined, text),
    controller,
    scaledToZero: optional(child(vector, 'initial'), false, (initial) =>
      optional(child(initial, 'scaledToZero'), false, flag),
    ),
    passes,
  };
}

function readController(field: Field): HpaController {
  const flags = { ...field, value: field.value ?? {} };
  return {
    tolerance: optional(child(flags, 'tolerance'), 0.1, number),
    downscaleStabilization: optional(child(flags, 'downscaleStabilizationSeconds'), 300_000, seconds),
    cpuInitializationPeriod: optional(child(flags, 'cpuInitializationPeriodSeconds'), 300_000, seconds),
    initialReadinessDelay: optional(child(flags, 'initialReadinessDelaySeconds'), 30_000, seconds),
  };
}

function readHpa(field: Field, controller: HpaController): HpaSpec {
  return {
    minReplicas: optional(child(field, 'minReplicas'), 1, size),
    maxReplicas: positive(child(field, 'maxReplicas')),
    metrics: list(child(field, 'metrics'), readMetric),
    behavior: optional(child(field, 'behavior'), undefined, (behavior) => ({
      scaleUp: readRules(child(behavior, 'scaleUp'), {
        stabilizationWindow: 0,
        policies: [
          { type: 'Pods', value: 4, period: 15_000 },
          { type: 'Percent', value: 100, period: 15_000 },
        ],
        selectPolicy: 'Max',
        tolerance: controller.tolerance,
      }),
      scaleDown: readRules(child(behavior, 'scaleDown'), {
        stabilizationWindow: controller.downscaleStabilization,
        policies: [{ type: 'Percent', value: 100, period: 15_000 }],
        selectPolicy: 'Max',
        tolerance: controller.tolerance,
      }),
    })),
  };
}

function readRules(field: Field, defaults: ScalingRules): ScalingRules {
  const rules = { ...field, value: field.value ?? {} };
  return {
    stabilizationWindow: optional(
      child(rules, 'stabilizationWindowSeconds'),
      defaults.stabilizationWindow,
      seconds,
    ),
    policies: optional(child(rules, 'policies'), defaults.policies, (policies) =>
      list(policies, (policy) => ({
        type: oneOf(child(policy, 'type'), ['Pods', 'Percent']),
        value: positive(child(policy, 'value')),
        period: seconds(child(policy, 'periodSeconds')),
      })),
    ),
    selectPolicy: optional(child(rules, 'selectPolicy'), defaults.selectPolicy, (select) =>
      oneOf(select, ['Max', 'Min', 'Disabled']),
    ),
    tolerance: optional(child(rules, 'tolerance'), defaults.tolerance, number),
  };
}

function readMetric(field: Field): HpaMetric {
  const type = oneOf(child(field, 'type'), ['Resource', 'Pods', 'External']);
  const target = child(field, 'target');
  const targetType = child(target, 'type');
  const value = positive(child(target, 'value'));
  if (type === 'External') {
    const name = text(child(field, 'name'));
    return { type, name, target: { type: oneOf(targetType, ['AverageValue', 'Value']), value } };
  }
  if (type === 'Pods') {
    const name = text(child(field, 'name'));
    return { type, name, target: { type: oneOf(targetType, ['AverageValue']), value } };
  }
  const name = oneOf(child(field, 'name'), ['cpu', 'memory']);
  const resourceType = oneOf(targetType, ['Utilization', 'AverageValue']);
  const isBytes = name === 'memory' && resourceType === 'AverageValue';
  return { type, name, target: { type: resourceType, value: isBytes ? value * 1000 : value } };
}

function readStep(field: Field): PassStep {
  const time = seconds(child(field, 't'));
  return {
    time,
    specReplicas: size(child(field, 'specReplicas')),
    statusReplicas: size(child(field, 'statusReplicas')),
    pods: optional(child(field, 'pods'), [], (pods) => list(pods, (pod) => readPod(pod, time))),
    external: optional(child(field, 'external'), {}, (external) => dictionary(external, readExternal)),
    podMetricsError: optional(child(field, 'podMetricsError'), false, flag),
    scaleReadError: optional(child(field, 'scaleReadError'), false, flag),
    scaleWriteError: optional(child(field, 'scaleWriteError'), false, flag),
  };
}

/** An answer without series says nothing, and is not zero. */
function readExternal(field: Field): number | undefined {
  if (field.value === null) return undefined;
  if (!Array.isArray(field.value)) return whole(field);
  const series = list(field, whole);
  return series.length === 0 ? undefined : series.reduce((sum, value) => sum + value, 0);
}

function readPod(field: Field, time: number): ObservedPod {
  const startTime = optional(child(field, 'startTime'), -86_400_000, (start) =>
    nullable(start, undefined, seconds),
  );
  const bytes = (key: string): number | undefined =>
    optional(child(field, key), undefined, (value) => size(value) * 1000);
  return {
    phase: optional(child(field, 'phase'), 'Running', (phase) =>
      oneOf(phase, ['Pending', 'Running', 'Failed', 'Succeeded']),
    ),
    ready: optional(child(field, 'ready'), true, (ready) =>
      nullable(ready, undefined, () => oneOf(ready, [true, false, 'Unknown'])),
    ),
    startTime,
    readyChangedAt: optional(child(field, 'readyChangedAt'), startTime ?? -86_400_000, (changed) =>
      nullable(changed, startTime ?? -86_400_000, seconds),
    ),
    deleted: optional(child(field, 'deleted'), false, flag),
    unlisted: optional(child(field, 'unlisted'), false, flag),
    requests: {
      cpu: optional(child(field, 'cpuRequestMilli'), undefined, size),
      memory: bytes('memoryRequestBytes'),
    },
    usage: {
      cpu: optional(child(field, 'cpuUsageMilli'), undefined, size),
      memory: bytes('memoryUsageBytes'),
    },
    custom: optional(child(field, 'custom'), {}, (custom) =>
      dictionary(custom, (sample) => nullable(sample, undefined, whole)),
    ),
    sampleTime: optional(child(field, 'sampleTime'), time, seconds),
    sampleWindow: optional(child(field, 'sampleWindowSeconds'), 60_000, seconds),
  };
}

function readExpected(field: Field): ExpectedOutcome {
  const maybe = (key: string): number | undefined => optional(child(field, key), undefined, whole);
  return {
    desiredReplicas: whole(child(field, 'desiredReplicas')),
    rescaled: flag(child(field, 'rescaled')),
    rescaleReason: optional(child(field, 'rescaleReason'), undefined, text),
    proposal: nullable(child(field, 'proposal'), undefined, whole),
    proposalMetric: maybe('proposalMetric'),
    metrics: list(child(field, 'metrics'), readExpectedMetric),
    conditions: list(child(field, 'conditions'), (condition) => ({
      type: text(child(condition, 'type')),
      status: text(child(condition, 'status')),
      reason: text(child(condition, 'reason')),
    })),
    statusDesiredReplicas: maybe('statusDesiredReplicas'),
    failed: flag(child(field, 'failed')),
  };
}

function readExpectedMetric(field: Field): ExpectedMetric {
  const present = (key: 'averageUtilization' | 'averageValue' | 'value'): { readonly [key]?: number } =>
    optional(child(field, key), {}, (value) => ({ [key]: whole(value) }));
  return {
    proposal: nullable(child(field, 'proposal'), undefined, whole),
    failed: optional(child(field, 'failed'), undefined, text),
    ...present('averageUtilization'),
    ...present('averageValue'),
    ...present('value'),
  };
}
