import { type ClusterObject, clusters, secrets } from '@neo4j-operator/cluster-access';
import {
  keyOf,
  type PassContext,
  PreconditionFailed,
  resourceName,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { isSecretOf } from '../analyze/accounts.ts';
import type { SecretRole } from '../model/actions.ts';
import { claims } from '../model/resources.ts';
import { isClaimOf } from './claims.ts';
import type { Executor } from './executor.ts';

const roles: readonly SecretRole[] = ['bootstrap', 'operator-account', 'admin'];

/**
 * Deletes a claim or Secret of a cluster that goes with everything it has. The object was read live, and so is the policy: data that are
 * gone do not come back.
 *
 * @throws PreconditionFailed if the object is not one of this cluster's, or the cluster does not say any more that its data are to go
 */
export const deleteKept: Executor<'DeleteKept'> = async ({ target }, object, context, checked) => {
  const { resource, key } = target;
  if (checked === undefined || !isKept(object, resource, checked)) {
    throw new PreconditionFailed(`${resourceName(resource)} ${key} was not made for this cluster`);
  }
  await ensurePolicy(object, context);
  const { uid, resourceVersion } = checked.metadata;
  await context.writer.delete(resource, key, { uid, resourceVersion, signal: context.signal });
};

function isKept(
  object: Stored<ClusterObject>,
  resource: Parameters<typeof resourceName>[0],
  found: Stored,
): boolean {
  switch (resourceName(resource)) {
    case resourceName(claims):
      return isClaimOf(object, found);
    case resourceName(secrets):
      return roles.some((role) => isSecretOf(object, role, found));
    default:
      return false;
  }
}

async function ensurePolicy(
  object: Stored<ClusterObject>,
  { live, signal }: Pick<PassContext, 'live' | 'signal'>,
): Promise<void> {
  const now = await live.get(clusters, keyOf(object), { signal });
  if (
    now?.metadata.uid !== object.metadata.uid ||
    now.metadata.deletionTimestamp === undefined ||
    now.spec.storage.retentionPolicy !== 'Delete'
  ) {
    throw new PreconditionFailed(`the cluster ${keyOf(object)} is not to be deleted with its data any more`);
  }
}
