// How long a Job waits until it makes a pod again.
import type { SimObject } from '../../api/object.ts';
import { podStatus } from '../pods.ts';

const firstMs = 10_000;
const longestMs = 600_000;

/** Failures since the last success. */
export interface Backoff {
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly lastFailureMs: number;
}

export const noFailures: Backoff = { failures: 0, lastFailureMs: 0 };

/** Takes what has ended since into account. */
export function nextBackoff(
  before: Backoff,
  succeeded: readonly SimObject[],
  failed: readonly SimObject[],
): Backoff {
  if (succeeded.length === 0 && failed.length === 0) return before;
  const lastSuccessMs = Math.max(...succeeded.map(endedMs));
  const later = failed.map(endedMs).filter((ms) => ms > lastSuccessMs);
  const earlier = succeeded.length === 0 ? before.failures : 0;
  return { failures: earlier + later.length, lastFailureMs: Math.max(0, ...later) };
}

/** Milliseconds that are left. */
export function remainingMs({ failures, lastFailureMs }: Backoff, nowMs: number): number {
  if (failures === 0) return 0;
  const delayMs = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return Math.max(0, delayMs - (nowMs - lastFailureMs));
}

/** When a pod came to its end, as well as can be told; epoch milliseconds. */
export function endedMs(pod: SimObject): number {
  const { containerStatuses = [] } = (pod['status'] ?? {}) as {
    readonly containerStatuses?: readonly {
      readonly state?: { readonly terminated?: { readonly finishedAt?: string } };
    }[];
  };
  const ends = containerStatuses.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  if (ends.length > 0 && !ends.some(Number.isNaN)) return Math.max(...ends);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp = '' } = pod.metadata;
  const unready = podStatus(pod).conditions?.find(
    ({ type, status }) => type === 'Ready' && status === 'False',
  );
  if (unready?.lastTransitionTime !== undefined) return Date.parse(unready.lastTransitionTime);
  if (deletionTimestamp !== undefined)
    return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return Date.parse(creationTimestamp);
}
