import type { ClusterObject } from '@neo4j-operator/cluster-access';
import {
  applyIfChanged,
  type KubeObject,
  PreconditionFailed,
  type Resource,
  resourceName,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { isMadeFor, isOfEarlier } from '../analyze/belonging.ts';
import type { Executor } from './executor.ts';
import type { ExecutePorts } from './ports.ts';

/**
 * Applies an object of the cluster.
 *
 * @throws TerminalError with the reason `NameTaken` if an object of somebody else has the name; PreconditionFailed while one of an earlier
 *   cluster has it, which is about to go
 */
export function apply({ memo }: Pick<ExecutePorts, 'memo'>): Executor<'Apply'> {
  return async (action, object, { cached, fieldManager, live, signal, writer }) => {
    const { key } = action.target;
    const resource = action.target.resource;
    await applyIfChanged<KubeObject>({
      live,
      writer,
      resource,
      known: cached(resource)?.get(key),
      desired: action.object,
      owned: (found) => isOurs(object, resource, found),
      fieldManager,
      force: true,
      memo,
      signal,
    });
  };
}

function isOurs(object: Stored<ClusterObject>, resource: Resource, found: Stored): boolean {
  if (isOfEarlier(object, found)) {
    throw new PreconditionFailed(
      `${resourceName(resource)} ${found.metadata.name} belongs to an earlier cluster of this name and goes with it`,
    );
  }
  return isMadeFor(object, found);
}
