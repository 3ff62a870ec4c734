import type { Runs } from './decide.ts';
import type { PodPhase, PodSpec } from './resources.ts';
import { type ContainerRun, type Exited, isStarted, restarts } from './run.ts';

/**
 * A pod's phase, by the rules of `getPhase` in k8s.io/kubernetes/pkg/kubelet.
 *
 * @param isOver - nothing runs and nothing will
 */
export function phaseOf({ restartPolicy }: PodSpec, runs: Runs, isOver: boolean): PodPhase {
  const all = [...runs.values()];
  const main = all.filter(({ role }) => role === 'main');
  const isThrough = (run: ContainerRun): boolean => {
    const end = ended(run);
    return end !== undefined && !restarts(run, restartPolicy, end.exitCode);
  };
  if (all.some((run) => run.role === 'init' && isThrough(run) && ended(run)?.exitCode !== 0)) return 'Failed';
  if (!main.some(({ begun }) => begun) && all.some(isPending)) return 'Pending';
  if (main.some((run) => run.state.type !== 'running' && ended(run) === undefined)) return 'Pending';
  if (all.some(({ role, state }) => role !== 'init' && state.type === 'running')) return 'Running';
  if (!isOver && !main.every(isThrough)) return 'Running';
  return main.every((run) => ended(run)?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

/** How it ended last; undefined while it runs and if it never has. */
function ended({ state, last }: ContainerRun): Exited | undefined {
  if (state.type === 'running') return undefined;
  return state.type === 'exited' ? state.how : last;
}

/** An init container that is not through, or a sidecar that has not started. */
function isPending(run: ContainerRun): boolean {
  if (run.role === 'main') return false;
  return run.role === 'sidecar' ? !isStarted(run) && ended(run) === undefined : ended(run)?.exitCode !== 0;
}
