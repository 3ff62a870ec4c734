import { customResourceDefinition, neo4jEnterpriseCluster } from '@neo4j-operator/api-types';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import {
  ClusterAccess,
  type ClusterObject,
  clusters,
  SecretReader,
  secrets as secretResource,
} from '@neo4j-operator/cluster-access';
import { createKubeSim, type KubeSim, type SimObject } from '@neo4j-operator/kube-sim';
import type { BoltConnector } from '@neo4j-operator/neo4j-admin';
import {
  createKubeClient,
  type EventInput,
  isKubeError,
  type KubeClient,
  KubeError,
  keyOf,
  type KubeObject,
  type ObjectKey,
  openGate,
  type Resource,
  silentLogger,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import { type SpecChange, sampleCluster } from '../render/samples.spec-helper.ts';
import type { ExecuteContext } from './executor.ts';
import { createExecutors, type Executors } from './index.ts';

/** The API server has to know it: its policy is read live. */
const crd = customResourceDefinition(neo4jEnterpriseCluster) as unknown as SimObject;

/** A simulated control plane with a cluster object in it, and executors that work on it. */
export class World {
  readonly clock = new VirtualClock();
  readonly sim: KubeSim = createKubeSim({ clock: this.clock, rng: seededRng(1), controllers: false });
  readonly client: KubeClient = createKubeClient({
    transport: this.sim.transport({
      error: (message, reason, request) => new KubeError(message, { reason, request }),
    }),
    clock: this.clock,
    gate: openGate,
  });
  readonly events: EventInput[] = [];
  readonly secrets = new SecretReader({
    lister: {
      get: (key: ObjectKey) => this.#shown.get(key),
    },
    live: this.client,
  });
  readonly #shown = new Map<ObjectKey, Stored>();
  readonly #connector: BoltConnector;
  readonly #rng = seededRng(4);
  access: ClusterAccess;
  executors: Executors;

  constructor(connector: BoltConnector = nobodyThere) {
    this.#connector = connector;
    this.access = this.#newAccess();
    this.executors = createExecutors(this);
  }

  /** With a cluster object, and a namespace for it. */
  static async start(
    change: SpecChange = {},
    connector?: BoltConnector,
  ): Promise<[World, Stored<ClusterObject>]> {
    const world = new World(connector);
    world.sim.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } }, 'test');
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'prod' },
    };
    world.sim.client.create(account, 'test');
    world.sim.client.create(crd, 'test');
    await world.clock.advance(1000);
    return [world, await world.cluster(change)];
  }

  /** Another process with the same cluster: nothing is remembered. */
  async restart(): Promise<void> {
    await this.until(this.access.closeAll());
    this.access = this.#newAccess();
    this.executors = createExecutors(this);
  }

  async cluster(change: SpecChange = {}, name = 'graph'): Promise<Stored<ClusterObject>> {
    const { apiVersion, kind, metadata, spec } = sampleCluster(change, name);
    const object = { apiVersion, kind, metadata: { name: metadata.name, namespace: 'prod' }, spec };
    return this.client.create(clusters, object);
  }

  /** What the informers show: the objects that are there now. */
  async sync(): Promise<void> {
    this.#shown.clear();
    for (const secret of await this.client.list(secretResource)) this.#shown.set(keyOf(secret), secret);
  }

  /** What a pass gives to executors. `cached`: what the caches show, nothing unless given. */
  context(cached: readonly Stored[] = []): ExecuteContext {
    const shown = new Map(cached.map((object) => [`${object.kind} ${keyOf(object)}`, object]));
    return {
      live: this.client,
      writer: this.client,
      signal: new AbortController().signal,
      cached: <T extends KubeObject>(resource: Resource<T>) => ({
        get: (key: ObjectKey) => shown.get(`${resource.kind} ${key}`) as Stored<T> | undefined,
        list: () => [],
        byIndex: () => [],
        ownedBy: () => [],
        size: 0,
      }),
      clock: this.clock,
      rng: this.#rng,
      events: {
        record: (_object, event) => {
          this.events.push(event);
        },
        flush: () => Promise.resolve(),
      },
      log: silentLogger,
      fieldManager: 'cluster',
    };
  }

  /** Carries out an action as a pass would: `target` is what its precondition was checked on. */
  run(
    action: ClusterAction,
    object: Stored<ClusterObject>,
    { target, cached }: { readonly target?: Stored; readonly cached?: readonly Stored[] } = {},
  ): Promise<void> {
    const executor = this.executors[action.kind] as (...input: readonly unknown[]) => Promise<void>;
    return this.until(executor(action, object, this.context(cached), target));
  }

  get<T extends KubeObject>(resource: Resource<T>, name: string): Promise<Stored<T> | undefined> {
    return this.client.get(resource, `prod/${name}` as ObjectKey);
  }

  /** Methods and paths of what was asked for since the last time, reads left out. */
  writes(): readonly string[] {
    const all = this.sim.requests.filter(({ method }) => method !== 'GET');
    const fresh = all.slice(this.#counted).map(({ method, path }) => `${method} ${path}`);
    this.#counted = all.length;
    return fresh;
  }
  #counted = 0;

  /** Lets time go on until something has happened. */
  async until<T>(what: Promise<T>): Promise<T> {
    let isOver = false;
    const done = what.finally(() => {
      isOver = true;
    });
    done.catch(() => undefined);
    for (let turn = 0; turn < 1000; turn++) {
      await this.clock.advance(turn < 10 ? 0 : 100);
      if (isOver as boolean) break;
    }
    return done;
  }

  async end(): Promise<void> {
    await this.until(this.access.closeAll());
    await this.sim.close();
  }

  #newAccess(): ClusterAccess {
    return new ClusterAccess({
      clock: this.clock,
      rng: seededRng(5),
      logger: silentLogger,
      connector: this.#connector,
    });
  }
}

/** The reason of the KubeError that a promise rejects with. */
export async function kubeReason(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isKubeError(error)) return error.reason;
    throw error;
  }
  throw new Error('it has succeeded');
}

const nobodyThere: BoltConnector = {
  open: () => {
    throw new Error('no Neo4j in this spec');
  },
};
