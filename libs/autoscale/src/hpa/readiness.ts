// How a pod counts for a metric: groupPods of Kubernetes' ReplicaCalculator.
import type { PodState } from './types.ts';

/** A pod as the autoscaler sees it. Times are in milliseconds, quantities in thousandths: millicores, thousandths of a byte. */
export interface ObservedPod {
  readonly phase: 'Pending' | 'Running' | 'Failed' | 'Succeeded';
  /** Status of the Ready condition; undefined without one. */
  readonly ready: boolean | 'Unknown' | undefined;
  readonly startTime: number | undefined;
  readonly readyChangedAt: number;
  readonly deleted: boolean;
  /** The pod is gone and only its samples are left. */
  readonly unlisted: boolean;
  readonly requests: { readonly cpu: number | undefined; readonly memory: number | undefined };
  readonly usage: { readonly cpu: number | undefined; readonly memory: number | undefined };
  /** Samples of metrics of type `Pods`, by name. */
  readonly custom: Readonly<Record<string, number | undefined>>;
  /** End and length of the window of this pod's samples. */
  readonly sampleTime: number;
  readonly sampleWindow: number;
}

/** Flags of the controller for pods that have just started, in milliseconds. */
export interface ReadinessFlags {
  readonly cpuInitializationPeriod: number;
  readonly initialReadinessDelay: number;
}

/** The first rule that fits decides. Only for CPU does it matter whether a pod is ready: what it burns while it starts is no load. */
export function podState(
  pod: ObservedPod,
  usage: number | undefined,
  isCpu: boolean,
  now: number,
  flags: ReadinessFlags,
): PodState {
  if (pod.unlisted) return 'unlisted';
  if (pod.deleted || pod.phase === 'Failed') return 'ignored';
  if (pod.phase === 'Pending') return 'unready';
  if (usage === undefined) return 'missing';
  return isCpu && isUnready(pod, now, flags) ? 'unready' : 'ready';
}

function isUnready(pod: ObservedPod, now: number, flags: ReadinessFlags): boolean {
  const { ready, startTime, readyChangedAt } = pod;
  if (ready === undefined || startTime === undefined) return true;
  if (startTime + flags.cpuInitializationPeriod > now) {
    return ready === false || pod.sampleTime < readyChangedAt + pod.sampleWindow;
  }
  return ready === false && startTime + flags.initialReadinessDelay > readyChangedAt;
}
