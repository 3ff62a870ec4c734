import {
  annotations,
  labels,
  podName,
  serverHost,
  serverName,
  type Sight,
} from '@neo4j-operator/cluster-access';
import { defaultPorts, type Settings } from '@neo4j-operator/neo4j-admin';
import { type ObjectKey, parseKey, type Stored } from '@neo4j-operator/reconcile-kit';
import type { Pool, SystemMode } from '../model/formation.ts';
import type { Claim, Pod, PodSpec, Service, StatefulSet } from '../model/resources.ts';
import type { ServerState } from '../model/state.ts';
import { numberOf } from './numbers.ts';
import { rowOf } from './rows.ts';
import { configMapNameOf } from './settings.ts';

/** All objects that belong to servers of one cluster. */
export interface ServerObjects {
  readonly claims: readonly Stored<Claim>[];
  readonly statefulSets: readonly Stored<StatefulSet>[];
  readonly services: readonly Stored<Service>[];
  readonly pods: readonly Stored<Pod>[];
}

/** A server before anybody has asked the cluster about it. */
export type UnseenServer = Omit<ServerState, 'row'>;

/** Puts together what belongs to each server. A server is whatever has a claim or a StatefulSet. */
export function serversOf(
  cluster: ObjectKey,
  objects: ServerObjects,
  clusterDomain: string,
  settingsIn: (configMap: string) => Settings | undefined,
): readonly UnseenServer[] {
  const { name } = parseKey(cluster);
  const claims = byNumber(cluster, objects.claims);
  const statefulSets = byNumber(cluster, objects.statefulSets);
  const services = new Map(objects.services.map((service) => [service.metadata.name, service]));
  const pods = new Map(objects.pods.map((pod) => [pod.metadata.name, pod]));
  const settingsOf = (spec: PodSpec | undefined): Settings | undefined => {
    const configMap = spec === undefined ? undefined : configMapNameOf(spec);
    return configMap === undefined ? undefined : settingsIn(configMap);
  };
  const numbers = [...new Set([...claims.keys(), ...statefulSets.keys()])].sort((a, b) => a - b);
  return numbers.map((number) => {
    const claim = claims.get(number);
    const statefulSet = statefulSets.get(number);
    const pod = pods.get(podName(name, number));
    const templateSettings = settingsOf(statefulSet?.spec.template.spec);
    const pool = poolOf(claim, statefulSet);
    return {
      number,
      name: serverName(name, number),
      pool,
      systemMode: systemModeOf(claim, templateSettings, pool),
      claim,
      recordedId: claim?.metadata.annotations?.[annotations.serverId],
      statefulSet,
      service: services.get(serverName(name, number)),
      pod,
      templateSettings,
      podSettings: settingsOf(pod?.spec),
      boltAddress: `${serverHost(cluster, number, clusterDomain)}:${defaultPorts.bolt}`,
    };
  });
}

/** The servers with what the cluster says of them. */
export function seenIn(sight: Sight, servers: readonly UnseenServer[]): readonly ServerState[] {
  return servers.map((server) => ({ ...server, row: rowOf(sight, server) }));
}

function byNumber<T extends Stored>(cluster: ObjectKey, objects: readonly T[]): ReadonlyMap<number, T> {
  const found = new Map<number, T>();
  for (const object of objects) {
    const number = numberOf(cluster, object);
    if (number !== undefined) found.set(number, object);
  }
  return found;
}

/** The claim decides; a StatefulSet that has lost its claim still knows. */
function poolOf(claim: Stored<Claim> | undefined, statefulSet: Stored<StatefulSet> | undefined): Pool {
  const label =
    claim?.metadata.labels?.[labels.pool] ??
    statefulSet?.metadata.labels?.[labels.pool] ??
    statefulSet?.spec.template.metadata.labels[labels.pool];
  return label === 'secondary' ? 'secondary' : 'primary';
}

function systemModeOf(
  claim: Stored<Claim> | undefined,
  settings: Settings | undefined,
  pool: Pool,
): SystemMode {
  const noted =
    claim?.metadata.annotations?.[annotations.systemMode] ??
    settings?.get('server.cluster.system_database_mode')?.at(-1);
  if (noted === 'PRIMARY' || noted === 'SECONDARY') return noted;
  return pool === 'secondary' ? 'SECONDARY' : 'PRIMARY';
}
