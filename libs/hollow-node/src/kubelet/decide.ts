// What a pod needs next: pure, from what is known about its containers.
import { type ContainerRun, isActive, isStarted, restartAt, restarts } from './run.ts';
import type { Pod, PodSpec } from './resources.ts';

export type Runs = ReadonlyMap<string, ContainerRun>;

/** Why a pod comes to its end on this node. */
export type Ending =
  /** Its containers are through, or its initialization has failed: only sidecars are left to stop. */
  | { readonly type: 'completed' }
  | { readonly type: 'deleted' }
  /** It is ended from outside, and has failed whatever its containers say. */
  | { readonly type: 'failed'; readonly reason: string; readonly message: string };

export interface Decision {
  /** Containers to make now, in this order. */
  readonly start: readonly string[];
  /** Containers that wait, with what to show for it. */
  readonly waits: ReadonlyMap<string, { readonly reason: string; readonly message: string }>;
  /** Wall-clock milliseconds when to decide again although nothing has happened; Infinity for never. */
  readonly wakeAtMs: number;
}

/** Why the pod must end now; undefined if it goes on. */
export function endingOf(pod: Pod, runs: Runs, startedAtMs: number, nowMs: number): Ending | undefined {
  const { metadata, spec } = pod;
  if (metadata.deletionTimestamp !== undefined) return { type: 'deleted' };
  if (nowMs >= deadlineOf(spec, startedAtMs)) {
    return {
      type: 'failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
  }
  const all = [...runs.values()];
  const isThrough = (run: ContainerRun): boolean =>
    run.state.type === 'exited' && !restarts(run, spec.restartPolicy, run.state.how.exitCode);
  const hasFailedToInitialize = all.some(
    (run) => run.role === 'init' && isThrough(run) && !hasSucceeded(run),
  );
  if (hasFailedToInitialize || all.every((run) => run.role !== 'main' || isThrough(run)))
    return { type: 'completed' };
  return undefined;
}

/** When the pod has to be over; wall-clock milliseconds, Infinity if it may take its time. */
export function deadlineOf({ activeDeadlineSeconds }: PodSpec, startedAtMs: number): number {
  return activeDeadlineSeconds === undefined ? Infinity : startedAtMs + activeDeadlineSeconds * 1000;
}

/** What to start. Init containers go one after the other, a sidecar counts when it has started; then come all others at once. */
export function decide(pod: Pod, runs: Runs, startedAtMs: number, nowMs: number): Decision {
  const start: string[] = [];
  const waits = new Map<string, { readonly reason: string; readonly message: string }>();
  let wakeAtMs = deadlineOf(pod.spec, startedAtMs);

  const attend = (run: ContainerRun): void => {
    const { name } = run.spec;
    if (isActive(run)) return;
    if (run.state.type === 'exited' && !restarts(run, pod.spec.restartPolicy, run.state.how.exitCode)) return;
    const due = Math.max(run.retryAtMs ?? -Infinity, restartAt(run));
    if (due <= nowMs) {
      start.push(name);
      return;
    }
    wakeAtMs = Math.min(wakeAtMs, due);
    const wait = waitOf(pod, run, nowMs);
    if (wait !== undefined) waits.set(name, wait);
    // A pull that has just failed shows for a moment as what it is.
    else if (run.pulls !== undefined) wakeAtMs = Math.min(wakeAtMs, run.pulls.sinceMs + 1000);
  };

  const isInitialized = hasBegun(runs);
  for (const run of runs.values()) {
    if (run.role === 'init' && (isInitialized || hasSucceeded(run))) continue;
    attend(run);
    if (!isInitialized && (run.role === 'init' || (run.role === 'sidecar' && !isStarted(run)))) break;
  }
  return { start, waits, wakeAtMs };
}

/** True if one of the main containers has been made: initialization is over. */
export function hasBegun(runs: Runs): boolean {
  return [...runs.values()].some(({ role, begun }) => role === 'main' && begun);
}

export function hasSucceeded({ state }: ContainerRun): boolean {
  return state.type === 'exited' && state.how.exitCode === 0;
}

function waitOf(
  pod: Pod,
  run: ContainerRun,
  nowMs: number,
): { readonly reason: string; readonly message: string } | undefined {
  const { spec, crashes, pulls, state } = run;
  if (pulls !== undefined) {
    const message = `Back-off pulling image ${JSON.stringify(spec.image)}: ErrImagePull: ${pulls.message}`;
    return nowMs < pulls.sinceMs + 1000 ? undefined : { reason: 'ImagePullBackOff', message };
  }
  if (state.type !== 'exited' || crashes === undefined) return run.waiting;
  return {
    reason: 'CrashLoopBackOff',
    message: `back-off ${duration(crashes.delayMs)} restarting failed container=${spec.name} pod=${formatPod(pod)}`,
  };
}

/** How a kubelet names a pod in its messages. */
export function formatPod({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid ?? ''})`;
}

/** As Go writes it: `10s`, `2m40s`. */
function duration(ms: number): string {
  const [minutes, seconds] = [Math.floor(ms / 60_000), Math.floor(ms / 1000) % 60];
  return minutes === 0 ? `${String(seconds)}s` : `${String(minutes)}m${String(seconds)}s`;
}
