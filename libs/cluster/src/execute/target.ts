import {
  keyOf,
  type KubeObject,
  type ObjectKey,
  type PassContext,
  PreconditionFailed,
  type Resource,
  resourceName,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import type { ClusterAccess, ClusterSession } from '@neo4j-operator/cluster-access';

/**
 * The target of an action as its precondition was checked on, else as the server holds it.
 *
 * @throws PreconditionFailed if it is gone
 */
export async function targetOf<T extends KubeObject>(
  resource: Resource<T>,
  key: ObjectKey,
  checked: Stored | undefined,
  { live, signal }: Pick<PassContext, 'live' | 'signal'>,
): Promise<Stored<T>> {
  if (checked !== undefined && keyOf(checked) === key) return checked as Stored<T>;
  const found = await live.get(resource, key, { signal });
  if (found === undefined) throw new PreconditionFailed(`${resourceName(resource)} ${key} is gone`);
  return found;
}

/**
 * The session of a cluster, which every look at it opens.
 *
 * @throws PreconditionFailed if there is none
 */
export function sessionOf(access: Pick<ClusterAccess, 'get'>, cluster: ObjectKey): ClusterSession {
  const session = access.get(cluster);
  if (session === undefined) throw new PreconditionFailed(`nobody has looked at the cluster ${cluster} yet`);
  return session;
}
