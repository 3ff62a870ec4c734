// Which pods of a Job go first when there are too many.
import type { SimObject } from '../../api/object.ts';
import { isReady, podStatus, readySince } from '../pods.ts';
import { indexOf, type JobSpec } from './spec.ts';

/** At least so many of the active pods, and those of an indexed Job that have no index of their own. */
export function podsToRemove(
  { completionMode, completions = 0 }: JobSpec,
  active: readonly SimObject[],
  atLeast: number,
): readonly SimObject[] {
  const sorted = [...active].sort(byProgress);
  const kept = new Set<number>();
  const superfluous =
    completionMode === 'Indexed'
      ? sorted.toReversed().filter((pod) => {
          const index = indexOf(pod);
          if (index === undefined || index >= completions || kept.has(index)) return true;
          kept.add(index);
          return false;
        })
      : [];
  const others = sorted.filter((pod) => !superfluous.includes(pod));
  return [...superfluous, ...others.slice(0, Math.max(0, atLeast - superfluous.length))];
}

/** Those first that have got least far. */
function byProgress(one: SimObject, other: SimObject): number {
  const [a, b] = [progress(one), progress(other)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function progress(pod: SimObject): readonly number[] {
  const { nodeName = '' } = (pod['spec'] ?? {}) as { readonly nodeName?: string };
  return [
    nodeName === '' ? 0 : 1,
    podStatus(pod).phase === 'Running' ? 1 : 0,
    isReady(pod) ? 1 : 0,
    -(readySince(pod) ?? 0),
    -Date.parse(pod.metadata.creationTimestamp ?? ''),
  ];
}
