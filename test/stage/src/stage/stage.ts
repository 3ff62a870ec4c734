// A control plane, nodes, Neo4j servers and an operator in one process and under virtual time.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Rng, seededRng, VirtualClock } from '@neo4j-operator/clock';
import { createHollowNodes, type HollowNodes } from '@neo4j-operator/hollow-node';
import { createKubeSim, type KubeSim, type RequestRecord } from '@neo4j-operator/kube-sim';
import type { SimTimings } from '@neo4j-operator/neo4j-sim';
import {
  createLogger,
  type KubeObject,
  type Logger,
  type Resource,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { isLease, Ledger, type Write } from '../operator/ledger.ts';
import { type OperatorFactory, OperatorRun } from '../operator/operator-run.ts';
import { worldConnector } from '../world/connector.ts';
import { type NeoFaults, neoFaults } from '../world/faults.ts';
import { neo4jPrograms } from '../world/neo4j-program.ts';
import { type Probes, probesOf } from '../world/probes.ts';
import { type ClusterRef, World } from '../world/world.ts';
import { describeStage } from './describe-stage.ts';
import { eventsIn, type StageEvent } from './events.ts';
import { fastestDir } from './fastest-dir.ts';
import { crds, nodesInZones, storageClass } from './manifests.ts';
import { transportOf } from './transport-of.ts';
import { createUser, type User, userManager, userName } from './user.ts';

/** What a stage is made with. */
export interface StageOptions {
  /** Everything that happens by chance follows from it. Default 1. */
  readonly seed?: number;
  /** How many nodes there are, in up to three zones. Default 3. */
  readonly nodes?: number;
  /** The operator, unless each start names one. */
  readonly operator?: OperatorFactory;
  /** Roles and bindings that the operator has, as objects. Without them it may do everything. */
  readonly rbac?: readonly KubeObject[];
  /** Who the operator is. By default the service account `neo4j-operator` in the namespace of that name. */
  readonly operatorUser?: string;
  /** Of the Neo4j servers. `realTimings` unless given. */
  readonly timings?: SimTimings;
  /** Milliseconds until a server of Neo4j is up. Default 2000. */
  readonly bootMs?: number;
  /** Whether scheduler and kubelets tell what they do by Events. Default true. */
  readonly nodeEvents?: boolean;
  /** How many requests are kept for `requestsOf`. Default 10,000. */
  readonly requestLogSize?: number;
  /** What the operator logs goes here; by default warnings and errors are kept in `log`. */
  readonly logger?: Logger;
}

const defaultOperatorUser = 'system:serviceaccount:neo4j-operator:neo4j-operator';
const defaultStepMs = 250;
const settleStepMs = 100;

/** What did not come to hold in time, and how things were. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/** Everything in one process. Nothing moves until time is advanced. */
export class Stage {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly sim: KubeSim;
  readonly nodes: HollowNodes;
  readonly world: World;
  readonly neo4j: NeoFaults;
  readonly user: User;
  /** What all runs of the operator did to the outside. */
  readonly ledger: Ledger;
  /** Log lines of the operator, warnings and errors. */
  readonly log: string[] = [];
  readonly operatorUser: string;
  readonly #options: StageOptions;
  readonly #logger: Logger;
  readonly #dataDir: string;
  readonly #runs: OperatorRun[] = [];
  readonly #controllerErrors: unknown[] = [];
  readonly #onStep = new Set<() => void>();

  /** Makes a stage on which the nodes are registered and nothing runs. */
  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(options);
    await stage.settle(stage.nodes.start());
    return stage;
  }

  private constructor(options: StageOptions) {
    const { seed = 1, operatorUser = defaultOperatorUser } = options;
    this.#options = options;
    this.seed = seed;
    this.operatorUser = operatorUser;
    const clock = (this.clock = new VirtualClock());
    const chance = seededRng(seed);
    const fork = (): Rng => seededRng(Math.floor(chance.next() * 2 ** 32));
    this.sim = createKubeSim({
      clock,
      rng: fork(),
      requestLogSize: options.requestLogSize ?? 10_000,
      onControllerError: (_controller, _key, error) => this.#controllerErrors.push(error),
    });
    for (const object of [...crds(), storageClass]) this.#put(object);
    for (const object of options.rbac ?? []) this.#put(object);
    this.world = new World({
      clock,
      rng: fork(),
      bootMs: options.bootMs ?? 2000,
      resolve: (name) => this.nodes.resolve(name),
      ...(options.timings === undefined ? {} : { timings: options.timings }),
    });
    this.#dataDir = mkdtempSync(join(fastestDir(), 'stage-'));
    this.nodes = createHollowNodes({
      transport: transportOf(this.sim, { name: 'system:nodes', groups: ['system:masters'] }, 'hollow-node'),
      clock,
      rng: fork(),
      programs: neo4jPrograms(this.world),
      nodes: nodesInZones(options.nodes ?? 3),
      dataDir: this.#dataDir,
      // Nobody listens, and controllers refuse addresses of this machine.
      addressRange: '10.64',
      listen: false,
      events: options.nodeEvents ?? true,
    });
    this.neo4j = neoFaults(this.world);
    this.user = createUser(
      transportOf(
        this.sim,
        { name: userName, groups: ['system:masters', 'system:authenticated'] },
        userManager,
      ),
    );
    this.ledger = new Ledger(clock);
    this.#logger =
      options.logger ??
      createLogger({ clock, level: 'warn', destination: { write: (line) => void this.log.push(line) } });
  }

  /** The operator that runs, or ran last. */
  get operator(): OperatorRun | undefined {
    return this.#runs.at(-1);
  }

  /**
   * Starts an operator.
   *
   * @throws Error if one runs, or none is named
   */
  startOperator(factory: OperatorFactory | undefined = this.#options.operator): OperatorRun {
    if (factory === undefined) throw new Error('no operator is named');
    if (this.operator?.state === 'running') throw new Error('an operator runs already');
    const [, , namespace] = this.operatorUser.split(':');
    const groups =
      this.#options.rbac === undefined
        ? ['system:masters', 'system:authenticated']
        : ['system:serviceaccounts', `system:serviceaccounts:${namespace ?? ''}`, 'system:authenticated'];
    const run = new OperatorRun({
      factory,
      ledger: this.ledger,
      clock: this.clock,
      logger: this.#logger,
      transport: transportOf(this.sim, { name: this.operatorUser, groups }, 'neo4j-operator'),
      connector: worldConnector(this.world),
      number: this.#runs.length + 1,
      seed: this.seed,
    });
    this.#runs.push(run);
    return run;
  }

  /** Has the operator end as on SIGTERM, and waits for that. */
  async stopOperator(): Promise<void> {
    if (this.operator !== undefined) await this.settle(this.operator.stop());
  }

  /**
   * Advances time until a promise has settled.
   *
   * @throws NotInTime
   */
  async settle<T>(what: Promise<T>, maxVirtualMs = 120_000): Promise<T> {
    const pending = new Set([what]);
    const settled = what.finally(() => {
      pending.clear();
    });
    settled.catch(() => undefined);
    const until = this.clock.monotonic() + maxVirtualMs;
    // Most have, after a turn.
    await this.clock.advance(0);
    while (pending.size > 0) {
      if (this.clock.monotonic() >= until) throw new NotInTime(`not settled within ${maxVirtualMs} ms`);
      await this.advance(settleStepMs);
    }
    return settled;
  }

  /**
   * Advances time until something holds, looked at after each step.
   *
   * @returns the virtual milliseconds that it took
   * @throws NotInTime, and what the operator has thrown if it has ended by that
   */
  async until(
    condition: () => boolean | Promise<boolean>,
    maxVirtualMs = 600_000,
    stepMs = defaultStepMs,
  ): Promise<number> {
    const since = this.clock.monotonic();
    while (!(await this.settle(Promise.resolve(condition())))) {
      if (this.operator?.state === 'failed') throw this.operator.error;
      if (this.clock.monotonic() - since >= maxVirtualMs)
        throw new NotInTime(describeStage(this, maxVirtualMs));
      await this.advance(stepMs);
    }
    return this.clock.monotonic() - since;
  }

  /** Advances time in steps, after each of which those that `onStep` has named look around. */
  async advance(virtualMs: number): Promise<void> {
    for (let left = virtualMs; left > 0; left -= defaultStepMs) {
      await this.clock.advance(Math.min(left, defaultStepMs));
      for (const look of this.#onStep) look();
    }
  }

  /** Called after each step of time, also while something is waited for; the result ends it. */
  onStep(look: () => void): () => void {
    this.#onStep.add(look);
    return () => this.#onStep.delete(look);
  }

  /** An object as it is now. */
  get<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
  ): Stored<T> | undefined {
    return this.sim.client.get(resource, namespace, name) as Stored<T> | undefined;
  }

  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): readonly Stored<T>[] {
    return this.sim.client.list(resource, namespace) as unknown as readonly Stored<T>[];
  }

  /** Applies YAML as the user, see `User`. */
  apply(text: string, namespace?: string): Promise<readonly KubeObject[]> {
    return this.settle(this.user.apply(text, namespace));
  }

  delete(resource: Resource, namespace: string | undefined, name: string): Promise<void> {
    return this.settle(this.user.delete(resource, namespace, name));
  }

  patch(resource: Resource, namespace: string | undefined, name: string, patch: object): Promise<KubeObject> {
    return this.settle(this.user.patch(resource, namespace, name, patch));
  }

  /** What was told by Events, in the order of their names. */
  events(namespace?: string): readonly StageEvent[] {
    return eventsIn(this.sim, namespace);
  }

  /** The last requests of a user, watches included. */
  requestsOf(user: string): readonly RequestRecord[] {
    return this.sim.requests.filter((request) => request.user === user);
  }

  /** What the operator sends to change something while time is advanced; Leases aside. */
  async writesDuring(virtualMs: number): Promise<readonly Write[]> {
    const before = this.ledger.writes.length;
    await this.advance(virtualMs);
    return this.ledger.writes.slice(before).filter((write) => !isLease(write));
  }

  /** Whether the operator writes nothing for a minute. */
  async isQuiet(virtualMs = 60_000): Promise<boolean> {
    return (await this.writesDuring(virtualMs)).length === 0;
  }

  /** Data of a database, to see what is kept. */
  probes(cluster: ClusterRef, database = 'neo4j'): Probes {
    const probes = probesOf(this.world, cluster, database);
    return {
      write: (id) => this.settle(probes.write(id)),
      read: (id) => this.settle(probes.read(id)),
    };
  }

  /** What controllers of the control plane have thrown, conflicts aside: faults of the model. */
  get controllerErrors(): readonly unknown[] {
    return this.#controllerErrors;
  }

  /** Ends everything. The operator is killed. */
  async close(): Promise<void> {
    this.operator?.crash();
    await this.settle(this.nodes.stop());
    this.world.close();
    await this.sim.close();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #put(object: object): void {
    this.sim.client.create(object as Parameters<KubeSim['client']['create']>[0], 'stage');
  }
}
