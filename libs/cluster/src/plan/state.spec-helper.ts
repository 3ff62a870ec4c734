// A cluster for specs, small enough to be read: its objects, its servers, and what becomes of both when a plan is carried out. It is no model of
// Kubernetes or Neo4j; whatever time does, happens in `live`.
import {
  annotations,
  type ClusterObject,
  type ClusterView,
  type ConfigMap,
  configMaps,
  objectNames,
  type Secret,
  type Sight,
} from '@neo4j-operator/cluster-access';
import {
  type DatabaseCopy,
  type DatabaseView,
  Neo4jError,
  parseConf,
  type ServerView,
} from '@neo4j-operator/neo4j-admin';
import {
  applyIfChanged,
  type KubeObject,
  keyOf,
  objectKey,
  type ObjectKey,
  parseKey,
  type Plan,
  type Resource,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { formationOfClaims } from '../analyze/formation.ts';
import { highestNumber } from '../analyze/numbers.ts';
import { runningImageOf } from '../analyze/running-image.ts';
import { seenIn, serversOf } from '../analyze/servers.ts';
import type { ClusterAction } from '../model/actions.ts';
import {
  type Claim,
  type DisruptionBudget,
  disruptionBudgets,
  type Pod,
  type Service,
  services,
  type StatefulSet,
  statefulSets,
} from '../model/resources.ts';
import type { ClusterState, SecretState } from '../model/state.ts';
import { renderRevision, renderSecret } from '../render/index.ts';
import { sampleCluster, type SpecChange } from '../render/samples.spec-helper.ts';
import { plan } from './plan.ts';
import type { PlanPorts } from './ports.ts';

export const ports: PlanPorts = { revision: renderRevision, clusterDomain: 'cluster.local' };

/** The data on one volume. */
interface Volume {
  readonly serverId: string;
  /** Whether it has the cluster's system database, with the passwords in it. */
  member: boolean;
}

/** Objects of one resource, by name. Every change gives a new version. */
class Objects<T extends KubeObject> {
  readonly byName = new Map<string, Stored<T>>();
  readonly #ids: () => number;

  constructor(ids: () => number) {
    this.#ids = ids;
  }

  get(name: string): Stored<T> | undefined {
    return this.byName.get(name);
  }

  list(): readonly Stored<T>[] {
    return [...this.byName.values()];
  }

  /** Makes it, or puts it in the place of the one that is there. */
  put(object: T): Stored<T> {
    const found = this.byName.get(object.metadata.name);
    const id = this.#ids();
    const stored: Stored<T> = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: found?.metadata.uid ?? `uid-${id}`,
        resourceVersion: String(id),
        generation: (found?.metadata.generation ?? 0) + 1,
      },
    };
    this.byName.set(object.metadata.name, stored);
    return stored;
  }

  annotate(name: string, annotation: string, value: string): void {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    this.put({
      ...found,
      metadata: { ...found.metadata, annotations: { ...found.metadata.annotations, [annotation]: value } },
    });
  }
}

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
  /** By the uid of the claim. */
  readonly volumes = new Map<string, Volume>();
  /** What the cluster says of its servers, by id; empty before it has formed. */
  readonly rows = new Map<string, ServerView>();
  database: DatabaseView | undefined;
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
      running: runningImageOf(object, servers),
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
    const { name } = parseKey(action.target.key);
    switch (action.kind) {
      case 'CreateSecret':
        this.secrets.put(renderSecret(this.object, action.role, () => 'a-password'));
        return;
      case 'CreateClaim':
        if (this.claims.get(name) !== undefined) throw new Error(`claim ${name} exists`);
        this.claims.put(action.claim);
        return;
      case 'GrowClaim': {
        const claim = this.#existing(this.claims, name);
        this.claims.put({
          ...claim,
          spec: { ...claim.spec, resources: { requests: { storage: action.size } } },
        });
        return;
      }
      case 'Apply':
        await this.#apply(action.object);
        return;
      case 'RepointTemplate': {
        const set = this.#existing(this.statefulSets, name);
        const { template } = set.spec;
        const volumes = template.spec.volumes?.map((volume) =>
          volume.configMap === undefined ? volume : { ...volume, configMap: { name: action.configMap } },
        );
        const spec = { ...template.spec, ...(volumes === undefined ? {} : { volumes }) };
        this.statefulSets.put({ ...set, spec: { ...set.spec, template: { ...template, spec } } });
        return;
      }
      case 'CollectConfigMap':
        this.configMaps.byName.delete(name);
        return;
      case 'EstablishAccount':
        if (this.adminPassword !== undefined) throw new Error('the bootstrap password is no longer good');
        this.hasAccount = true;
        return;
      case 'SetAdminPassword': {
        const { metadata } = this.#existing(
          this.secrets,
          objectNames.generatedAdmin(this.object.metadata.name),
        );
        this.adminPassword = `${metadata.uid}/${metadata.resourceVersion}`;
        this.secrets.annotate(name, annotations.adminPassword, this.adminPassword);
        return;
      }
      case 'RecordIdentity':
        this.claims.annotate(name, annotations.serverId, action.serverId);
        return;
      case 'EnableServer':
        this.#change(action.serverId, { state: 'Enabled', modeConstraint: action.modeConstraint });
        return;
      case 'SetDefaultTopology':
        this.#place(action.primaries, action.secondaries);
        return;
      case 'SetLiveSettings':
        this.pods.annotate(name, annotations.liveSettings, action.mark);
        return;
      case 'DeleteKept':
        this.claims.byName.delete(name);
        this.secrets.byName.delete(name);
        return;
    }
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
    if (this.rows.size === 0) this.#form();
    else this.#join();
    this.#reach();
  }

  /** The process of a server ends and starts anew, as a container of the same pod. */
  restartContainer(server: string): void {
    this.#run(this.#existing(this.pods, `${server}-0`));
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
      this.volumes.set(claim.metadata.uid, { serverId: `server-${this.#ids()}`, member: false });
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
      const volume = this.volumes.get(server.claim?.metadata.uid ?? '');
      return server.pod === undefined || volume === undefined ? [] : [{ ...server, volume }];
    });
  }

  #form(): void {
    const formation = formationOfClaims(this.claims.list());
    const voters = this.#running().filter(({ systemMode }) => systemMode === 'PRIMARY');
    if (formation === undefined || voters.length < formation.bootstrapCount) return;
    for (const { boltAddress, volume } of voters.slice(0, formation.bootstrapCount)) {
      volume.member = true;
      this.rows.set(volume.serverId, row(volume.serverId, boltAddress, 'Enabled'));
    }
    this.database = databaseOf(formation.defaultDatabase, 1, 0, []);
    this.#place(1, 0);
    this.#join();
  }

  #join(): void {
    for (const { boltAddress, volume } of this.#running()) {
      if (!this.rows.has(volume.serverId)) {
        this.rows.set(volume.serverId, row(volume.serverId, boltAddress, 'Free'));
      }
      volume.member = true;
    }
  }

  #reach(): void {
    const running = new Set(this.#running().map(({ volume }) => volume.serverId));
    for (const id of this.rows.keys()) {
      this.#change(id, { health: running.has(id) ? 'Available' : 'Unavailable' });
    }
  }

  #place(primaries: number, secondaries: number): void {
    const hosts = [...this.rows.values()].filter(({ state }) => state === 'Enabled');
    const first = hosts.filter(({ modeConstraint }) => modeConstraint === 'NONE').slice(0, primaries);
    const rest = hosts
      .filter((host) => !first.includes(host))
      .toSorted((a, b) => Number(b.modeConstraint === 'SECONDARY') - Number(a.modeConstraint === 'SECONDARY'))
      .slice(0, secondaries);
    const copies = [
      ...first.map((host, index) => copy(host, 'primary', index === 0)),
      ...rest.map((host) => copy(host, 'secondary', false)),
    ];
    this.database = databaseOf(this.database?.name ?? 'neo4j', primaries, secondaries, copies);
  }

  #change(id: string, change: Partial<ServerView>): void {
    const found = this.rows.get(id);
    if (found === undefined) throw new Error(`there is no server ${id}`);
    this.rows.set(id, { ...found, ...change });
  }

  #sight(): Sight {
    const failed = (reason: 'Unreachable' | 'Unauthorized'): Sight => ({
      kind: 'failed',
      error: new Neo4jError(reason, { reason, remedy: 'retry', outcomeUnknown: false }),
      sinceMs: 0,
      last: undefined,
    });
    if (this.rows.size === 0)
      return this.statefulSets.list().length === 0 ? { kind: 'unknown' } : failed('Unreachable');
    return this.hasAccount ? { kind: 'seen', view: this.view() } : failed('Unauthorized');
  }

  view(): ClusterView {
    const databases = (this.database === undefined ? [] : [this.database]).map((database) => ({
      ...database,
      copies: database.copies.map((one) => ({
        ...one,
        status: this.rows.get(one.server ?? '')?.health === 'Available' ? one.status : ('unknown' as const),
      })),
    }));
    return { servers: [...this.rows.values()], databases, readAt: 0 };
  }

  #secret(name: string): SecretState {
    const key: ObjectKey = objectKey(this.object.metadata.namespace, name);
    return { key, secret: this.secrets.get(name) };
  }

  async #apply(object: Extract<ClusterAction, { kind: 'Apply' }>['object']): Promise<void> {
    switch (object.kind) {
      case 'StatefulSet':
        return this.#put(statefulSets, this.statefulSets, object as StatefulSet);
      case 'Service':
        return this.#put(services, this.services, object as Service);
      case 'ConfigMap':
        return this.#put(configMaps, this.configMaps, object as ConfigMap);
      case 'PodDisruptionBudget':
        return this.#put(disruptionBudgets, this.budgets, object as DisruptionBudget);
      default:
        throw new Error(`nobody applies a ${object.kind}`);
    }
  }

  async #put<T extends KubeObject>(resource: Resource<T>, objects: Objects<T>, desired: T): Promise<void> {
    await applyIfChanged({
      live: { get: () => Promise.resolve(undefined) },
      // The store holds one kind of object, and is asked for no other.
      writer: { apply: (_, object) => Promise.resolve(objects.put(object as unknown as T) as never) },
      resource,
      known: objects.get(desired.metadata.name),
      desired,
      owned: () => true,
      fieldManager: 'cluster',
      force: true,
    });
  }

  #existing<T extends KubeObject>(objects: Objects<T>, name: string): Stored<T> {
    const found = objects.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }
}

function row(id: string, address: string, state: ServerView['state']): ServerView {
  return {
    id,
    name: id,
    address,
    state,
    health: 'Available',
    hosting: [],
    requestedHosting: [],
    tags: [],
    allowedDatabases: [],
    deniedDatabases: [],
    modeConstraint: 'NONE',
    version: '2026.08.1',
  };
}

function copy({ id, address }: ServerView, role: DatabaseCopy['role'], writer: boolean): DatabaseCopy {
  return {
    server: id,
    address,
    role,
    writer,
    status: 'online',
    statusMessage: '',
    lastCommittedTxn: undefined,
    replicationLag: undefined,
  };
}

function databaseOf(
  name: string,
  primaries: number,
  secondaries: number,
  copies: readonly DatabaseCopy[],
): DatabaseView {
  return {
    name,
    id: 'database-1',
    type: 'standard',
    isDefault: true,
    access: 'read-write',
    requestedStatus: 'online',
    requested: { primaries, secondaries },
    aliases: [],
    constituents: [],
    defaultLanguage: undefined,
    store: undefined,
    options: {},
    copies,
  };
}
