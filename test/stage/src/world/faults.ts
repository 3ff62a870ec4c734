// What can happen to the servers of a cluster, by the names of their pods.
import type { PodRef } from '@neo4j-operator/hollow-node';
import type { WireFaults } from '@neo4j-operator/neo4j-sim';
import type { ClusterRef, PodServer, World } from './world.ts';

/** Faults of the servers in pods. What concerns one of a pod whose server is down does nothing. */
export interface NeoFaults {
  /** The process ends at once (exit code 137). */
  crash(pod: PodRef): void;
  /** The process ends at once and finds an empty volume when it comes back. */
  loseVolume(pod: PodRef): void;
  /** Cuts these servers off from the others of the cluster. Clients reach all of them. */
  partition(cluster: ClusterRef, ...pods: readonly string[]): void;
  /** Nobody reaches this server any more but the other servers. */
  cutFromClients(pod: PodRef): void;
  /** Ends what `partition` and `cutFromClients` did. */
  heal(cluster: ClusterRef): void;
  /** Changes what is wrong on the way to one server, until it ends: slow, mute, answers that are lost. */
  wire(pod: PodRef, faults: Partial<WireFaults>): void;
}

/** Makes the faults of a world. */
export function neoFaults(world: World): NeoFaults {
  const find = ({ namespace, name }: PodRef): PodServer | undefined =>
    world.servers.find(({ pod }) => pod.namespace === namespace && pod.name === name);
  return {
    crash: (pod) => {
      find(pod)?.server.crash();
    },
    loseVolume: (pod) => {
      const found = find(pod);
      if (found === undefined) return;
      world.loseVolume(found.volumeKey);
      found.server.crash();
    },
    partition: (cluster, ...pods) => {
      const side = world
        .serversOf(cluster)
        .filter(({ pod }) => pods.includes(pod.name))
        .map(({ server }) => server.configuration.clusterAddress);
      world.network(cluster).partition(side);
    },
    cutFromClients: (pod) => {
      const found = find(pod);
      if (found === undefined) return;
      world.network(found.cluster).cutFromClients(found.server.configuration.boltAddress);
    },
    heal: (cluster) => {
      world.network(cluster).heal();
    },
    wire: (pod, faults) => {
      const server = find(pod)?.server;
      if (server !== undefined) server.faults.wire = { ...server.faults.wire, ...faults };
    },
  };
}
