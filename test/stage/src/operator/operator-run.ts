// An operator in this process that can be killed as a process can.
import { type Clock, type Rng, seededRng } from '@neo4j-operator/clock';
import type { BoltConnector } from '@neo4j-operator/neo4j-admin';
import type { KubeTransport, Logger } from '@neo4j-operator/reconcile-kit';
import { isLease, type Ledger, type Write } from './ledger.ts';
import { Life } from './life.ts';
import { mortalClock } from './mortal-clock.ts';
import { mortalConnector } from './mortal-connector.ts';
import { mortalTransport } from './mortal-transport.ts';

/** All that an operator takes from outside. */
export interface OperatorPorts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly transport: KubeTransport;
  readonly connector: BoltConnector;
}

/** Puts an operator together; `run` lasts until `signal` is aborted. What else it is made with, the caller binds. */
export type OperatorFactory = (ports: OperatorPorts) => { run(signal: AbortSignal): Promise<void> };

/** What a run is made of. */
export interface RunParts {
  readonly factory: OperatorFactory;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For this run alone: it is closed with it. */
  readonly transport: KubeTransport;
  readonly connector: BoltConnector;
  /** Counted from 1; with the seed it decides what the operator generates. */
  readonly number: number;
  readonly seed: number;
}

/** How an operator is. `failed`: `run` has thrown. */
export type RunState = 'running' | 'stopped' | 'crashed' | 'failed';

/** One process of the operator, from its start to its end. */
export class OperatorRun {
  readonly number: number;
  readonly #ledger: Ledger;
  readonly #life = new Life();
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #state: RunState = 'running';
  #error: unknown;
  #disarm: () => void = () => undefined;

  /** Starts it. */
  constructor({ clock, connector, factory, ledger, logger, number, seed, transport }: RunParts) {
    this.number = number;
    this.#ledger = ledger;
    const parts = { ledger, life: this.#life, run: number };
    const operator = factory({
      clock: mortalClock(clock, this.#life),
      // Another one each time: what is generated twice is not equal by chance.
      rng: seededRng(seed * 7919 + number),
      logger,
      transport: mortalTransport(transport, parts),
      connector: mortalConnector(connector, parts),
    });
    this.#ended = this.#watch(operator.run(this.#stop.signal));
  }

  get state(): RunState {
    return this.#state;
  }

  /** What `run` has thrown. */
  get error(): unknown {
    return this.#error;
  }

  /** Settles when it has ended in whatever way but a crash. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Asks it to end, as SIGTERM does. */
  stop(): Promise<void> {
    this.#stop.abort();
    return this.#ended;
  }

  /** Ends it at once, as SIGKILL does: nothing that it has under way reaches a server any more. */
  crash(): void {
    if (this.#state !== 'running') return;
    this.#state = 'crashed';
    this.#disarm();
    this.#life.end();
  }

  /**
   * Crashes it when the n-th effect from now on has been taken, before it hears of that.
   *
   * @param counts - which effects; by default all but Leases
   */
  crashAfter(n: number, counts: (write: Write) => boolean = (write) => !isLease(write)): void {
    this.#disarm();
    let left = n;
    this.#disarm = this.#ledger.onEffect((write) => {
      if (write.run === this.number && counts(write) && --left === 0) this.crash();
    });
  }

  async #watch(running: Promise<void>): Promise<void> {
    try {
      await running;
      if (this.#state === 'running') this.#state = 'stopped';
    } catch (error) {
      this.#error = error;
      if (this.#state === 'running') this.#state = 'failed';
    }
    this.#disarm();
    this.#life.end();
  }
}
