import type { Runs } from './decide.ts';
import type { PodPhase, PodSpec } from './resources.ts';
import { type ContainerRun, type Exited, isStarted } from './run.ts';

/**
 * A pod's phase, by the rules of a kubelet.
 *
 * @param isOver - nothing runs and nothing will
 */
export function phaseOf(spec: PodSpec, runs: Runs, isOver: boolean): PodPhase {
  const all = [...runs.values()];
  const main = all.filter(({ role }) => role === 'main');
  const others = all.filter(({ role }) => role !== 'main');
  const hasFailedToInitialize = others.some(
    (run) => run.role === 'init' && (ended(run)?.exitCode ?? 0) !== 0,
  );
  if (hasFailedToInitialize && spec.restartPolicy === 'Never') return 'Failed';
  if (others.some(isPending) && !main.some(({ begun }) => begun)) return 'Pending';

  const ends = main.map(ended);
  if (main.some((run, index) => run.state.type !== 'running' && ends[index] === undefined)) return 'Pending';
  if (main.some(({ state }) => state.type === 'running')) return 'Running';
  const haveSucceeded = ends.every((end) => end?.exitCode === 0);
  if (isOver) return haveSucceeded ? 'Succeeded' : 'Failed';
  if (spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure') {
    if (haveSucceeded) return 'Succeeded';
    if (spec.restartPolicy === 'Never') return 'Failed';
  }
  return 'Running';
}

/** How it ended last; undefined while it runs and if it never has. */
function ended({ state, last }: ContainerRun): Exited | undefined {
  if (state.type === 'running') return undefined;
  return state.type === 'exited' ? state.how : last;
}

/** An init container that is not through, or a sidecar that has not started. */
function isPending(run: ContainerRun): boolean {
  if (run.role === 'sidecar') return !isStarted(run) && ended(run) === undefined;
  return ended(run)?.exitCode !== 0;
}
