// What is done to the volumes' claims, but for their deletion.
import { annotations, type ClusterObject, clusterOf, labels } from '@neo4j-operator/cluster-access';
import {
  createOnce,
  isKubeError,
  keyOf,
  PreconditionFailed,
  type Stored,
  TerminalError,
} from '@neo4j-operator/reconcile-kit';
import { type Claim, claims } from '../model/resources.ts';
import type { Executor } from './executor.ts';
import { annotate, patchAsSeen } from './patch.ts';
import type { ExecutePorts } from './ports.ts';
import { targetOf } from './target.ts';

/**
 * Allots a number to a server by making its claim. One that is there already, and was made for this server, is what was wanted.
 *
 * @throws PreconditionFailed if it was made for a server of another pool or formation: what else was planned for the server does not fit it
 */
export const createClaim: Executor<'CreateClaim'> = async (
  { claim, number, target },
  object,
  { live, signal, writer },
) => {
  const { created, object: found } = await createOnce({
    live,
    writer,
    resource: claims,
    key: target.key,
    build: () => claim,
    owned: (existing) =>
      isClaimOf(object, existing) && existing.metadata.labels?.[labels.server] === String(number),
    signal,
  });
  if (!created && !isForSame(claim, found))
    throw new PreconditionFailed(`the claim ${target.key} was made for another server by now`);
};

/** A cache that lags may not show yet what an earlier leader has allotted the number to. */
function isForSame({ metadata: wanted }: Claim, { metadata: found }: Claim): boolean {
  return (
    wanted.labels?.[labels.pool] === found.labels?.[labels.pool] &&
    [annotations.systemMode, annotations.formation].every(
      (name) => wanted.annotations?.[name] === found.annotations?.[name],
    )
  );
}

/**
 * Asks for a larger volume. That the storage class cannot do it is told, and keeps nothing else from being done: it is asked again after a
 * while, since only the class or its provisioner can change that.
 */
export function growClaim({ refused }: Pick<ExecutePorts, 'refused'>): Executor<'GrowClaim'> {
  return async ({ size, target }, object, context, checked) => {
    const claim = await targetOf(claims, target.key, checked, context);
    if (!isClaimOf(object, claim)) throw notOurs(claim);
    const { storage } = claim.spec.resources.requests;
    const what = `grow ${claim.metadata.uid} ${size}`;
    if (storage === size || refused.get(what, context.clock.monotonic()) !== undefined) return;
    const path = '/spec/resources/requests/storage';
    try {
      await patchAsSeen(
        claims,
        claim,
        [
          { op: 'test', path, value: storage },
          { op: 'replace', path, value: size },
        ],
        context,
      );
    } catch (error) {
      if (!isKubeError(error, 'Forbidden', 'Invalid')) throw error;
      const note = `the claim ${claim.metadata.name} cannot grow from ${storage} to ${size}: ${error.message}`;
      refused.note(what, note, context.clock.monotonic());
      context.log.warn({ err: error, claim: target.key }, 'A volume cannot grow');
      context.events.record(object, {
        type: 'Warning',
        reason: 'ActionRefused',
        action: 'GrowClaim',
        note,
        related: claim,
      });
    }
  };
}

/**
 * Notes on a claim which server's data it holds. What is noted stays: an id lives and dies with its volume.
 *
 * @throws TerminalError with the reason `IdentityChanged` if another id is noted
 */
export const recordIdentity: Executor<'RecordIdentity'> = async (
  { serverId, target },
  object,
  context,
  checked,
) => {
  const claim = await targetOf(claims, target.key, checked, context);
  if (!isClaimOf(object, claim)) throw notOurs(claim);
  const noted = claim.metadata.annotations?.[annotations.serverId];
  if (noted !== undefined && noted !== serverId) {
    throw new TerminalError(
      'IdentityChanged',
      `the claim ${claim.metadata.name} belongs to the server ${noted}, and ${serverId} answers at its address: ` +
        'put the volume of that server back',
    );
  }
  await annotate(claims, claim, [annotations.serverId, serverId], context);
};

/** Whether a claim is one for the data of a server of this cluster. */
export function isClaimOf(cluster: Stored<ClusterObject>, claim: Stored): boolean {
  return clusterOf(claim) === keyOf(cluster) && claim.metadata.labels?.[labels.role] === 'data';
}

function notOurs({ metadata }: Stored<Claim>): PreconditionFailed {
  return new PreconditionFailed(`the claim ${metadata.name} is no volume of this cluster any more`);
}
