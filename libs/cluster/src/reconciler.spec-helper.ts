// The whole controller between a simulated control plane and simulated Neo4j servers, under virtual time.
import { customResourceDefinition, neo4jDatabase, neo4jEnterpriseCluster } from '@neo4j-operator/api-types';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import {
  ClusterAccess,
  type ClusterObject,
  clusters,
  SecretReader,
  secrets,
} from '@neo4j-operator/cluster-access';
import {
  createKubeSim,
  type KubeSim,
  type SimObject,
  type TransportErrorFactory,
  userOf,
} from '@neo4j-operator/kube-sim';
import type { BoltConnector } from '@neo4j-operator/neo4j-admin';
import { inProcessConnector, realTimings, SimNetwork, type SimServer } from '@neo4j-operator/neo4j-sim';
import {
  type Condition,
  createController,
  createKubeClient,
  type EventInput,
  findCondition,
  InformerRegistry,
  type KubeClient,
  KubeError,
  type KubeObject,
  type KubeTransport,
  noMetrics,
  objectKey,
  openGate,
  type Resource,
  silentLogger,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { SimNodes } from './nodes.spec-helper.ts';
import { clusterRules } from './rbac.ts';
import { clusterController } from './reconciler.ts';
import { type SpecChange, sampleCluster } from './render/samples.spec-helper.ts';

const kubeError: TransportErrorFactory = (message, reason, request) =>
  new KubeError(message, { reason, request });

/** What runs of the operator. */
interface Process {
  readonly access: ClusterAccess;
  readonly registry: InformerRegistry;
  readonly stop: AbortController;
  readonly running: Promise<void>;
}

export class Stage {
  readonly clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  readonly kube: KubeSim = createKubeSim({ clock: this.clock, rng: seededRng(1) });
  readonly network = new SimNetwork({ clock: this.clock, rng: seededRng(2), timings: realTimings });
  /** Of an administrator. */
  readonly client: KubeClient = createKubeClient({
    transport: this.kube.transport({ error: kubeError }),
    clock: this.clock,
    gate: openGate,
  });
  readonly events: EventInput[] = [];
  /** What changed something, in order: requests and statements. */
  readonly effects: string[] = [];
  readonly nodes = new SimNodes(this);
  #process: Process | undefined;

  constructor() {
    const create = (object: object): void => {
      this.kube.client.create(object as SimObject, 'test');
    };
    create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } });
    create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'prod' } });
    for (const kind of [neo4jDatabase, neo4jEnterpriseCluster]) create(customResourceDefinition(kind));
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'operator' } };
    create({ ...rbac, kind: 'ClusterRole', rules: clusterRules });
    create({
      ...rbac,
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'operator' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'operator' }],
    });
  }

  /** Lets the operator do this and nothing else. */
  allow(rules: typeof clusterRules): void {
    const type = { group: 'rbac.authorization.k8s.io', plural: 'clusterroles' };
    const role = this.kube.client.get(type, undefined, 'operator');
    if (role !== undefined) this.kube.client.update({ ...role, rules }, 'test');
  }

  /** Starts the operator. */
  startOperator(): void {
    const { clock } = this;
    const rng = seededRng(7);
    const transport = this.#loggedTransport();
    const registry = new InformerRegistry({
      transport,
      clock,
      rng,
      logger: silentLogger,
      metrics: noMetrics,
    });
    const client = createKubeClient({ transport, clock, gate: openGate, observer: registry.writeObserver });
    const connector = this.#loggedConnector();
    const access = new ClusterAccess({ clock, rng, logger: silentLogger, connector });
    const reader = new SecretReader({
      lister: registry.acquire(secrets, {}, { metadataOnly: true }).lister,
      live: client,
    });
    const controller = createController(
      clusterController({ access, secrets: reader, clusterDomain: 'cluster.local' }),
      {
        registry,
        client,
        clock,
        rng,
        logger: silentLogger,
        metrics: noMetrics,
        events: {
          record: (_object, event) => {
            this.events.push(event);
          },
          flush: () => Promise.resolve(),
        },
      },
    );
    registry.start();
    const stop = new AbortController();
    const running = controller.run(stop.signal, new AbortController().signal);
    this.#process = { access, registry, stop, running };
  }

  apply(change: SpecChange = {}): Promise<Stored<ClusterObject>> {
    const { apiVersion, kind, metadata, spec } = sampleCluster(change);
    const object = { apiVersion, kind, metadata: { name: metadata.name, namespace: 'prod' }, spec };
    return this.client.apply(clusters, object, { fieldManager: 'user', force: true });
  }

  async cluster(): Promise<Stored<ClusterObject>> {
    const found = await this.get(clusters, 'graph');
    if (found === undefined) throw new Error('there is no cluster');
    return found;
  }

  async condition(type: string): Promise<Condition | undefined> {
    const { status } = await this.cluster();
    return findCondition(status?.conditions, type);
  }

  get<T extends KubeObject>(resource: Resource<T>, name: string): Promise<Stored<T> | undefined> {
    return this.client.get(resource, objectKey('prod', name));
  }

  list<T extends KubeObject>(resource: Resource<T>): Promise<readonly Stored<T>[]> {
    return this.client.list(resource, { namespace: 'prod' });
  }

  /** The running server in a pod. */
  server(pod: string): SimServer {
    return this.nodes.server(pod);
  }

  /** Time goes on, and nodes do their part. */
  async settle(forMs: number): Promise<void> {
    for (let passed = 0; passed < forMs; passed += 250) {
      await this.nodes.run();
      await this.clock.advance(250);
    }
  }

  /** Until something holds. */
  async until(holds: () => Promise<boolean>, withinMs = 300_000): Promise<void> {
    for (let passed = 0; passed < withinMs; passed += 1000) {
      if (await holds()) return;
      await this.settle(1000);
    }
    const status = (await this.get(clusters, 'graph'))?.status;
    throw new Error(`it does not come to hold: ${JSON.stringify(status, undefined, 1)}`);
  }

  async isReady(): Promise<boolean> {
    const { metadata, status } = await this.cluster();
    const ready = findCondition(status?.conditions, 'Ready');
    return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
  }

  /** Requests of the operator that were not allowed. */
  forbidden(): readonly string[] {
    return this.kube.requests
      .filter(({ status, user }) => status === 403 && user === 'operator')
      .map(({ method, path }) => `${method} ${path}`);
  }

  async end(): Promise<void> {
    if (this.#process !== undefined) {
      const { access, registry, running, stop } = this.#process;
      stop.abort();
      await Promise.all([access.closeAll(), registry.stop(), running, this.settle(20_000)]);
    }
    this.network.close();
    await this.kube.close();
  }

  #loggedTransport(): KubeTransport {
    const inner = this.kube.transport({ user: userOf('operator'), error: kubeError });
    return {
      stream: (request) => inner.stream(request),
      request: (request) => {
        if (request.method !== 'GET') this.effects.push(`${request.method} ${request.path}`);
        return inner.request(request);
      },
      close: () => inner.close(),
    };
  }

  #loggedConnector(): BoltConnector {
    const inner: BoltConnector = inProcessConnector(this.network);
    return {
      open: (endpoint) => {
        const link = inner.open(endpoint);
        return {
          connections: () => link.connections(),
          close: () => link.close(),
          run: (statement, options) => {
            const text = statement.text.replace(/^CYPHER \d+ /, '');
            if (!text.startsWith('SHOW')) this.effects.push(text);
            return link.run(statement, options);
          },
        };
      },
    };
  }
}
