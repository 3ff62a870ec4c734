import { annotations, serverName } from '@neo4j-operator/cluster-access';
import { objectKey, parseKey, PreconditionFailed } from '@neo4j-operator/reconcile-kit';
import { isMadeFor } from '../analyze/belonging.ts';
import { claims, pods, revisionOf, statefulSets } from '../model/resources.ts';
import { isPodReady } from '../plan/members.ts';
import type { Executor } from './executor.ts';

/**
 * Deletes a pod that is stuck on an older template before its server has ever come to be. What decides is read live: the server may have
 * become ready and joined meanwhile, and then its restart is nobody's but the user's to order.
 *
 * @throws PreconditionFailed if the pod is ready, is of the present template, or holds what has an identity
 */
export const restartNewcomer: Executor<'RestartNewcomer'> = async (
  { number, revision, target },
  object,
  { live, signal, writer },
) => {
  const key = objectKey(parseKey(target.key).namespace, serverName(object.metadata.name, number));
  const claim = await live.get(claims, key, { signal });
  if (claim?.metadata.annotations?.[annotations.serverId] !== undefined)
    throw new PreconditionFailed(`the server of pod ${target.key} has joined the cluster`);
  const set = await live.get(statefulSets, key, { signal });
  if (set === undefined || !isMadeFor(object, set) || set.status?.updateRevision !== revision)
    throw new PreconditionFailed(`the StatefulSet ${key} is not as it was seen`);
  const pod = await live.get(pods, target.key, { signal });
  if (pod === undefined || isPodReady(pod) || revisionOf(pod) === revision)
    throw new PreconditionFailed(`the pod ${target.key} is not stuck any more`);
  const { resourceVersion, uid } = pod.metadata;
  await writer.delete(pods, target.key, { uid, resourceVersion, signal });
};
