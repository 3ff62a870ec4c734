import type { Sight } from '@neo4j-operator/cluster-access';
import type { ServerView } from '@neo4j-operator/neo4j-admin';

/**
 * What the cluster says of a server: by the id on its claim, and by its address only if there is none yet. What was seen before the cluster was
 * out of sight does not count. Servers that were dropped keep their row for a while, and a volume that was lost leaves a row at the same
 * address that never answers: who is meant by an address is known only if one remains.
 */
export function rowOf(
  sight: Sight,
  server: { readonly recordedId: string | undefined; readonly boltAddress: string },
): ServerView | undefined {
  if (sight.kind !== 'seen') return undefined;
  const { servers } = sight.view;
  if (server.recordedId !== undefined) return servers.find(({ id }) => id === server.recordedId);
  const there = servers.filter(({ address, state }) => address === server.boltAddress && state !== 'Dropped');
  if (there.length <= 1) return there[0];
  const answering = there.filter(({ health }) => health === 'Available');
  return answering.length === 1 ? answering[0] : undefined;
}
