import { uuid } from '@neo4j-operator/clock';
import type { WireFaults } from '../contract.ts';
import type { ServerConfiguration } from '../boot/configuration.ts';
import type { CopyStatus, DatabaseCopy } from './copy.ts';
import { leadDatabase } from './lead-database.ts';
import { leadSystem } from './lead-system.ts';
import { Lockout } from './lockout.ts';
import type { SimNetwork } from './network.ts';
import { RaftMember } from './raft.ts';
import type { RaftContent, RaftStore } from './raft-store.ts';
import { reconcile } from './reconciler.ts';
import { type SystemCommand, type SystemState, applyCommand, emptySystem } from './system-state.ts';
import { TransactionTable } from './transaction-table.ts';
import type { SimVolume } from './volume.ts';

/** What goes wrong on one server; set at any time. Partitions are the network's. */
export interface ServerFaults {
  wire: WireFaults;
  /** Refuses to lead: answers writes as a follower does. */
  notLeader: boolean;
  /** Copies that are broken on this server, by the name of the database. */
  copies: ReadonlyMap<string, CopyStatus>;
}

/** One process: from its start to its end. After that its volume may be given to another one. */
export class SimServer {
  /** From its volume. */
  readonly id: string;
  readonly configuration: ServerConfiguration;
  readonly volume: SimVolume;
  readonly network: SimNetwork;
  readonly startedAt: number;
  readonly copies = new Map<string, DatabaseCopy>();
  readonly lockout: Lockout;
  readonly transactions = new TransactionTable();
  /** Dynamic settings that were changed; gone at the next start. */
  readonly dynamicSettings = new Map<string, string>();
  readonly faults: ServerFaults = {
    wire: { mute: false, slowMs: 0, resetAfterRecords: undefined, loseAnswers: false },
    notLeader: false,
    copies: new Map(),
  };
  /** Since when it has seen enough others to form a cluster; `undefined` while it does not. */
  seesEnoughSince: number | undefined;
  #state: SystemState = emptySystem;
  #system: RaftMember<SystemCommand> | undefined;
  #isRunning = true;
  readonly #onStop = new Set<() => void>();

  /** Starts at once. Whether configuration and volume allow that is decided before. */
  constructor(network: SimNetwork, configuration: ServerConfiguration, volume: SimVolume) {
    volume.serverId ??= uuid(network.rng);
    volume.version = configuration.version;
    volume.locked = true;
    this.id = volume.serverId;
    this.network = network;
    this.configuration = configuration;
    this.volume = volume;
    this.startedAt = network.clock.now();
    this.lockout = new Lockout(network.clock, configuration.security);
    if (volume.system !== undefined) this.#system = this.#systemMember(volume.system);
    network.add(this);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** The system database as this server has it. */
  get state(): SystemState {
    return this.#state;
  }

  /** Its part in the system database; `undefined` before it has become a member. */
  get system(): RaftMember<SystemCommand> | undefined {
    return this.#system;
  }

  /** Whether its system database can be asked: it is a member, and was not dropped. */
  get isMember(): boolean {
    return this.#system !== undefined && this.#state.cluster !== undefined && !this.volume.dropped;
  }

  /** Becomes a member with this as its first system database. */
  join(store: RaftStore<SystemCommand>): void {
    this.volume.system = store;
    this.#system = this.#systemMember(store);
    this.network.touch();
  }

  /** Does what is due. */
  pulse(): void {
    if (this.#system === undefined) return;
    if (this.volume.dropped) {
      this.#handOver(this.#system);
      return;
    }
    this.#pullSystem();
    this.#system.pulse();
    reconcile(this);
    for (const copy of this.copies.values()) copy.raft?.pulse();
    if (this.#system.isLeader) leadSystem(this, this.#system);
    for (const copy of this.copies.values()) leadDatabase(this, copy);
  }

  /** Ends in good order: hands over what it leads. */
  stop(): void {
    if (!this.#isRunning) return;
    if (this.#system !== undefined) this.#handOver(this.#system);
    for (const { raft } of this.copies.values()) if (raft !== undefined) this.#handOver(raft);
    this.crash();
  }

  /** Ends at once. What is on the volume stays; to lose that too, give the next server a new volume. */
  crash(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.volume.locked = false;
    this.network.remove(this);
    for (const callback of this.#onStop) callback();
    this.#onStop.clear();
  }

  /** Called once when it has stopped. Gives a way to call it off. */
  onStop(callback: () => void): () => void {
    this.#onStop.add(callback);
    return () => {
      this.#onStop.delete(callback);
    };
  }

  /** It hears that it was dropped. */
  hearDropped(): void {
    this.volume.dropped = true;
  }

  #handOver<C>(member: RaftMember<C>): void {
    for (const id of member.members) if (id !== this.id) member.transferTo(id);
  }

  #systemMember(store: RaftStore<SystemCommand>): RaftMember<SystemCommand> {
    const { network } = this;
    return new RaftMember(this.id, store, {
      now: () => network.clock.monotonic(),
      rng: network.rng,
      detectionWindow: network.timings.detectionWindow,
      electionWindow: network.timings.electionWindow,
      peer: (id) => {
        const peer = network.reachable(this, id);
        return peer?.volume.dropped === true ? undefined : peer?.system;
      },
      apply: (content) => {
        this.#apply(content);
      },
      elected: (term) => {
        network.emit({ kind: 'elected', database: 'system', server: this.id, term });
        network.touch();
      },
    });
  }

  #apply(content: RaftContent<SystemCommand>): void {
    if (content.kind !== 'command') return;
    this.#state = applyCommand(this.#state, content.command);
    if (this.#state.servers.get(this.id)?.state === 'Dropped') this.hearDropped();
    this.network.touch();
  }

  /** A server without a vote in the system database takes it over from those that have one. */
  #pullSystem(): void {
    const system = this.#system;
    if (system === undefined || system.members.includes(this.id)) return;
    for (const server of this.network.reachedFrom(this)) {
      if (server.system?.members.includes(server.id) === true && server.state.servers.has(this.id)) {
        system.learnFrom(server.system);
      }
    }
  }
}
