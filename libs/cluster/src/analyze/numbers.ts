// Numbers of servers. One that was ever used is never used again: an old address must not come to mean another server.
import {
  annotations,
  labels,
  podName,
  serverHost,
  serverName,
  serverNumber,
  type Sight,
} from '@neo4j-operator/cluster-access';
import type { ServerView } from '@neo4j-operator/neo4j-admin';
import { type ObjectKey, parseKey, type Stored } from '@neo4j-operator/reconcile-kit';
import type { Service } from '../model/resources.ts';

/**
 * The number of the server whose claim, StatefulSet or pod an object is. Labels alone do not make it one: a copy of a claim, as made of a
 * snapshot, carries those of the original.
 */
export function numberOf(cluster: ObjectKey, { metadata }: Stored): number | undefined {
  const { name } = parseKey(cluster);
  const label = metadata.labels?.[labels.server];
  const number = serverNumber(name, label === undefined ? metadata.name : `${name}-${label}`);
  if (number === undefined) return undefined;
  const names = [serverName(name, number), podName(name, number)];
  return names.includes(metadata.name) ? number : undefined;
}

/** The number of the server at an address; undefined if it is none of ours. */
export function numberOfAddress(
  cluster: ObjectKey,
  address: string | undefined,
  clusterDomain: string,
): number | undefined {
  const host = address?.slice(0, address.lastIndexOf(':')) ?? '';
  const number = serverNumber(parseKey(cluster).name, host.slice(0, Math.max(0, host.indexOf('.'))));
  return number !== undefined && host === serverHost(cluster, number, clusterDomain) ? number : undefined;
}

/** The highest number that any server is known to have had; 0 if there was none. */
export function highestNumber(
  cluster: ObjectKey,
  objects: readonly Stored[],
  admin: Stored<Service> | undefined,
  sight: Sight,
  clusterDomain: string,
): number {
  const noted = Number(admin?.metadata.annotations?.[annotations.lastServer] ?? 0);
  return Math.max(
    0,
    Number.isSafeInteger(noted) ? noted : 0,
    ...objects.map((object) => numberOf(cluster, object) ?? 0),
    ...rowsOf(sight).map(({ address }) => numberOfAddress(cluster, address, clusterDomain) ?? 0),
  );
}

/** Servers that were seen last, however long ago. */
function rowsOf(sight: Sight): readonly ServerView[] {
  switch (sight.kind) {
    case 'unknown':
      return [];
    case 'seen':
      return sight.view.servers;
    case 'failed':
      return sight.last?.servers ?? [];
  }
}
