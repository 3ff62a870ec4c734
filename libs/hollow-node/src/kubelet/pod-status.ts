// A pod's status as a kubelet writes it: pure, from what is known about its containers.
import { rfc3339 } from './timestamp.ts';
import { conditionsOf } from './conditions.ts';
import { hasBegun, hasSucceeded, type Runs } from './decide.ts';
import { phaseOf } from './phase.ts';
import type {
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodPhase,
  PodStatus,
  Terminated,
} from './resources.ts';
import { type ContainerRun, type Exited, isStarted } from './run.ts';

/** What is known about a pod on its node. */
export interface PodView {
  readonly pod: Pod;
  readonly runs: Runs;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly nodeIp: string;
  /** Undefined until the pod has one. */
  readonly podIp: string | undefined;
  /** Volumes and address are there. */
  readonly isPrepared: boolean;
  /** Whatever its containers say, it has failed, for this reason. */
  readonly failure: { readonly reason: string; readonly message: string } | undefined;
  readonly isEvicted: boolean;
  /** Nothing runs and nothing will. */
  readonly isOver: boolean;
  /** What was written last, for the times of conditions. */
  readonly before: readonly PodCondition[];
}

/** The status. A phase that ends the pod's life is told only when nothing runs any more. */
export function podStatus(view: PodView): PodStatus {
  const { pod, runs, nowMs, nodeIp, podIp, failure, isOver } = view;
  const { initContainers = [], containers, hostNetwork } = pod.spec;
  const isInitialized = isPastInit(runs);
  // Of a pod that is over, all containers that had their turn have ended somehow, and the first one had it.
  const reached = initContainers.findLastIndex(({ name }) => (runs.get(name)?.runs ?? 0) > 0);
  const init = initContainers.map(({ name }, index) =>
    statusOf(runs.get(name), view, index <= Math.max(0, reached)),
  );
  const main = containers.map(({ name }) => statusOf(runs.get(name), view, isInitialized));
  const computed = phaseOf(pod.spec, runs, isOver);
  const phase = failure === undefined ? computed : 'Failed';
  const conditions = conditionsOf(view, phase, [...init, ...main]);
  const ip = hostNetwork === true ? nodeIp : podIp;
  return {
    phase: isOver ? terminal(phase) : isTerminal(phase) ? (pod.status?.phase ?? 'Pending') : phase,
    ...(isOver && failure !== undefined ? failure : {}),
    observedGeneration: pod.metadata.generation ?? 1,
    startTime: rfc3339(view.startedAtMs),
    hostIP: nodeIp,
    hostIPs: [{ ip: nodeIp }],
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
    conditions: transitions(conditions, view.before, nowMs),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: main,
  };
}

export function isTerminal(phase: PodPhase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** A pod that ends before its containers have is a failed one. */
function terminal(phase: PodPhase): PodPhase {
  return isTerminal(phase) ? phase : 'Failed';
}

function isPastInit(runs: Runs): boolean {
  return (
    hasBegun(runs) ||
    [...runs.values()].every(
      (run) => run.role === 'main' || (run.role === 'sidecar' ? run.begun : hasSucceeded(run)),
    )
  );
}

function statusOf(run: ContainerRun | undefined, view: PodView, hadItsTurn: boolean): ContainerStatus {
  if (run === undefined) throw new RangeError('a container that the pod does not have');
  const { spec, role, runs, id } = run;
  const started = isStarted(run);
  const isReady = role === 'init' ? hasSucceeded(run) : started && run.readinessOk;
  return {
    name: spec.name,
    image: spec.image,
    imageID: runs === 0 ? '' : spec.image,
    ...(id === undefined ? {} : { containerID: id }),
    ready: isReady,
    started,
    restartCount: Math.max(0, runs - 1),
    ...statesOf(run, view, hadItsTurn),
  };
}

function statesOf(
  { state, last, waiting }: ContainerRun,
  { runs, isOver }: PodView,
  hadItsTurn: boolean,
): { readonly state: ContainerState; readonly lastState: ContainerState } {
  const lastState = last === undefined ? {} : { terminated: terminatedState(last) };
  switch (state.type) {
    case 'running':
      return { state: { running: { startedAt: rfc3339(state.startedAtMs) } }, lastState };
    case 'exited': {
      const terminated = terminatedState(state.how);
      return waiting === undefined || isOver
        ? { state: { terminated }, lastState }
        : { state: { waiting }, lastState: { terminated } };
    }
    case 'starting':
    case 'none': {
      if (isOver && hadItsTurn) return { state: { terminated: unlocated }, lastState };
      if (waiting !== undefined) return { state: { waiting }, lastState };
      // Between two runs there is nothing to tell yet.
      if (state.type === 'starting' && last !== undefined) return { state: lastState, lastState: {} };
      const hasInit = [...runs.values()].some(({ role }) => role !== 'main');
      return { state: { waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' } }, lastState };
    }
  }
}

/** What a kubelet reports of a container that it never got to see. */
const unlocated: Terminated = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  startedAt: null,
  finishedAt: null,
};

function terminatedState({ exitCode, reason, message, startedAtMs, finishedAtMs, id }: Exited): Terminated {
  return {
    exitCode,
    reason,
    ...(message === undefined || message === '' ? {} : { message }),
    startedAt: rfc3339(startedAtMs),
    finishedAt: rfc3339(finishedAtMs),
    containerID: id,
  };
}

/** The time of a condition is that of its last change of status. */
function transitions(
  conditions: readonly PodCondition[],
  before: readonly PodCondition[],
  nowMs: number,
): readonly PodCondition[] {
  return conditions.map((condition) => {
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
    return {
      ...condition,
      lastProbeTime: null,
      lastTransitionTime: same?.lastTransitionTime ?? rfc3339(nowMs),
    };
  });
}
