// What a Job says, with what the server fills in, and what its pods say.
import type { Metadata, SimObject } from '../../api/object.ts';
import { timestamp } from '../../requests/system-fields.ts';
import { isTerminating, podStatus } from '../pods.ts';
import type { FailurePolicy } from './failure-policy.ts';

export const jobType = { group: 'batch', plural: 'jobs' };
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

export interface JobSpec {
  readonly parallelism: number;
  readonly completions?: number;
  readonly completionMode: 'NonIndexed' | 'Indexed';
  readonly backoffLimit: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly suspend?: boolean;
  readonly managedBy?: string;
  readonly podReplacementPolicy?: 'Failed' | 'TerminatingOrFailed';
  readonly podFailurePolicy?: FailurePolicy;
  readonly successPolicy?: {
    readonly rules: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[];
  };
  readonly template: {
    readonly metadata?: Partial<Metadata>;
    readonly spec: Readonly<Record<string, unknown>>;
  };
}

export interface JobCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly lastProbeTime: string;
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

export interface JobStatus {
  readonly active?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly JobCondition[];
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  /** Pods that have ended, are not in the numbers yet, and keep their finalizer until they are. */
  readonly uncountedTerminatedPods?: {
    readonly succeeded?: readonly string[];
    readonly failed?: readonly string[];
  };
}

export function specOf(job: SimObject): JobSpec {
  return job['spec'] as JobSpec;
}

export function statusOf(job: SimObject): JobStatus {
  return job['status'] ?? {};
}

export function condition(
  type: string,
  reason: string,
  message: string,
  nowMs: number,
  status: 'True' | 'False' = 'True',
): JobCondition {
  const now = timestamp(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/** The condition of this type, if it is true. */
export function trueCondition({ conditions = [] }: JobStatus, type: string): JobCondition | undefined {
  return conditions.find((each) => each.type === type && each.status === 'True');
}

/** `Complete` or `Failed`, once it is. */
export function finished(job: SimObject): JobCondition | undefined {
  return trueCondition(statusOf(job), 'Complete') ?? trueCondition(statusOf(job), 'Failed');
}

export function isTracked({ metadata }: SimObject): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) === true;
}

export function hasPhase(pod: SimObject, ...phases: readonly string[]): boolean {
  return phases.includes(podStatus(pod).phase ?? '');
}

export function isActive(pod: SimObject): boolean {
  return !hasPhase(pod, 'Succeeded', 'Failed') && !isTerminating(pod);
}

/** Whether it counts as failed: one that is to be deleted will not have the chance to succeed, unless the Job waits for it. */
export function isFailed(pod: SimObject, { podReplacementPolicy }: JobSpec): boolean {
  if (hasPhase(pod, 'Failed')) return true;
  return podReplacementPolicy !== 'Failed' && isTerminating(pod) && !hasPhase(pod, 'Succeeded');
}

/** The index of a pod of an indexed Job; undefined if it has none. */
export function indexOf({ metadata }: SimObject): number | undefined {
  const text = metadata.annotations?.[indexAnnotation] ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A number that an annotation of a pod holds. */
export function annotatedNumber({ metadata }: SimObject, name: string): number {
  return Number(metadata.annotations?.[name] ?? 0);
}
