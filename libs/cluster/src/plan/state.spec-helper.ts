// A cluster for specs, small enough to be read: its objects, its servers, and what becomes of both when a plan is carried out. It is no model of
// Kubernetes or Neo4j; whatever time does, happens in `live`.
import {
  type ClusterObject,
  type ConfigMap,
  objectNames,
  type Secret,
  type Sight,
} from '@neo4j-operator/cluster-access';
import { Neo4jError, parseConf } from '@neo4j-operator/neo4j-admin';
import { keyOf, objectKey, type ObjectKey, type Plan, type Stored } from '@neo4j-operator/reconcile-kit';
import { formationOfClaims } from '../analyze/formation.ts';
import { highestNumber } from '../analyze/numbers.ts';
import { runningImageOf } from '../analyze/running-image.ts';
import { seenIn, serversOf } from '../analyze/servers.ts';
import type { ClusterAction } from '../model/actions.ts';
import {
  type Claim,
  type DisruptionBudget,
  type Pod,
  type Service,
  type StatefulSet,
} from '../model/resources.ts';
import type { ClusterState, SecretState } from '../model/state.ts';
import { renderRevision } from '../render/index.ts';
import { sampleCluster, type SpecChange } from '../render/samples.spec-helper.ts';
import { carryOut } from './carry-out.spec-helper.ts';
import { Members } from './members.spec-helper.ts';
import { Objects } from './objects.spec-helper.ts';
import { plan } from './plan.ts';
import type { PlanPorts } from './ports.ts';
import { hasBeenWell } from './stranded.ts';

export const ports: PlanPorts = { revision: renderRevision, clusterDomain: 'cluster.local' };

export class World {
  object: Stored<ClusterObject>;
  readonly #counter = { last: 0 };
  readonly #ids = (): number => ++this.#counter.last;
  readonly secrets = new Objects<Secret>(this.#ids);
  readonly claims = new Objects<Claim>(this.#ids);
  readonly statefulSets = new Objects<StatefulSet>(this.#ids);
  readonly services = new Objects<Service>(this.#ids);
  readonly configMaps = new Objects<ConfigMap>(this.#ids);
  readonly budgets = new Objects<DisruptionBudget>(this.#ids);
  readonly pods = new Objects<Pod>(this.#ids);
  /** Ids of servers, which live on the volumes: by the uid of the claim. */
  readonly volumes = new Map<string, string>();
  readonly neo4j = new Members();
  hasAccount = false;
  /** Of user `neo4j`, as the version of the Secret; undefined while it is the bootstrap one. */
  adminPassword: string | undefined;
  defaultDatabaseHasOwner = false;
  /** Every action that was carried out, in order. */
  readonly done: ClusterAction[] = [];

  constructor(change: SpecChange = {}) {
    this.object = sampleCluster(change);
  }

  /** The user changes the spec. */
  edit(change: Partial<ClusterObject['spec']>): void {
    const { metadata } = this.object;
    this.object = {
      ...this.object,
      metadata: { ...metadata, generation: (metadata.generation ?? 1) + 1 },
      spec: { ...this.object.spec, ...change },
    };
  }

  state(): ClusterState {
    const { object } = this;
    const key = keyOf(object);
    const sight = this.#sight();
    const found = {
      claims: this.claims.list(),
      statefulSets: this.statefulSets.list(),
      services: this.services.list(),
      pods: this.pods.list(),
    };
    const settingsOf = (name: string) => {
      const conf = this.configMaps.get(name)?.data?.['neo4j.conf'];
      return conf === undefined ? undefined : parseConf(conf);
    };
    const servers = seenIn(sight, serversOf(key, found, ports.clusterDomain, settingsOf));
    const { name } = object.metadata;
    const admin = this.services.get(objectNames.admin(name));
    return {
      key,
      spec: object.spec,
      problems: [],
      warnings: [],
      isPaused: false,
      running: runningImageOf(
        object,
        servers,
        this.adminPassword !== undefined,
        hasBeenWell({ budget: this.budgets.get(objectNames.budget(object.metadata.name)) }),
      ),
      formation: formationOfClaims(found.claims),
      servers,
      lastServer: highestNumber(
        key,
        [...found.claims, ...found.statefulSets, ...found.pods],
        admin,
        sight,
        ports.clusterDomain,
      ),
      shared: {
        client: this.services.get(objectNames.client(name)),
        headless: this.services.get(objectNames.headless(name)),
        admin,
        budget: this.budgets.get(objectNames.budget(name)),
      },
      configMaps: new Map(this.configMaps.byName),
      accounts: {
        bootstrap: this.#secret(objectNames.bootstrap(name)),
        operator: this.#secret(objectNames.operatorAccount(name)),
        admin: {
          ...this.#secret(objectNames.generatedAdmin(name)),
          isGenerated: true,
          password: this.secrets.get(objectNames.generatedAdmin(name)) && 'a-password',
          problem: undefined,
        },
      },
      sight,
      views: new Map(),
      defaultDatabaseHasOwner: this.defaultDatabaseHasOwner,
      now: 0,
      newId: 'id',
    };
  }

  plan(): Plan<ClusterAction> {
    return plan(this.object, this.state(), ports);
  }

  /** One pass whose process dies after so many actions. */
  async pass(most = Number.POSITIVE_INFINITY): Promise<Plan<ClusterAction>> {
    const planned = this.plan();
    for (const action of planned.actions.slice(0, most)) await this.execute(action);
    return planned;
  }

  /**
   * Passes until a plan has no actions, with time for everything in between.
   *
   * @param most - after so many actions each pass dies
   * @returns the last plan
   */
  async converge(passes = 60, most = Number.POSITIVE_INFINITY): Promise<Plan<ClusterAction>> {
    for (let count = 0; count < passes; count++) {
      this.live();
      const planned = await this.pass(most);
      if (planned.actions.length === 0) return planned;
    }
    throw new Error(
      `still at work: ${this.plan()
        .actions.map(({ message }) => message)
        .join('; ')}`,
    );
  }

  async execute(action: ClusterAction): Promise<void> {
    this.done.push(action);
    await carryOut(this, action);
  }

  /** Time goes by: pods start, servers meet, databases come online. */
  live(): void {
    for (const set of this.statefulSets.list()) {
      const { generation } = set.metadata;
      if (generation !== undefined) {
        const seen = { ...set, status: { ...set.status, observedGeneration: generation } };
        this.statefulSets.byName.set(set.metadata.name, seen);
      }
      this.#startPod(set);
    }
    if (this.neo4j.rows.size === 0) this.#form();
    else this.#join();
    this.#reach();
  }

  /** The process of a server ends and starts anew, as a container of the same pod. */
  restartContainer(server: string): void {
    this.#run(this.pods.existing(`${server}-0`));
  }

  /** The pod of a server is gone, as when its node dies. */
  deletePod(server: string): void {
    this.pods.byName.delete(`${server}-0`);
  }

  /** A settled cluster, the cheap way for specs that begin there. */
  static async settled(change: SpecChange = {}): Promise<World> {
    const world = new World(change);
    await world.converge();
    return world;
  }

  #startPod(set: Stored<StatefulSet>): void {
    const { name } = set.metadata;
    const claim = this.claims.get(name);
    const bootstrap = this.secrets.get(objectNames.bootstrap(this.object.metadata.name));
    if (claim === undefined || bootstrap === undefined || this.pods.get(`${name}-0`) !== undefined) return;
    if (!this.volumes.has(claim.metadata.uid)) {
      this.volumes.set(claim.metadata.uid, `server-${this.#ids()}`);
    }
    const { labels } = set.spec.template.metadata;
    const { namespace = 'default' } = set.metadata;
    this.#run({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${name}-0`, namespace, labels },
      spec: set.spec.template.spec,
    });
  }

  #run(pod: Pod): void {
    const name = pod.spec.containers[0]?.name ?? '';
    this.pods.put({
      ...pod,
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            name,
            ready: true,
            restartCount: 0,
            containerID: `containerd://${this.#ids()}`,
            state: { running: {} },
          },
        ],
      },
    });
  }

  /** Servers whose pod runs, with their volume. */
  #running() {
    const servers = serversOf(
      keyOf(this.object),
      {
        claims: this.claims.list(),
        statefulSets: this.statefulSets.list(),
        services: [],
        pods: this.pods.list(),
      },
      ports.clusterDomain,
      () => undefined,
    );
    return servers.flatMap((server) => {
      const serverId = this.volumes.get(server.claim?.metadata.uid ?? '');
      return server.pod === undefined || serverId === undefined ? [] : [{ ...server, serverId }];
    });
  }

  #form(): void {
    const formation = formationOfClaims(this.claims.list());
    const voters = this.#running().filter(({ systemMode }) => systemMode === 'PRIMARY');
    if (formation === undefined || voters.length < formation.bootstrapCount) return;
    for (const { boltAddress, serverId } of voters.slice(0, formation.bootstrapCount)) {
      this.neo4j.add(serverId, boltAddress, 'Enabled');
    }
    this.neo4j.place(1, 0, formation.defaultDatabase);
    this.#join();
  }

  #join(): void {
    for (const { boltAddress, serverId } of this.#running()) {
      if (!this.neo4j.rows.has(serverId)) this.neo4j.add(serverId, boltAddress, 'Free');
    }
  }

  #reach(): void {
    const running = new Set(this.#running().map(({ serverId }) => serverId));
    for (const id of this.neo4j.rows.keys()) {
      this.neo4j.change(id, { health: running.has(id) ? 'Available' : 'Unavailable' });
    }
  }

  #sight(): Sight {
    const failed = (reason: 'Unreachable' | 'Unauthorized'): Sight => ({
      kind: 'failed',
      error: new Neo4jError(reason, { reason, remedy: 'retry', outcomeUnknown: false }),
      sinceMs: 0,
      last: undefined,
    });
    if (this.neo4j.rows.size === 0)
      return this.statefulSets.list().length === 0 ? { kind: 'unknown' } : failed('Unreachable');
    return this.hasAccount ? { kind: 'seen', view: this.neo4j.view() } : failed('Unauthorized');
  }

  #secret(name: string): SecretState {
    const key: ObjectKey = objectKey(this.object.metadata.namespace, name);
    return { key, secret: this.secrets.get(name) };
  }
}
