import { annotations, type ClusterObject, labels, serverName } from '@neo4j-operator/cluster-access';
import {
  keyOf,
  objectKey,
  parseKey,
  type PassContext,
  PreconditionFailed,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { isMadeFor } from '../analyze/belonging.ts';
import { claims, type Pod, pods, revisionOf, statefulSets } from '../model/resources.ts';
import { isPodReady } from '../plan/members.ts';
import { areStranded } from '../plan/stranded.ts';
import type { Executor } from './executor.ts';

/**
 * Deletes a pod that is stuck on an older template: of a server that has never come to be, or while no server of the cluster runs. What
 * decides is read live: the server may have become ready and joined meanwhile, and then its restart is nobody's but the user's to order.
 *
 * @throws PreconditionFailed if the pod is ready, is of the present template, or holds what has an identity while it or another may run
 */
export const restartNewcomer: Executor<'RestartNewcomer'> = async (
  { number, revision, target, wasMember },
  object,
  { live, signal, writer },
) => {
  const key = objectKey(parseKey(target.key).namespace, serverName(object.metadata.name, number));
  const claim = await live.get(claims, key, { signal });
  if (!wasMember && claim?.metadata.annotations?.[annotations.serverId] !== undefined)
    throw new PreconditionFailed(`the server of pod ${target.key} has joined the cluster`);
  const set = await live.get(statefulSets, key, { signal });
  if (set === undefined || !isMadeFor(object, set) || set.status?.updateRevision !== revision)
    throw new PreconditionFailed(`the StatefulSet ${key} is not as it was seen`);
  const pod = await live.get(pods, target.key, { signal });
  if (pod === undefined || isPodReady(pod) || revisionOf(pod) === revision)
    throw new PreconditionFailed(`the pod ${target.key} is not stuck any more`);
  if (wasMember && !(await isAlone(object, pod, { live, signal })))
    throw new PreconditionFailed(`a server of the cluster ${keyOf(object)} may run by now`);
  const { resourceVersion, uid } = pod.metadata;
  await writer.delete(pods, target.key, { uid, resourceVersion, signal });
};

/** Whether the pod cannot start, and no other of the cluster is ready. */
async function isAlone(
  { metadata: { name, namespace } }: Stored<ClusterObject>,
  pod: Stored<Pod>,
  { live, signal }: Pick<PassContext, 'live' | 'signal'>,
): Promise<boolean> {
  const scope = {
    labelSelector: `${labels.cluster}=${name}`,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const all = await live.list(pods, scope, { signal });
  return areStranded(
    all.map((other) => ({ pod: other })),
    { pod },
  );
}
