// Replays recorded passes of the original and says where this one decides otherwise.
import type { ScalingEvent } from '../history/types.ts';
import { fullMemory, type Memory } from './memory.ts';
import type { HpaMetric, MetricOutcome } from './metric.ts';
import { hpaPass, initialState, type PassOutcome } from './pass.ts';
import type { ExpectedMetric, HpaVector, VectorPass } from './vector-format.ts';

export { VectorFormatError } from './vector-fields.ts';
export { readVectors, type HpaVector } from './vector-format.ts';

/** One field in which a pass differs from what was recorded. */
export interface VectorDifference {
  /** From 0. */
  readonly step: number;
  /** Such as `metrics[0].proposal`. */
  readonly field: string;
  readonly expected: unknown;
  readonly got: unknown;
  /** True for what only explains: present values, words for people, the desired size in the status. */
  readonly explains: boolean;
}

/** Everything in which the passes differ, in order. Every step is given what the original saw, whatever was decided before. */
export function compareVector(vector: HpaVector, memory: Memory = fullMemory): readonly VectorDifference[] {
  const differences: VectorDifference[] = [];
  let state = initialState(vector.scaledToZero);
  vector.passes.forEach((pass, step) => {
    const { outcome, next } = hpaPass(pass.spec, vector.controller, state, pass.step, memory);
    for (const field of comparedFields(pass, outcome)) {
      if (!same(field.expected, field.got)) differences.push({ step, ...field });
    }
    state = next;
  });
  return differences;
}

/**
 * What a vector says of the algorithm. `remembers`: it differs, and for no other reason than that the original forgets parts of its history
 * while it still could need them.
 */
export type Verdict = 'agrees' | 'remembers' | 'differs';

/** Replays a vector and says whether the algorithm is the same. */
export function judgeVector(vector: HpaVector): {
  readonly verdict: Verdict;
  readonly differences: readonly VectorDifference[];
} {
  const differences = compareVector(vector);
  if (!differences.some(decides)) return { verdict: 'agrees', differences };
  const forgetful = compareVector(vector, slotMemory);
  return { verdict: forgetful.some(decides) ? 'differs' : 'remembers', differences };
}

export function decides(difference: VectorDifference): boolean {
  return !difference.explains;
}

/** A slot that is marked can be overwritten, for good. */
type Slot = ScalingEvent & { readonly outdated?: boolean };

/**
 * How the original keeps its history: a new entry takes the place of the last one that is out of date when it is made, judged by the longest
 * window or period of that moment and, for events, of their own direction.
 */
export const slotMemory: Memory = {
  recommendation: (kept, made, window) => {
    const slot = kept.findLastIndex(({ time }) => made.time - time > window);
    return slot < 0 ? [...kept, made] : kept.with(slot, made);
  },
  event: (kept, made, period) => {
    const sameDirection = ({ change }: ScalingEvent): boolean => change > 0 === made.change > 0;
    const slots = kept.map((event): Slot =>
      sameDirection(event) && made.time - event.time > period ? { ...event, outdated: true } : event,
    );
    const slot = slots.findLastIndex((event) => event.outdated === true && sameDirection(event));
    return slot < 0 ? [...slots, made] : slots.with(slot, made);
  },
};

type ComparedField = Omit<VectorDifference, 'step'>;

function comparedFields({ spec, expected }: VectorPass, outcome: PassOutcome): readonly ComparedField[] {
  const field = (name: string, wanted: unknown, got: unknown, explains = false): ComparedField => ({
    field: name,
    expected: wanted,
    got,
    explains,
  });
  const metrics = expected.metrics.flatMap((metric, index) =>
    comparedMetricFields(`metrics[${index}]`, metric, outcome.metrics[index], spec.metrics[index]),
  );
  return [
    field('desiredReplicas', expected.desiredReplicas, outcome.desiredReplicas),
    field('rescaled', expected.rescaled, outcome.rescaled),
    field('proposal', expected.proposal, outcome.proposal),
    field('metrics.length', expected.metrics.length, outcome.metrics.length),
    ...metrics,
    field('failed', expected.failed, outcome.failed),
    field('conditions', conditionsInWords(expected.conditions), conditionsInWords(outcome.conditions)),
    field('proposalMetric', expected.proposalMetric, outcome.proposalMetric, true),
    field('rescaleReason', expected.rescaleReason, outcome.rescaleReason, true),
    field('statusDesiredReplicas', expected.statusDesiredReplicas, outcome.statusDesiredReplicas, true),
  ];
}

function comparedMetricFields(
  at: string,
  expected: ExpectedMetric,
  got: MetricOutcome | undefined,
  metric: HpaMetric | undefined,
): readonly ComparedField[] {
  const isBytes = metric?.type === 'Resource' && metric.name === 'memory';
  const average = got?.averageValue;
  const averageValue = isBytes && average !== undefined ? Math.ceil(average / 1000) : average;
  return [
    { field: `${at}.proposal`, expected: expected.proposal, got: got?.proposal, explains: false },
    { field: `${at}.failed`, expected: expected.failed, got: got?.failed, explains: false },
    {
      field: `${at}.averageUtilization`,
      expected: expected.averageUtilization,
      got: got?.averageUtilization,
      explains: true,
    },
    { field: `${at}.averageValue`, expected: expected.averageValue, got: averageValue, explains: true },
    { field: `${at}.value`, expected: expected.value, got: got?.value, explains: true },
  ];
}

function conditionsInWords(
  conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[],
): string {
  return conditions
    .map(({ type, status, reason }) => `${type}=${status} ${reason}`)
    .sort()
    .join(', ');
}

function same(expected: unknown, got: unknown): boolean {
  return Object.is(expected, got);
}
