import { type Clock, type Rng, seededRng } from '@neo4j-operator/clock';
import { type BootResult, bootServer } from './boot/boot.ts';
import type { Listener } from './bolt/listener.ts';
import { listenBolt } from './bolt/server.ts';
import { ServerEndpoint } from './execute/endpoint.ts';
import { LateEndpoint } from './late-endpoint.ts';
import { type NetworkOptions, SimNetwork } from './model/network.ts';
import type { SimServer } from './model/server.ts';
import { type SimTimings, promptTimings } from './model/timings.ts';
import { isAtLeast } from './model/version.ts';
import { type SimVolume, newVolume } from './model/volume.ts';

/** What a cluster is to be. */
export interface SimClusterOptions extends Pick<NetworkOptions, 'onEvent' | 'roles' | 'seeds'> {
  readonly clock: Clock;
  /** A seeded one of its own unless given. */
  readonly rng?: Rng;
  /** How long things take; nothing more than it must unless given. */
  readonly timings?: SimTimings;
  /** How many servers there are at first; 3 unless given. */
  readonly servers?: number;
  /** The newest unless given. */
  readonly version?: string;
  readonly edition?: 'enterprise' | 'community';
  /** Of the user `neo4j`. */
  readonly password?: string;
  /** Lines of neo4j.conf that are added on every server. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Puts a Bolt server in front of each server, on a free port of 127.0.0.1. */
  readonly listen?: boolean;
}

/** A place where a server runs, or ran, and may run again: address and volume stay when it ends. */
export interface SimMember {
  readonly index: number;
  readonly clusterAddress: string;
  /** `undefined` before the first start. */
  boltAddress: string | undefined;
  volume: SimVolume;
  /** `undefined` while it is down. */
  server: SimServer | undefined;
}

/**
 * A cluster that is configured in the least possible way, for tests that are not about configuration. Its servers find each other by
 * their lists of endpoints, which name the first ones.
 */
export class SimCluster {
  readonly network: SimNetwork;
  readonly password: string;
  readonly #options: SimClusterOptions;
  readonly #members: SimMember[] = [];
  readonly #listeners = new Set<Listener>();

  /** Nothing runs yet. */
  constructor(options: SimClusterOptions) {
    const { clock, rng = seededRng(1), timings = promptTimings } = options;
    this.#options = options;
    this.password = options.password ?? 'correct-horse';
    this.network = new SimNetwork({ ...options, clock, rng, timings });
  }

  get members(): readonly SimMember[] {
    return this.#members;
  }

  /** The running server at a place. */
  server(index: number): SimServer {
    const server = this.#members[index]?.server;
    if (server === undefined) throw new Error(`server ${index} is not running`);
    return server;
  }

  /** The running server that leads a database. */
  leader(database = 'system'): SimServer | undefined {
    return this.network.servers.find((server) => {
      const id = server.state.databases.get(database)?.id ?? '';
      return database === 'system' ? server.system?.isLeader : server.copies.get(id)?.raft?.isLeader;
    });
  }

  /** A further server with a volume of its own. */
  async add(settings: Readonly<Record<string, string>> = {}): Promise<SimMember> {
    const index = this.#members.length;
    const member: SimMember = {
      index,
      clusterAddress: `server-${index}.sim:6000`,
      boltAddress: undefined,
      volume: newVolume(),
      server: undefined,
    };
    this.#members.push(member);
    await this.start(index, settings);
    return member;
  }

  /**
   * Starts the server at a place, with the volume that is there.
   *
   * @param settings - lines of neo4j.conf for this server only
   * @param version - another one than the cluster's, as in an upgrade
   * @throws Error if it does not start
   */
  async start(
    index: number,
    settings: Readonly<Record<string, string>> = {},
    version?: string,
  ): Promise<SimServer> {
    const result = await this.boot(index, settings, version);
    if (!result.ok) throw new Error(result.log.join('\n'));
    return result.server;
  }

  /** The same for servers that are not expected to start. */
  async boot(
    index: number,
    settings: Readonly<Record<string, string>> = {},
    version = this.#options.version ?? '2026.08.1',
  ): Promise<BootResult> {
    const member = this.#members[index];
    if (member === undefined) throw new Error(`there is no place ${index}`);
    const { edition = 'enterprise', listen = false } = this.#options;
    const late = new LateEndpoint(version, edition);
    const listener = listen ? await this.#listen(late, member) : undefined;
    member.boltAddress ??= `server-${index}.sim:7687`;
    const result = bootServer({
      network: this.network,
      volume: member.volume,
      version,
      edition,
      conf: Object.entries({ ...this.#settings(member, version, edition), ...settings })
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
      environment: {
        NEO4J_ACCEPT_LICENSE_AGREEMENT: 'yes',
        NEO4J_AUTH: `neo4j/${this.password}`,
      },
    });
    if (result.ok) {
      member.server = result.server;
      late.attach(new ServerEndpoint(result.server));
      result.server.onStop(() => {
        member.server = undefined;
      });
    } else {
      await listener?.close();
    }
    return result;
  }

  /** Ends a server at once; `loseVolume` leaves an empty volume at its place. */
  crash(index: number, { loseVolume = false } = {}): void {
    const member = this.#members[index];
    member?.server?.crash();
    if (member !== undefined && loseVolume) member.volume = newVolume();
  }

  /** Waits until the cluster is formed and all databases are what they are wanted to be. */
  settled(timeoutMs = 60_000): Promise<boolean> {
    return this.network.until(() => this.isSettled(), timeoutMs);
  }

  isSettled(): boolean {
    const leader = this.leader();
    if (leader?.state.cluster === undefined) return false;
    const { databases } = leader.state;
    return [...databases.values()].every(({ hosts, id, name, status }) => {
      const copies = this.network.servers
        .map(({ copies: all }) => all.get(id))
        .filter((copy) => copy !== undefined);
      const isThere = copies.length === hosts.length && copies.every((copy) => copy.status === status);
      return isThere && (status === 'offline' || this.leader(name) !== undefined);
    });
  }

  /** Ends all servers and closes all ports. */
  async close(): Promise<void> {
    for (const { server } of this.#members) server?.crash();
    this.network.close();
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
  }

  async #listen(endpoint: LateEndpoint, member: SimMember): Promise<Listener> {
    const port = Number(member.boltAddress?.split(':')[1] ?? 0);
    const listener = await listenBolt(endpoint, { host: '127.0.0.1', port, clock: this.network.clock });
    this.#listeners.add(listener);
    member.boltAddress = `127.0.0.1:${listener.port}`;
    return listener;
  }

  #settings(
    member: SimMember,
    version: string,
    edition: 'enterprise' | 'community',
  ): Readonly<Record<string, string>> {
    const { servers = 3, settings = {} } = this.#options;
    const addresses = {
      'server.bolt.advertised_address': member.boltAddress ?? '',
      'server.http.advertised_address': `server-${member.index}.sim:7474`,
    };
    if (edition === 'community') return { ...addresses, ...settings };
    const endpoints = Array.from({ length: servers }, (_, index) => `server-${index}.sim:6000`).join(',');
    return {
      ...addresses,
      'server.cluster.advertised_address': member.clusterAddress,
      'dbms.cluster.minimum_initial_system_primaries_count': String(Math.min(3, servers)),
      'initial.dbms.default_primaries_count': String(Math.min(3, servers)),
      ...(isAtLeast(version, '2025.01')
        ? { 'dbms.cluster.endpoints': endpoints }
        : { 'dbms.cluster.discovery.version': 'V2_ONLY', 'dbms.cluster.discovery.v2.endpoints': endpoints }),
      ...settings,
    };
  }
}

/**
 * Starts a cluster and waits until it is formed and its default database is online. Under a virtual clock somebody has to advance that
 * meanwhile; use the class then.
 *
 * @throws Error if it does not form within a minute
 */
export async function startSimCluster(options: SimClusterOptions): Promise<SimCluster> {
  const cluster = new SimCluster(options);
  for (let index = 0; index < (options.servers ?? 3); index++) await cluster.add();
  if (await cluster.settled()) return cluster;
  await cluster.close();
  throw new Error('the cluster did not form');
}
