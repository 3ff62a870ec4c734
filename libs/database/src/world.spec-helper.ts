// The controller between a simulated control plane and a simulated Neo4j cluster, under virtual time.
import {
  customResourceDefinition,
  neo4jDatabase,
  type Neo4jDatabaseSpec,
  neo4jEnterpriseCluster,
} from '@neo4j-operator/api-types';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { annotations, type ConfigMap, type DatabaseObject, databases } from '@neo4j-operator/cluster-access';
import { createKubeSim, type KubeSim, type SimObject } from '@neo4j-operator/kube-sim';
import {
  type DatabaseView,
  enableServer,
  readDatabases,
  readServers,
  showDatabases,
  showServers,
  type Statement,
  versionOf,
} from '@neo4j-operator/neo4j-admin';
import { inProcessConnector, type InProcessLink, realTimings, SimCluster } from '@neo4j-operator/neo4j-sim';
import { type Condition, objectKey, type Stored } from '@neo4j-operator/reconcile-kit';
import { MortalOperator, shortPath } from './mortal-operator.spec-helper.ts';
import { databaseRules } from './rbac.ts';

export const version = versionOf('2026.08.1');
export const namespace = 'prod';
export const graph = objectKey(namespace, 'graph');

const api = 'neo4j.neo4j.com/v1alpha1';
const databaseType = { group: databases.group, plural: databases.plural };
const clusterType = { group: databases.group, plural: 'neo4jenterpriseclusters' };
const configMapType = { group: '', plural: 'configmaps' };

/** What a world starts with. */
export interface WorldOptions {
  readonly primaries?: number;
  readonly secondaries?: number;
  readonly edition?: 'enterprise' | 'community';
  /** Lines of neo4j.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A cluster `graph` that has formed, and an operator that knows only databases. */
export class World extends MortalOperator {
  readonly clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  readonly kube: KubeSim = createKubeSim({ clock: this.clock, rng: seededRng(1) });
  readonly neo4j: SimCluster;
  readonly edition: 'enterprise' | 'community';
  readonly #primaries: number;
  readonly #secondaries: number;

  constructor({ edition = 'enterprise', primaries = 3, secondaries = 0, settings = {} }: WorldOptions = {}) {
    super();
    this.edition = edition;
    this.#primaries = primaries;
    this.#secondaries = secondaries;
    const { clock } = this;
    this.neo4j = new SimCluster({
      clock,
      rng: seededRng(3),
      timings: realTimings,
      servers: primaries,
      edition,
      settings,
    });
    this.kube.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
    this.#allow();
    for (const kind of [neo4jDatabase, neo4jEnterpriseCluster]) {
      this.kube.client.create(customResourceDefinition(kind) as unknown as SimObject, 'test');
    }
  }

  /** The operator may do what the library says that it needs, and nothing else. */
  #allow(): void {
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'operator' } };
    this.kube.client.create({ ...rbac, kind: 'ClusterRole', rules: databaseRules }, 'test');
    this.kube.client.create(
      {
        ...rbac,
        kind: 'ClusterRoleBinding',
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'operator' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'operator' }],
      },
      'test',
    );
  }

  /** Requests of the operator that were not allowed. */
  forbidden(): readonly string[] {
    return this.kube.requests
      .filter(({ status, user }) => status === 403 && user === 'operator')
      .map(({ method, path }) => `${method} ${shortPath(path)}`);
  }

  /** Forms the cluster, makes its object and starts the operator. */
  static async start(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    await world.form();
    world.createCluster();
    world.startOperator();
    await world.settle(5000);
    return world;
  }

  async form(): Promise<void> {
    for (let server = 1; server <= this.#primaries; server++) await this.#addServer({});
    await this.clock.advance(20_000);
    for (let server = 1; server <= this.#secondaries; server++) await this.addSecondary();
  }

  /** A further server for secondaries, enabled. */
  async addSecondary(): Promise<void> {
    await this.#addServer({
      'initial.server.mode_constraint': 'SECONDARY',
      'server.cluster.system_database_mode': 'SECONDARY',
    });
    await this.clock.advance(10_000);
    for (const { id, state } of readServers(await this.ask(showServers(version)))) {
      if (state === 'Free') await this.ask(enableServer(version, id, { modeConstraint: 'SECONDARY' }));
    }
  }

  createCluster(): void {
    this.kube.client.create(
      {
        apiVersion: api,
        kind: 'Neo4jEnterpriseCluster',
        metadata: { name: 'graph', namespace },
        spec: {
          edition: this.edition,
          acceptLicenseAgreement: 'evaluation',
          image: { tag: '2026.08.1' },
          topology: { primaries: this.#primaries, secondaries: this.#secondaries },
          storage: { size: '1Gi' },
        },
      },
      'user',
    );
  }

  deleteCluster(): void {
    this.kube.client.delete(clusterType, namespace, 'graph');
  }

  createDatabase(name: string, spec: Partial<Neo4jDatabaseSpec> = {}, metadata: object = {}): void {
    this.kube.client.create(
      {
        apiVersion: api,
        kind: 'Neo4jDatabase',
        metadata: { name, namespace, ...metadata },
        spec: { clusterRef: 'graph', name, ...spec },
      },
      'user',
    );
  }

  /** Changes the spec as a user would. */
  edit(name: string, spec: Partial<Neo4jDatabaseSpec>): void {
    const object = this.kube.client.get(databaseType, namespace, name);
    if (object === undefined) throw new Error(`there is no object ${name}`);
    this.kube.client.update({ ...object, spec: { ...(object['spec'] as object), ...spec } }, 'user');
  }

  annotate(name: string, annotation: string, value: string | undefined): void {
    const object = this.kube.client.get(databaseType, namespace, name);
    if (object === undefined) throw new Error(`there is no object ${name}`);
    const others = Object.entries(object.metadata.annotations ?? {}).filter(([name]) => name !== annotation);
    const changed = Object.fromEntries(value === undefined ? others : [...others, [annotation, value]]);
    this.kube.client.update({ ...object, metadata: { ...object.metadata, annotations: changed } }, 'user');
  }

  delete(name: string): void {
    this.kube.client.delete(databaseType, namespace, name);
  }

  object(name: string): Stored<DatabaseObject> | undefined {
    return this.kube.client.get(databaseType, namespace, name) as unknown as
      Stored<DatabaseObject> | undefined;
  }

  condition(name: string, type: string): Pick<Condition, 'status' | 'reason' | 'message'> | undefined {
    return this.object(name)?.status?.conditions?.find((condition) => condition.type === type);
  }

  /** `True/Online`. */
  ready(name: string): string {
    const { reason, status } = this.condition(name, 'Ready') ?? { status: 'none', reason: 'none' };
    return `${status}/${reason}`;
  }

  recordedId(name: string): string | undefined {
    return this.object(name)?.metadata.annotations?.[annotations.databaseId];
  }

  kept(): ConfigMap['data'] {
    const record = this.kube.client.get(configMapType, namespace, 'graph-kept-databases');
    return (record as unknown as ConfigMap | undefined)?.data;
  }

  /** The database as Neo4j knows it. */
  async database(name: string): Promise<DatabaseView | undefined> {
    const all = readDatabases(await this.ask(showDatabases(version)));
    return all.find((database) => database.name === name);
  }

  /** Writes a probe into a database. */
  async write(database: string, id: string): Promise<void> {
    await this.ask({ text: 'MERGE (p:Probe {id: $id})', parameters: { id } }, database);
  }

  async has(database: string, id: string): Promise<boolean> {
    const rows = await this.ask(
      { text: 'MATCH (p:Probe {id: $id}) RETURN p.id AS id', parameters: { id } },
      database,
    );
    return rows.length > 0;
  }

  /** Runs a statement as somebody else. */
  async ask(statement: Statement, database = 'system'): Promise<readonly Readonly<Record<string, never>>[]> {
    const answering = this.#run(statement, database);
    await this.clock.advance(0);
    const answer = await answering;
    if (!answer.ok) throw new Error(answer.failure.message);
    return answer.result.rows as readonly Readonly<Record<string, never>>[];
  }

  addresses(): readonly string[] {
    return this.neo4j.members.map((_, index) => addressOf(index + 1));
  }

  startOperator(): void {
    this.startRun();
    if (this.kube.client.get(clusterType, namespace, 'graph') !== undefined) this.openSession();
  }

  /** What the controller of clusters would do. */
  openSession(): void {
    this.access?.open(graph, {
      addresses: this.addresses(),
      version,
      edition: this.edition,
      credentials: () => Promise.resolve({ username: 'neo4j', password: this.neo4j.password }),
    });
  }

  /** Lets time pass. */
  async settle(ms = 20_000): Promise<this> {
    await this.clock.advance(ms);
    return this;
  }

  /** Lets time pass, and starts the operator again if it has died. */
  async settleReviving(ms = 60_000): Promise<this> {
    await this.settle(ms);
    if (this.isAlive) return this;
    this.crashAfter = Number.POSITIVE_INFINITY;
    await this.stopOperator();
    this.startOperator();
    return this.settle(2 * ms);
  }

  /** Ends everything. */
  async end(): Promise<void> {
    await this.stopOperator();
    await this.neo4j.close();
    await this.kube.close();
  }

  protected override async intrude(statement: Statement): Promise<void> {
    await this.#run(statement, 'system');
  }

  #run(statement: Statement, database: string): ReturnType<InProcessLink['run']> {
    const link = inProcessConnector(this.neo4j.network).open({
      scheme: 'neo4j',
      addresses: () => this.addresses(),
      credentials: { username: 'neo4j', password: this.neo4j.password },
      connectTimeoutMs: 5000,
    });
    return link.run(statement, { access: 'write', bookmarks: [], database, timeoutMs: 10_000 });
  }

  async #addServer(settings: Readonly<Record<string, string>>): Promise<void> {
    const number = this.neo4j.members.length + 1;
    await this.neo4j.add({ 'server.bolt.advertised_address': addressOf(number), ...settings });
  }
}

function addressOf(number: number): string {
  return `graph-${number}.${namespace}.svc.cluster.local:7687`;
}
