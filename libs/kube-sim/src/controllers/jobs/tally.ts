// What has become of the pods of a Job so far: pure.
import type { SimObject } from '../../api/object.ts';
import { isTerminating } from '../pods.ts';
import { judge } from './failure-policy.ts';
import { parseIndexes } from './indexes.ts';
import {
  annotatedNumber,
  hasPhase,
  indexOf,
  isActive,
  isFailed,
  isTracked,
  type JobSpec,
  specOf,
  statusOf,
} from './spec.ts';

export const failureCount = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredFailureCount = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** Pods, and what they add up to together with those that are gone. */
export interface Tally {
  readonly active: readonly SimObject[];
  readonly terminating: readonly SimObject[];
  /** Those that are not counted yet and have a place in the Job. */
  readonly valid: readonly SimObject[];
  readonly newSucceeded: readonly SimObject[];
  readonly newFailed: readonly SimObject[];
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  readonly succeeded: number;
  readonly failed: number;
  /** Indexes that have succeeded; empty if there are none. */
  readonly completedIndexes: ReadonlySet<number>;
  /** Indexes that have failed for good, under a limit for each; undefined without one. */
  readonly failedIndexes: ReadonlySet<number> | undefined;
}

/** Counts. */
export function tallyOf(job: SimObject, pods: readonly SimObject[]): Tally {
  const spec = specOf(job);
  const status = statusOf(job);
  const { succeeded: counted = [], failed: countedFailed = [] } = status.uncountedTerminatedPods ?? {};
  const isIndexed = spec.completionMode === 'Indexed';
  const { completions = 0 } = spec;
  const valid = pods.filter((pod) => isTracked(pod) && (!isIndexed || hasIndex(pod, completions)));
  const newSucceeded = valid.filter((pod) => hasPhase(pod, 'Succeeded') && !counted.includes(uidOf(pod)));
  const newFailed = valid.filter((pod) => isFailed(pod, spec) && !countedFailed.includes(uidOf(pod)));
  const completedIndexes = isIndexed
    ? new Set([
        ...parseIndexes(status.completedIndexes, completions),
        ...valid.filter((pod) => hasPhase(pod, 'Succeeded')).map((pod) => indexOf(pod) ?? 0),
      ])
    : new Set<number>();
  const failedIndexes =
    isIndexed && spec.backoffLimitPerIndex !== undefined
      ? new Set([
          ...parseIndexes(status.failedIndexes, completions),
          ...valid.filter((pod) => failsIndex(pod, spec)).map((pod) => indexOf(pod) ?? 0),
        ])
      : undefined;
  return {
    active: pods.filter(isActive),
    terminating: pods.filter((pod) => isTerminating(pod) && !hasPhase(pod, 'Succeeded', 'Failed')),
    valid,
    newSucceeded,
    newFailed,
    uncounted: { succeeded: counted, failed: countedFailed },
    succeeded: isIndexed
      ? completedIndexes.size
      : (status.succeeded ?? 0) + newSucceeded.length + counted.length,
    failed:
      (status.failed ?? 0) +
      newFailed.filter((pod) => judge(spec.podFailurePolicy, pod).counts).length +
      countedFailed.length,
    completedIndexes,
    failedIndexes,
  };
}

export function uidOf({ metadata: { uid = '' } }: SimObject): string {
  return uid;
}

function hasIndex(pod: SimObject, completions: number): boolean {
  const index = indexOf(pod);
  return index !== undefined && index < completions;
}

function failsIndex(pod: SimObject, spec: JobSpec): boolean {
  if (!isFailed(pod, spec)) return false;
  const { action, counts } = judge(spec.podFailurePolicy, pod);
  if (action === 'FailIndex') return true;
  return counts && annotatedNumber(pod, failureCount) >= (spec.backoffLimitPerIndex ?? 0);
}
