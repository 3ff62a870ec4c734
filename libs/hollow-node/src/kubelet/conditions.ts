import type { PodView } from './pod-status.ts';
import { hasBegun } from './decide.ts';
import type { ContainerStatus, PodCondition, PodPhase } from './resources.ts';

type Verdict = Omit<PodCondition, 'type'>;

/** The conditions that a kubelet writes, without their times. What others write stays theirs. */
export function conditionsOf(
  view: PodView,
  phase: PodPhase,
  statuses: readonly ContainerStatus[],
): readonly PodCondition[] {
  const { pod, isPrepared, isOver, failure, isEvicted } = view;
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const containersReady = readyContainers(view, phase, byName);
  const verdicts: Readonly<Record<string, Verdict>> = {
    ...(isEvicted && isOver
      ? {
          DisruptionTarget: {
            status: 'True',
            reason: 'TerminationByKubelet',
            ...(failure === undefined ? {} : { message: failure.message }),
          },
        }
      : {}),
    PodReadyToStartContainers: sandbox(isPrepared, isOver),
    Initialized: initialized(view, phase, byName),
    Ready: containersReady.status === 'True' ? gates(view) : containersReady,
    ContainersReady: containersReady,
    PodScheduled: { status: 'True' },
  };
  return Object.entries(verdicts).map(([type, verdict]) => ({
    type,
    ...verdict,
    observedGeneration: pod.metadata.generation ?? 1,
  }));
}

function sandbox(isPrepared: boolean, isOver: boolean): Verdict {
  if (isPrepared && !isOver) return { status: 'True' };
  const message = isOver ? 'pod sandbox is not ready' : 'no pod sandbox exists';
  return { status: 'False', reason: 'PodSandboxNotReady', message };
}

function initialized(
  { runs, pod }: PodView,
  phase: PodPhase,
  byName: ReadonlyMap<string, ContainerStatus>,
): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (hasBegun(runs)) return { status: 'True' };
  const incomplete = (pod.spec.initContainers ?? [])
    .map(({ name }) => name)
    .filter((name) => {
      const status = byName.get(name);
      return runs.get(name)?.role === 'sidecar' ? status?.started !== true : status?.ready !== true;
    });
  if (incomplete.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incomplete.join(' ')}]`,
  };
}

function readyContainers(
  { runs }: PodView,
  phase: PodPhase,
  byName: ReadonlyMap<string, ContainerStatus>,
): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = [...runs.values()]
    .filter(({ role, spec }) => role !== 'init' && byName.get(spec.name)?.ready !== true)
    .map(({ spec }) => spec.name);
  if (unready.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
}

function gates({ pod }: PodView): Verdict {
  const closed = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (condition === undefined) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    }
    if (condition.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  if (closed.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: closed.join(', ') };
}
