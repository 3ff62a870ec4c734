// Where a pod goes, as a pure decision.
import { type Failure, firstOf } from './failure.ts';
import { filters } from './filters.ts';
import type { SchedulablePod } from './objects.ts';
import { best } from './score.ts';
import type { NodeView, Snapshot } from './snapshot.ts';
import { claimTrouble, type VolumePlan, volumePlan } from './volumes.ts';

export type Decision =
  | { readonly view: NodeView; readonly volumes: VolumePlan }
  /** Why not, in kube-scheduler's words. */
  | { readonly unschedulable: string };

/** Decides where a pod goes. Nothing is evicted for it, whatever its priority. */
export function schedule(pod: SchedulablePod, snapshot: Snapshot): Decision {
  const { nodes } = snapshot;
  if (nodes.length === 0) return { unschedulable: 'no nodes available to schedule pods' };
  const trouble = claimTrouble(pod, snapshot);
  if (trouble !== undefined) {
    const failure = { reasons: [], resolvable: false };
    return {
      unschedulable: explain(
        nodes.map(() => failure),
        `${trouble}.`,
      ),
    };
  }
  const checks = filters.map((filter) => filter(pod, snapshot));
  const failures: Failure[] = [];
  const feasible: NodeView[] = [];
  for (const view of nodes) {
    const failure = firstOf(checks, (check) => check(view));
    if (failure === undefined) feasible.push(view);
    else failures.push(failure);
  }
  const view = best(pod, feasible, snapshot);
  if (view === undefined) return { unschedulable: explain(failures, histogram(failures)) };
  return { view, volumes: volumePlan(pod, view, snapshot) };
}

/** Highest priority first, then the oldest. */
export function queueOrder(a: SchedulablePod, b: SchedulablePod): number {
  const [first, second] = [age(a), age(b)];
  return (b.spec.priority ?? 0) - (a.spec.priority ?? 0) || (first < second ? -1 : 1);
}

function age({ metadata }: SchedulablePod): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function explain(failures: readonly Failure[], why: string): string {
  const none = `0/${String(failures.length)} nodes are available:`;
  const preemption = histogram(
    failures.map(({ resolvable }) => ({
      resolvable,
      reasons: [
        resolvable
          ? 'No preemption victims found for incoming pod'
          : 'Preemption is not helpful for scheduling',
      ],
    })),
  );
  return `${none} ${why} preemption: ${none} ${preemption}`;
}

function histogram(failures: readonly Failure[]): string {
  const counts = new Map<string, number>();
  for (const reason of failures.flatMap(({ reasons }) => reasons)) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const parts = [...counts].map(([reason, count]) => `${String(count)} ${reason}`);
  return `${parts.sort().join(', ')}.`;
}
