// What to do next to the pods of a Job, and what its status says: pure.
import type { SimObject } from '../../api/object.ts';
import { timestamp } from '../../requests/system-fields.ts';
import { isReady, isTerminating } from '../pods.ts';
import { type Backoff, endedMs, nextBackoff, remainingMs } from './backoff.ts';
import { deadlineMs, endingOf } from './ending.ts';
import { judge } from './failure-policy.ts';
import { formatIndexes } from './indexes.ts';
import { podsToRemove } from './removal.ts';
import {
  annotatedNumber,
  condition,
  hasPhase,
  indexOf,
  isFailed,
  isTracked,
  type JobCondition,
  type JobStatus,
  specOf,
  statusOf,
  trueCondition,
} from './spec.ts';
import { failureCount, ignoredFailureCount, type Tally, tallyOf, uidOf } from './tally.ts';

/** A pod to be made. */
export interface NewPod {
  readonly index: number | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface JobPlan {
  readonly create: readonly NewPod[];
  readonly remove: readonly SimObject[];
  /** To be written before the finalizers go. */
  readonly status: JobStatus;
  /** Pods that are counted, whose finalizers go. */
  readonly release: readonly SimObject[];
  /** `Complete` or `Failed`, once all pods are counted and gone. */
  readonly ending: JobCondition | undefined;
  readonly backoff: Backoff;
  readonly againMs: number;
  /** What an Event says of the Job being suspended or resumed. */
  readonly turn: JobCondition | undefined;
}

export interface PlanInput {
  readonly job: SimObject;
  readonly pods: readonly SimObject[];
  readonly backoff: Backoff;
  readonly nowMs: number;
}

/** The next step of a Job that has not finished. */
export function planJob({ job, pods, backoff: earlier, nowMs }: PlanInput): JobPlan {
  const spec = specOf(job);
  const before = statusOf(job);
  const tally = tallyOf(job, pods);
  const backoff = nextBackoff(earlier, tally.newSucceeded, tally.newFailed);
  let ending = endingOf(job, pods, tally, nowMs);
  const work =
    ending !== undefined
      ? { create: [], remove: tally.active, againMs: Infinity }
      : isTerminating(job)
        ? { create: [], remove: [], againMs: Infinity }
        : pace(job, tally, backoff, nowMs);
  const active = tally.active.length + work.create.length - work.remove.length;
  let turn: JobCondition | undefined;
  if (ending === undefined) {
    const isComplete =
      active === 0 &&
      (spec.completions === undefined ? tally.succeeded > 0 : tally.succeeded >= spec.completions);
    if (isComplete) {
      const message = 'Reached expected number of succeeded pods';
      ending = condition('SuccessCriteriaMet', 'CompletionsReached', message, nowMs);
    } else if (!isTerminating(job)) turn = suspension(before, spec.suspend === true, nowMs);
  }
  const isSuccess = ending?.type === 'SuccessCriteriaMet';
  const delayed = delayedPods(job, tally);
  const release = pods.filter(
    (pod) =>
      isTracked(pod) &&
      (isTerminating(job) ||
        ending !== undefined ||
        hasPhase(pod, 'Succeeded') ||
        (isFailed(pod, spec) && delayed.get(indexOf(pod) ?? -1) !== pod)),
  );
  const ended = release.filter((pod) => tally.valid.includes(pod));
  const newlyFailed = ended.filter(
    (pod) =>
      !hasPhase(pod, 'Succeeded') &&
      (isFailed(pod, spec) || (ending !== undefined && !isSuccess)) &&
      judge(spec.podFailurePolicy, pod).counts,
  );
  const { succeeded, failed } = tally.uncounted;
  const isIndexed = spec.completionMode === 'Indexed';
  const newlySucceeded = isIndexed ? [] : ended.filter((pod) => hasPhase(pod, 'Succeeded'));
  const changed = [turn, ending?.type === 'Failed' ? undefined : ending].filter((each) => each !== undefined);
  const startTime =
    turn === undefined
      ? (before.startTime ?? (spec.suspend === true ? undefined : timestamp(nowMs)))
      : turn.status === 'True'
        ? undefined
        : timestamp(nowMs);
  const removedReady = work.remove.filter(isReady).length;
  return {
    ...work,
    release,
    ending: ending === undefined ? undefined : final(ending, nowMs),
    backoff,
    againMs: Math.min(work.againMs, ending === undefined ? deadlineMs(job, nowMs) - nowMs : Infinity),
    turn,
    status: statusText(before, {
      active,
      ready: tally.active.filter(isReady).length - removedReady,
      terminating: tally.terminating.length + work.remove.length,
      startTime,
      conditions: withConditions(before.conditions ?? [], changed),
      uncountedTerminatedPods: {
        ...listed('succeeded', [...new Set([...succeeded, ...newlySucceeded.map(uidOf)])]),
        ...listed('failed', [...new Set([...failed, ...newlyFailed.map(uidOf)])]),
      },
      ...(isIndexed
        ? {
            succeeded: tally.completedIndexes.size,
            completedIndexes: formatIndexes(tally.completedIndexes),
          }
        : {}),
      ...(tally.failedIndexes === undefined ? {} : { failedIndexes: formatIndexes(tally.failedIndexes) }),
    }),
  };
}

/** After the finalizers are gone: pods are in the numbers, and the Job may be over. */
export function settle(
  status: JobStatus,
  remaining: ReadonlySet<string>,
  ending: JobCondition | undefined,
  isIndexed: boolean,
): { readonly status: JobStatus; readonly isOver: boolean } {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const left = {
    ...listed(
      'succeeded',
      succeeded.filter((uid) => remaining.has(uid)),
    ),
    ...listed(
      'failed',
      failed.filter((uid) => remaining.has(uid)),
    ),
  };
  const counted = (uids: readonly string[]): number => uids.filter((uid) => !remaining.has(uid)).length;
  const isOver = ending !== undefined && Object.keys(left).length === 0 && status.terminating === 0;
  const next = statusText(status, {
    uncountedTerminatedPods: left,
    ...(isIndexed ? {} : { succeeded: (status.succeeded ?? 0) + counted(succeeded) }),
    failed: (status.failed ?? 0) + counted(failed),
    ...(isOver ? { conditions: withConditions(status.conditions ?? [], [ending]) } : {}),
    ...(isOver && ending.type === 'Complete' ? { completionTime: ending.lastTransitionTime } : {}),
  });
  return { status: next, isOver };
}

interface Work {
  readonly create: readonly NewPod[];
  readonly remove: readonly SimObject[];
  readonly againMs: number;
}

/** Pods to make or to remove, so that as many run as should. */
function pace(job: SimObject, tally: Tally, backoff: Backoff, nowMs: number): Work {
  const spec = specOf(job);
  const { active, succeeded, terminating } = tally;
  const idle = { create: [], remove: [], againMs: Infinity };
  if (spec.suspend === true) return { ...idle, remove: active };
  const open =
    spec.completions === undefined
      ? succeeded > 0
        ? active.length
        : spec.parallelism
      : Math.max(0, Math.min(spec.completions - succeeded, spec.parallelism));
  const remove = podsToRemove(spec, active, Math.max(0, active.length - open));
  if (remove.length > 0) return { ...idle, remove };
  const waiting = spec.podReplacementPolicy === 'Failed' ? terminating.length : 0;
  const count = open - waiting - active.length;
  if (count <= 0) return idle;
  if (spec.backoffLimitPerIndex === undefined) {
    const waitMs = remainingMs(backoff, nowMs);
    if (waitMs > 0) return { ...idle, againMs: waitMs };
  }
  if (spec.completionMode !== 'Indexed') {
    return { ...idle, create: Array.from({ length: count }, () => ({ index: undefined, annotations: {} })) };
  }
  const taken = [...active, ...(spec.podReplacementPolicy === 'Failed' ? terminating : [])].map(indexOf);
  const pending = Array.from({ length: spec.completions ?? 0 }, (_, index) => index)
    .filter((index) => !taken.includes(index) && !tally.completedIndexes.has(index))
    .filter((index) => tally.failedIndexes?.has(index) !== true)
    .slice(0, count);
  if (spec.backoffLimitPerIndex === undefined)
    return { ...idle, create: pending.map((index) => ({ index, annotations: {} })) };
  const delayed = delayedPods(job, tally);
  const waits = pending.map((index) => {
    const last = delayed.get(index);
    if (last === undefined) return 0;
    const failures = absoluteFailures(last) + 1;
    return remainingMs({ failures, lastFailureMs: endedMs(last) }, nowMs);
  });
  const due = pending.filter((_, at) => waits[at] === 0);
  if (due.length === 0) return { ...idle, againMs: Math.min(...waits) };
  return {
    ...idle,
    create: due.map((index) => ({ index, annotations: failureCounts(job, delayed.get(index)) })),
  };
}

/** Failed pods that stay until there is another for their index, which takes over their count of failures. */
function delayedPods(job: SimObject, tally: Tally): ReadonlyMap<number, SimObject> {
  const spec = specOf(job);
  const last = new Map<number, SimObject>();
  if (spec.backoffLimitPerIndex === undefined) return last;
  const activeIndexes = tally.active.map(indexOf);
  for (const pod of tally.valid) {
    const index = indexOf(pod) ?? -1;
    const isSettled = tally.completedIndexes.has(index) || tally.failedIndexes?.has(index) === true;
    if (!isFailed(pod, spec) || isSettled || activeIndexes.includes(index)) continue;
    const other = last.get(index);
    if (other === undefined || absoluteFailures(other) <= absoluteFailures(pod)) last.set(index, pod);
  }
  return last;
}

function absoluteFailures(pod: SimObject): number {
  return annotatedNumber(pod, failureCount) + annotatedNumber(pod, ignoredFailureCount);
}

function failureCounts(job: SimObject, replaced: SimObject | undefined): Readonly<Record<string, string>> {
  if (replaced === undefined) return { [failureCount]: '0' };
  const { counts } = judge(specOf(job).podFailurePolicy, replaced);
  const failures = annotatedNumber(replaced, failureCount) + (counts ? 1 : 0);
  const ignored = annotatedNumber(replaced, ignoredFailureCount) + (counts ? 0 : 1);
  return {
    [failureCount]: String(failures),
    ...(ignored > 0 ? { [ignoredFailureCount]: String(ignored) } : {}),
  };
}

/** The condition `Suspended`, if it changes. */
function suspension(status: JobStatus, suspended: boolean, nowMs: number): JobCondition | undefined {
  const is = trueCondition(status, 'Suspended') !== undefined;
  if (is === suspended) return undefined;
  return suspended
    ? condition('Suspended', 'JobSuspended', 'Job suspended', nowMs)
    : condition('Suspended', 'JobResumed', 'Job resumed', nowMs, 'False');
}

function final({ type, reason, message }: JobCondition, nowMs: number): JobCondition {
  return condition(type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed', reason, message, nowMs);
}

function withConditions(
  present: readonly JobCondition[],
  said: readonly JobCondition[],
): readonly JobCondition[] {
  const next = present.map((each) => {
    const other = said.find(({ type }) => type === each.type);
    return other === undefined || other.status === each.status ? each : other;
  });
  return [...next, ...said.filter(({ type }) => !present.some((each) => each.type === type))];
}

function listed(
  name: 'succeeded' | 'failed',
  uids: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  return uids.length === 0 ? {} : { [name]: uids };
}

/** The status with some fields changed; numbers that are 0 and empty texts are left out, where the server leaves them out. */
function statusText(
  before: JobStatus,
  changes: Readonly<Record<keyof JobStatus, unknown>> | object,
): JobStatus {
  const kept = ['ready', 'terminating', 'failedIndexes'];
  return Object.fromEntries(
    Object.entries({ ...before, ...changes }).filter(
      ([name, value]) =>
        value !== undefined &&
        (kept.includes(name) || (value !== 0 && value !== '')) &&
        !(name === 'conditions' && (value as readonly unknown[]).length === 0),
    ),
  );
}
