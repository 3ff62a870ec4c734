import type { Clock, Rng, Timer } from '@neo4j-operator/clock';
import { formClusters } from './formation.ts';
import type { SimServer } from './server.ts';
import type { SimTimings } from './timings.ts';

/** What happened, for traces and for checks of what must always hold. */
export type SimEvent =
  | { readonly kind: 'elected'; readonly database: string; readonly server: string; readonly term: number }
  | { readonly kind: 'formed'; readonly cluster: string; readonly servers: readonly string[] }
  | { readonly kind: 'started' | 'stopped'; readonly server: string };

/** What a network is made of. */
export interface NetworkOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timings: SimTimings;
  /** Roles beside the built-in ones: their making is no part of the grammar. */
  readonly roles?: readonly string[];
  /** Files that databases can be seeded from: the ids of the probes in them, by URI. */
  readonly seeds?: ReadonlyMap<string, readonly string[]>;
  readonly onEvent?: (event: SimEvent) => void;
}

interface Waiter {
  readonly condition: () => boolean;
  readonly finish: (held: boolean) => void;
}

/**
 * Everything that servers are connected by, and the one place from which time acts on them: all of them do what is due at each pulse.
 * The same seed, clock and calls give the same run.
 */
export class SimNetwork {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timings: SimTimings;
  readonly roles: readonly string[];
  readonly seeds: ReadonlyMap<string, readonly string[]>;
  readonly #options: NetworkOptions;
  readonly #servers = new Set<SimServer>();
  readonly #waiters = new Set<Waiter>();
  readonly #timers = new Set<Timer>();
  readonly #cutFromClients = new Set<string>();
  #sides: readonly ReadonlySet<string>[] = [];
  #nextPulse: Timer | undefined;
  #heartbeat: Timer | undefined;
  #isPulsing = false;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.rng = options.rng;
    this.timings = options.timings;
    this.roles = options.roles ?? [];
    this.seeds = options.seeds ?? new Map();
  }

  /** Those that run, in the order of their start. */
  get servers(): readonly SimServer[] {
    return [...this.#servers];
  }

  add(server: SimServer): void {
    this.#servers.add(server);
    this.emit({ kind: 'started', server: server.id });
    if (this.#heartbeat === undefined) this.#beat();
    this.touch();
  }

  remove(server: SimServer): void {
    if (!this.#servers.delete(server)) return;
    this.emit({ kind: 'stopped', server: server.id });
    if (this.#servers.size === 0) this.#stopTime();
    else this.touch();
  }

  /** Cuts the network: servers on different sides do not reach each other. Those not named make up one more side. By cluster address. */
  partition(...sides: readonly (readonly string[])[]): void {
    this.#sides = sides.map((addresses) => new Set(addresses));
    this.touch();
  }

  /** Ends all partitions, those between clients and servers too. */
  heal(): void {
    this.#sides = [];
    this.#cutFromClients.clear();
    this.touch();
  }

  /** Clients do not reach the server with this Bolt address any more. */
  cutFromClients(boltAddress: string): void {
    this.#cutFromClients.add(boltAddress);
  }

  /** The running server that a client finds at a Bolt address. */
  forClient(boltAddress: string): SimServer | undefined {
    if (this.#cutFromClients.has(boltAddress)) return undefined;
    return this.servers.find(({ configuration }) => configuration.boltAddress === boltAddress);
  }

  canReach(one: SimServer, other: SimServer): boolean {
    if (!this.#servers.has(one) || !this.#servers.has(other)) return false;
    if (one === other) return true;
    return this.#sideOf(one) === this.#sideOf(other) && haveCommonDiscovery(one, other);
  }

  /** The running server of this id, if `from` reaches it. */
  reachable(from: SimServer, id: string): SimServer | undefined {
    if (from.id === id) return from;
    for (const server of this.#servers) {
      if (server.id === id && this.canReach(from, server)) return server;
    }
    return undefined;
  }

  /** Those that `from` reaches, itself included. */
  reachedFrom(from: SimServer): readonly SimServer[] {
    return this.servers.filter((server) => this.canReach(from, server));
  }

  /** Something has changed: everybody looks at what there is to do, as soon as the one who calls has come to an end. */
  touch(): void {
    this.#nextPulse ??= this.clock.setTimer(0, () => {
      this.#nextPulse = undefined;
      this.pulse();
    });
  }

  /** Something will be due. */
  touchIn(delayMs: number): void {
    if (delayMs <= 0) {
      this.touch();
      return;
    }
    const timer = this.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      this.touch();
    });
    this.#timers.add(timer);
  }

  /** Lets everybody do what is due now. */
  pulse(): void {
    if (this.#isPulsing) return;
    this.#isPulsing = true;
    try {
      formClusters(this);
      for (const server of this.#servers) server.pulse();
    } finally {
      this.#isPulsing = false;
    }
    for (const waiter of this.#waiters) if (waiter.condition()) waiter.finish(true);
  }

  /**
   * Waits until something holds, looked at after each pulse.
   *
   * @returns whether it came to hold in time
   */
  until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        condition,
        finish: (held) => {
          timer.cancel();
          this.#waiters.delete(waiter);
          resolve(held);
        },
      };
      const timer = this.clock.setTimer(timeoutMs, () => {
        waiter.finish(false);
      });
      this.#waiters.add(waiter);
    });
  }

  /** Ends all waiting: what is waited for will not come. */
  close(): void {
    for (const waiter of this.#waiters) waiter.finish(false);
  }

  emit(event: SimEvent): void {
    this.#options.onEvent?.(event);
  }

  #sideOf(server: SimServer): number {
    return this.#sides.findIndex((side) => side.has(server.configuration.clusterAddress));
  }

  #beat(): void {
    this.#heartbeat = this.clock.setTimer(this.timings.heartbeatMs, () => {
      this.#beat();
      this.pulse();
    });
  }

  /** Nobody is left for whom time could do something. */
  #stopTime(): void {
    this.#heartbeat?.cancel();
    this.#heartbeat = undefined;
    this.#nextPulse?.cancel();
    this.#nextPulse = undefined;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}

/** Servers that have no version of discovery in common never learn of each other: 5.26 with version 1 only, and those after it. */
function haveCommonDiscovery(one: SimServer, other: SimServer): boolean {
  return one.configuration.discovery.some(({ protocol }) =>
    other.configuration.discovery.some((theirs) => theirs.protocol === protocol),
  );
}
