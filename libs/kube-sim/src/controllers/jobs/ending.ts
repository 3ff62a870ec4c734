// Whether a Job is at its end, for better or worse, and why: pure. What comes first holds (KEP-3998, KEP-3850).
import type { SimObject } from '../../api/object.ts';
import { judge } from './failure-policy.ts';
import { parseIndexes } from './indexes.ts';
import { condition, hasPhase, isFailed, type JobCondition, specOf, statusOf, trueCondition } from './spec.ts';
import type { Tally } from './tally.ts';

/** The condition that says so: `SuccessCriteriaMet` and `FailureTarget` come before `Complete` and `Failed`. */
export function endingOf(
  job: SimObject,
  pods: readonly SimObject[],
  tally: Tally,
  nowMs: number,
): JobCondition | undefined {
  const status = statusOf(job);
  const met = trueCondition(status, 'SuccessCriteriaMet');
  if (met !== undefined) return met;
  const target = trueCondition(status, 'FailureTarget');
  if (target !== undefined) return condition('Failed', target.reason, target.message, nowMs);
  const failure = failureOf(job, pods, tally, nowMs);
  if (failure !== undefined) return condition('FailureTarget', ...failure, nowMs);
  const rule = fulfilledRule(job, tally);
  if (rule === undefined) return undefined;
  return condition('SuccessCriteriaMet', 'SuccessPolicy', `Matched rules at index ${rule}`, nowMs);
}

/** When the deadline of a Job is over; epoch milliseconds. */
export function deadlineMs(job: SimObject, nowMs: number): number {
  const { activeDeadlineSeconds, suspend } = specOf(job);
  if (activeDeadlineSeconds === undefined || suspend === true) return Infinity;
  const { startTime } = statusOf(job);
  return (startTime === undefined ? nowMs : Date.parse(startTime)) + activeDeadlineSeconds * 1000;
}

function failureOf(
  job: SimObject,
  pods: readonly SimObject[],
  { failed, failedIndexes, completedIndexes }: Tally,
  nowMs: number,
): readonly [reason: string, message: string] | undefined {
  const spec = specOf(job);
  for (const pod of pods.filter((each) => isFailed(each, spec))) {
    const { message } = judge(spec.podFailurePolicy, pod);
    if (message !== undefined) return ['PodFailurePolicy', message];
  }
  if (failed > spec.backoffLimit || hasRestartedTooOften(job, pods))
    return ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  if (nowMs >= deadlineMs(job, nowMs) && statusOf(job).startTime !== undefined)
    return ['DeadlineExceeded', 'Job was active longer than specified deadline'];
  if (failedIndexes === undefined || failedIndexes.size === 0) return undefined;
  if (failedIndexes.size > (spec.maxFailedIndexes ?? Infinity))
    return ['MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes'];
  return failedIndexes.size + completedIndexes.size >= (spec.completions ?? 0)
    ? ['FailedIndexes', 'Job has failed indexes']
    : undefined;
}

/** Containers that are restarted in their pods count as well. */
function hasRestartedTooOften(job: SimObject, pods: readonly SimObject[]): boolean {
  const { template, backoffLimit } = specOf(job);
  if (template.spec['restartPolicy'] !== 'OnFailure') return false;
  const restarts = pods
    .filter((pod) => hasPhase(pod, 'Running', 'Pending'))
    .flatMap(({ status }) => {
      const { initContainerStatuses = [], containerStatuses = [] } = (status ?? {}) as Containers;
      return [...initContainerStatuses, ...containerStatuses];
    })
    .reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

interface Containers {
  readonly initContainerStatuses?: readonly { readonly restartCount?: number }[];
  readonly containerStatuses?: readonly { readonly restartCount?: number }[];
}

/** The first rule of the success policy that has been fulfilled. */
function fulfilledRule(job: SimObject, { completedIndexes }: Tally): number | undefined {
  const { successPolicy, completions = 0 } = specOf(job);
  if (completedIndexes.size === 0) return undefined;
  const index = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return completedIndexes.size >= (succeededCount ?? Infinity);
    const wanted = [...parseIndexes(succeededIndexes, completions)];
    const reached = wanted.filter((each) => completedIndexes.has(each)).length;
    return wanted.length > 0 && (reached === wanted.length || reached >= (succeededCount ?? Infinity));
  });
  return index < 0 ? undefined : index;
}
