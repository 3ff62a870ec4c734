import type { Clock } from '@neo4j-operator/clock';
import type { KubeObject, Stored } from '@neo4j-operator/reconcile-kit';
import type { Sight } from './cluster-view.ts';
import type { ClusterObject } from './resources.ts';

/**
 * What to do about the finalizer of an object that belongs to a cluster: do its work, wait for the cluster, or release it though the work was not
 * done, and why.
 */
export type ReleaseVerdict =
  'work' | 'wait' | { readonly release: 'ClusterGone' | 'ClusterDeleted' | 'GraceOver' };

/** Milliseconds for which a cluster that cannot be seen is waited for: servers that restart or move are back by then. */
export const releaseGraceMs = 5 * 60_000;

/**
 * Whether the finalizer of an object that is being deleted may be released: without its cluster there is nothing to be done, and a cluster that
 * stays unreachable must not keep a namespace from going away.
 *
 * @param input - `deletedForMs`: how long has been waited, of `waitedForMs`
 */
export function releaseVerdict({
  cluster,
  deletedForMs,
  sight,
}: {
  readonly cluster: Stored<ClusterObject> | undefined;
  readonly sight: Sight | undefined;
  readonly deletedForMs: number;
}): ReleaseVerdict {
  if (cluster === undefined) return { release: 'ClusterGone' };
  if (cluster.metadata.deletionTimestamp !== undefined) return { release: 'ClusterDeleted' };
  if (sight?.kind === 'seen') return 'work';
  return deletedForMs >= releaseGraceMs ? { release: 'GraceOver' } : 'wait';
}

/**
 * How long this process has waited for a cluster on behalf of an object that is being deleted, in milliseconds: not the time before it was
 * started, when nobody looked, and not the time during which the cluster could be seen.
 *
 * @param access - the one that looks at the cluster
 */
export function waitedForMs(
  deleted: KubeObject,
  sight: Sight | undefined,
  access: { readonly startedAt: number },
  clock: Pick<Clock, 'now' | 'monotonic'>,
): number {
  const { deletionTimestamp } = deleted.metadata;
  if (deletionTimestamp === undefined) return 0;
  const since = sight?.kind === 'failed' ? sight.sinceMs : access.startedAt;
  return Math.max(0, Math.min(clock.now() - Date.parse(deletionTimestamp), clock.monotonic() - since));
}
