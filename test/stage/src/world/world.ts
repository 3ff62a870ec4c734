// All simulated Neo4j servers that pods run, by cluster.
import type { Clock, Rng } from '@neo4j-operator/clock';
import type { PodRef } from '@neo4j-operator/hollow-node';
import {
  type BootResult,
  newVolume,
  realTimings,
  type SimServer,
  type SimTimings,
  type SimVolume,
} from '@neo4j-operator/neo4j-sim';
import { NamedNetwork, type Resolve } from './named-network.ts';
import type { StatementRecord } from './statements.ts';

/** What a world is made with. */
export interface WorldOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** How names of the cluster are looked up. Without it everybody finds everybody by address. */
  readonly resolve?: Resolve;
  /** `realTimings` unless given. */
  readonly timings?: SimTimings;
  /** Milliseconds from the start of a container until its server is up. Default 0. */
  readonly bootMs?: number;
  /** Whether servers listen for Bolt and HTTP on the addresses of their pods. Default false: they are reached in process. */
  readonly listen?: boolean;
}

/** Which cluster is meant: the namespace and the label of its pods. */
export interface ClusterRef {
  readonly namespace: string;
  readonly name: string;
}

/** A server that runs in a pod. */
export interface PodServer {
  readonly pod: PodRef;
  readonly ip: string;
  readonly cluster: ClusterRef;
  readonly volumeKey: string;
  readonly server: SimServer;
}

/** A server that was started, or was not to be. */
export interface BootRecord {
  readonly atMs: number;
  readonly pod: PodRef & { readonly uid: string };
  readonly cluster: ClusterRef;
  /** Of what is mounted at /data: `claim <uid>`, `directory <path>` or `run <...>`. */
  readonly volumeKey: string;
  /** Undefined if it did not start. */
  readonly serverId: string | undefined;
  readonly exitCode: number | undefined;
  readonly log: readonly string[];
}

/** Networks, volumes and what went on in them. */
export class World {
  readonly options: WorldOptions;
  readonly clock: Clock;
  /** What was said to servers, in process or over sockets. */
  readonly statements: StatementRecord[] = [];
  readonly boots: BootRecord[] = [];
  readonly #networks = new Map<string, { readonly cluster: ClusterRef; readonly network: NamedNetwork }>();
  readonly #servers = new Map<string, PodServer>();
  readonly #volumes = new Map<string, SimVolume>();
  readonly #listeners = new Set<(record: StatementRecord) => void>();

  constructor(options: WorldOptions) {
    this.options = options;
    this.clock = options.clock;
  }

  /** Writes down what was said to a server. */
  heard(record: StatementRecord): void {
    this.statements.push(record);
    for (const listener of this.#listeners) listener(record);
  }

  /** Hears of each statement once it has taken effect, before who sent it gets the answer. Ends with the returned function. */
  onStatement(listener: (record: StatementRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The servers that run, in the order of their start. */
  get servers(): readonly PodServer[] {
    return [...this.#servers.values()];
  }

  get networks(): readonly { readonly cluster: ClusterRef; readonly network: NamedNetwork }[] {
    return [...this.#networks.values()];
  }

  /** The network of a cluster, made if need be. Clusters do not see each other. */
  network(cluster: ClusterRef): NamedNetwork {
    const key = `${cluster.namespace}/${cluster.name}`;
    const known = this.#networks.get(key);
    if (known !== undefined) return known.network;
    const { clock, rng, resolve = nobody, timings = realTimings } = this.options;
    const network = new NamedNetwork({ clock, rng, timings }, resolve);
    this.#networks.set(key, { cluster, network });
    return network;
  }

  /** The running server in a pod. */
  server(pod: PodRef): SimServer | undefined {
    return this.#servers.get(keyOf(pod))?.server;
  }

  serversOf(cluster: ClusterRef): readonly PodServer[] {
    return this.servers.filter(
      (each) => each.cluster.namespace === cluster.namespace && each.cluster.name === cluster.name,
    );
  }

  /** What is on a volume; empty when it is first asked for. */
  volume(key: string): SimVolume {
    let volume = this.#volumes.get(key);
    if (volume === undefined) this.#volumes.set(key, (volume = newVolume()));
    return volume;
  }

  /** Loses what is on a volume. A server that has it open goes on until it ends. */
  loseVolume(key: string): void {
    this.#volumes.delete(key);
  }

  /** Writes down how a start went, and keeps the server for as long as it runs. */
  booted(
    from: Omit<PodServer, 'server' | 'pod'> & { readonly pod: BootRecord['pod'] },
    result: BootResult,
  ): void {
    const { cluster, ip, pod, volumeKey } = from;
    this.boots.push({
      atMs: this.clock.now(),
      pod,
      cluster,
      volumeKey,
      serverId: result.ok ? result.server.id : undefined,
      exitCode: result.ok ? undefined : result.exitCode,
      log: result.log,
    });
    if (!result.ok) return;
    const { server } = result;
    const key = keyOf(pod);
    this.#servers.set(key, { ...from, pod: { namespace: pod.namespace, name: pod.name }, server });
    this.network(cluster).place(server, ip);
    server.onStop(() => {
      if (this.#servers.get(key)?.server === server) this.#servers.delete(key);
    });
  }

  /** Ends all servers. */
  close(): void {
    for (const { server } of this.servers) server.crash();
    for (const { network } of this.networks) network.close();
  }
}

function keyOf({ namespace, name }: PodRef): string {
  return `${namespace}/${name}`;
}

/** Knows no names, so that addresses are taken as they are. */
function nobody(): undefined {
  return undefined;
}
