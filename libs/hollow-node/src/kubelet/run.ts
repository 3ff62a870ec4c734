// What is known about one container of a pod: an immutable record and the ways it can change.
import type { Container, ContainerStatus, PodSpec, RestartRule, Terminated } from './resources.ts';

/** How a container takes part in its pod's life. */
export type Role = 'init' | 'sidecar' | 'main';

export interface ContainerRun {
  readonly spec: Container;
  readonly role: Role;
  readonly state:
    | { readonly type: 'none' }
    /** It is being made: what it refers to is read, its program started, its postStart hook runs. */
    | { readonly type: 'starting' }
    | { readonly type: 'running'; readonly startedAtMs: number }
    | { readonly type: 'exited'; readonly how: Exited };
  /** How often it has been made, in the whole life of the pod. */
  readonly runs: number;
  /** Whether it has been made since the node is up: after that the containers before it need not run again. */
  readonly begun: boolean;
  /** How the run before the present one ended. */
  readonly last: Exited | undefined;
  /** Why it is not made, or not again. */
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
  /** Not before this time is it tried again after it could not be made; wall-clock milliseconds. */
  readonly retryAtMs: number | undefined;
  readonly crashes: BackOff | undefined;
  readonly pulls: (BackOff & { readonly message: string }) | undefined;
  /** What the probes say; of one that is not there, that all is well. */
  readonly startupOk: boolean;
  readonly readinessOk: boolean;
  readonly id: string | undefined;
}

/** How a run ended. Times are wall-clock milliseconds. */
export interface Exited {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly id: string;
}

/** Ever longer waits. */
export interface BackOff {
  readonly delayMs: number;
  readonly sinceMs: number;
}

const shortestMs = 10_000;
const longestMs = 300_000;

/** The next wait: twice as long as the one before, but short again when that is ten minutes ago. */
export function longer(before: BackOff | undefined, nowMs: number): BackOff {
  const isFresh = before === undefined || nowMs - before.sinceMs > 2 * longestMs;
  return { delayMs: isFresh ? shortestMs : Math.min(2 * before.delayMs, longestMs), sinceMs: nowMs };
}

/** When a container that has crashed may start again. The first time that is at once. */
export function restartAt({ crashes, state }: ContainerRun): number {
  if (state.type !== 'exited' || crashes === undefined) return -Infinity;
  const { finishedAtMs } = state.how;
  return finishedAtMs - crashes.sinceMs > 2 * longestMs ? -Infinity : finishedAtMs + crashes.delayMs;
}

/** The containers of a pod in the order of their start, as they are before anything has happened. */
export function initialRuns(spec: PodSpec): ReadonlyMap<string, ContainerRun> {
  const init = (spec.initContainers ?? []).map((each) =>
    unbegun(each, each.restartPolicy === 'Always' ? 'sidecar' : 'init'),
  );
  const main = spec.containers.map((each) => unbegun(each, 'main'));
  return new Map([...init, ...main].map((each) => [each.spec.name, each]));
}

function unbegun(spec: Container, role: Role): ContainerRun {
  return {
    spec,
    role,
    state: { type: 'none' },
    runs: 0,
    begun: false,
    last: undefined,
    waiting: undefined,
    retryAtMs: undefined,
    crashes: undefined,
    pulls: undefined,
    startupOk: false,
    readinessOk: false,
    id: undefined,
  };
}

/** It is being made now. */
export function starting(run: ContainerRun, nowMs: number): ContainerRun {
  const isAgain = run.state.type === 'exited';
  return {
    ...run,
    state: { type: 'starting' },
    last: run.state.type === 'exited' ? run.state.how : run.last,
    crashes: isAgain ? longer(run.crashes, nowMs) : run.crashes,
    retryAtMs: undefined,
  };
}

/** It could not be made. What was known of its last run still holds. */
export function refused(
  run: ContainerRun,
  waiting: NonNullable<ContainerRun['waiting']>,
  retryAtMs: number,
): ContainerRun {
  return { ...run, state: { type: 'none' }, waiting, retryAtMs };
}

/** Its image cannot be pulled. */
export function notPulled(run: ContainerRun, message: string, nowMs: number): ContainerRun {
  const pulls = { ...longer(run.pulls, nowMs), message };
  return {
    ...refused(run, { reason: 'ErrImagePull', message }, nowMs + pulls.delayMs),
    pulls,
  };
}

/** Its program has been started; it counts as running when its postStart hook is through. */
export function made(run: ContainerRun, id: string): ContainerRun {
  return { ...run, runs: run.runs + 1, begun: true, pulls: undefined, id };
}

export function running(run: ContainerRun, startedAtMs: number): ContainerRun {
  return {
    ...run,
    state: { type: 'running', startedAtMs },
    waiting: undefined,
    startupOk: run.spec.startupProbe === undefined,
    readinessOk: run.spec.readinessProbe === undefined,
  };
}

export function exited(run: ContainerRun, how: Exited): ContainerRun {
  return { ...run, state: { type: 'exited', how }, waiting: undefined, startupOk: false, readinessOk: false };
}

/** True while there is, or may be, a process. */
export function isActive({ state }: ContainerRun): boolean {
  return state.type === 'starting' || state.type === 'running';
}

/** True if it runs and its startup probe has succeeded. */
export function isStarted({ state, startupOk }: ContainerRun): boolean {
  return state.type === 'running' && startupOk;
}

/** True if it is to run again after it has ended with this code: by its own rules, its own policy, or that of the pod. */
export function restarts(
  { role, spec }: ContainerRun,
  policy: PodSpec['restartPolicy'],
  exitCode: number,
): boolean {
  // An init container that has succeeded is through, whatever the policy.
  if (role === 'init' && exitCode === 0) return false;
  if ((spec.restartPolicyRules ?? []).some((rule) => rule.action === 'Restart' && matches(rule, exitCode)))
    return true;
  const own = spec.restartPolicy ?? policy ?? 'Always';
  return own === 'Always' || (own === 'OnFailure' && exitCode !== 0);
}

function matches({ exitCodes }: RestartRule, exitCode: number): boolean {
  return exitCodes?.values?.includes(exitCode) === (exitCodes?.operator === 'In');
}

/**
 * The containers of a pod that another life of this node has left, as its status tells: what ran has been killed with the node, and
 * init containers run again since nothing is left of what they have done outside of volumes.
 */
export function recalledRuns(
  spec: PodSpec,
  statuses: readonly ContainerStatus[],
  nowMs: number,
): ReadonlyMap<string, ContainerRun> {
  const byName = new Map(statuses.map((each) => [each.name, each]));
  return new Map(
    [...initialRuns(spec)].map(([name, run]) => {
      const status = byName.get(name);
      return [name, status === undefined ? run : recalled(run, status, nowMs)];
    }),
  );
}

function recalled(run: ContainerRun, status: ContainerStatus, nowMs: number): ContainerRun {
  const { running: live, terminated } = status.state;
  const before = status.lastState.terminated;
  const id = status.containerID ?? '';
  const how =
    live === undefined
      ? terminated && fromStatus(terminated, id, nowMs)
      : {
          exitCode: 255,
          reason: 'Unknown',
          startedAtMs: Date.parse(live.startedAt),
          finishedAtMs: nowMs,
          id,
        };
  const last = before && fromStatus(before, before.containerID ?? '', nowMs);
  const hasRun = how !== undefined || last !== undefined;
  const base = { ...run, runs: hasRun ? status.restartCount + 1 : 0, id: status.containerID };
  if (run.role !== 'main') return { ...base, last: how ?? last };
  const latest = how ?? last;
  return latest === undefined ? base : { ...base, last, state: { type: 'exited', how: latest } };
}

function fromStatus(terminated: Terminated, id: string, nowMs: number): Exited {
  const { exitCode, reason = exitCode === 0 ? 'Completed' : 'Error', message } = terminated;
  return {
    exitCode,
    reason,
    ...(message === undefined ? {} : { message }),
    startedAtMs: time(terminated.startedAt, nowMs),
    finishedAtMs: time(terminated.finishedAt, nowMs),
    id: terminated.containerID ?? id,
  };
}

function time(text: string | null | undefined, otherwise: number): number {
  return typeof text === 'string' ? Date.parse(text) : otherwise;
}
