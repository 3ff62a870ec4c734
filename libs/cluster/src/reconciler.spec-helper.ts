// The whole controller between a simulated control plane and simulated Neo4j servers, under virtual time. What stands for nodes here starts a
// server as soon as there is a pod; there is neither a scheduler nor a network.
import { customResourceDefinition, neo4jDatabase, neo4jEnterpriseCluster } from '@neo4j-operator/api-types';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import {
  ClusterAccess,
  type ClusterObject,
  clusters,
  configMaps,
  SecretReader,
  secrets,
  secretText,
} from '@neo4j-operator/cluster-access';
import { createKubeSim, type KubeSim, type SimObject, userOf } from '@neo4j-operator/kube-sim';
import type { BoltConnector } from '@neo4j-operator/neo4j-admin';
import {
  bootServer,
  inProcessConnector,
  newVolume,
  realTimings,
  SimNetwork,
  type SimServer,
  type SimVolume,
} from '@neo4j-operator/neo4j-sim';
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
import { configMapNameOf } from './analyze/settings.ts';
import { type Pod, pods } from './model/resources.ts';
import { clusterRules } from './rbac.ts';
import { clusterController } from './reconciler.ts';
import { type SpecChange, sampleCluster } from './render/samples.spec-helper.ts';

/** One process of the operator. Once it is dead nothing of it reaches anybody, and it hears of nothing. */
interface Process {
  readonly access: ClusterAccess;
  readonly registry: InformerRegistry;
  readonly stop: AbortController;
  readonly running: Promise<void>;
  isAlive: boolean;
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
  /** The operator dies right after so many effects, before it hears of the last one. */
  crashAfter = Number.POSITIVE_INFINITY;
  readonly #servers = new Map<string, SimServer>();
  readonly #volumes = new Map<string, SimVolume>();
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

  /** Starts the operator with nothing that it remembers. */
  startOperator(): void {
    const { clock } = this;
    const rng = seededRng(7);
    const process: { isAlive: boolean } = { isAlive: true };
    const transport = this.#mortalTransport(process);
    const registry = new InformerRegistry({
      transport,
      clock,
      rng,
      logger: silentLogger,
      metrics: noMetrics,
    });
    const client = createKubeClient({ transport, clock, gate: openGate, observer: registry.writeObserver });
    const connector = this.#mortalConnector(process);
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
    this.#process = Object.assign(process, { access, registry, stop, running });
  }

  /** Lets the operator end in good order, or what is left of a dead one. */
  async stopOperator(): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    process.isAlive = false;
    process.stop.abort();
    await Promise.all([process.access.closeAll(), process.registry.stop(), this.settle(20_000)]);
  }

  isOperatorAlive(): boolean {
    return this.#process?.isAlive ?? false;
  }

  apply(change: SpecChange = {}): Promise<Stored<ClusterObject>> {
    const { apiVersion, kind, metadata, spec } = sampleCluster(change);
    const object = { apiVersion, kind, metadata: { name: metadata.name, namespace: 'prod' }, spec };
    return this.client.apply(clusters, object as ClusterObject, { fieldManager: 'user', force: true });
  }

  async cluster(): Promise<Stored<ClusterObject>> {
    const found = await this.get(clusters, 'graph');
    if (found === undefined) throw new Error('there is no cluster');
    return found;
  }

  async condition(type: string): Promise<Condition | undefined> {
    const { status } = await this.cluster();
    return findCondition(status?.conditions as readonly Condition[] | undefined, type);
  }

  get<T extends KubeObject>(resource: Resource<T>, name: string): Promise<Stored<T> | undefined> {
    return this.client.get(resource, objectKey('prod', name));
  }

  list<T extends KubeObject>(resource: Resource<T>): Promise<readonly Stored<T>[]> {
    return this.client.list(resource, { namespace: 'prod' });
  }

  /** The running server in a pod. */
  server(pod: string): SimServer {
    const server = this.#servers.get(pod);
    if (server === undefined) throw new Error(`no server runs in ${pod}`);
    return server;
  }

  /** Time goes on, and nodes do their part. */
  async settle(forMs: number): Promise<void> {
    for (let passed = 0; passed < forMs; passed += 250) {
      await this.#runPods();
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
    const ready = findCondition(status?.conditions as readonly Condition[] | undefined, 'Ready');
    return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
  }

  /** Requests of the operator that were not allowed. */
  forbidden(): readonly string[] {
    return this.kube.requests
      .filter(({ status, user }) => status === 403 && user === 'operator')
      .map(({ method, path }) => `${method} ${path}`);
  }

  async end(): Promise<void> {
    await this.stopOperator();
    this.network.close();
    await this.kube.close();
  }

  async #runPods(): Promise<void> {
    const found = await this.list(pods);
    for (const pod of found) {
      const { deletionTimestamp, name, uid } = pod.metadata;
      if (deletionTimestamp !== undefined) {
        this.#servers.get(name)?.stop();
        this.#servers.delete(name);
        this.kube.client.delete({ group: '', plural: 'pods' }, 'prod', name, {
          gracePeriodSeconds: 0,
        } as never);
      } else if (!this.#servers.has(name)) await this.#start(pod);
      else if (this.server(name).isMember) this.#tell(pod, uid, true);
    }
    const names = new Set(found.map(({ metadata }) => metadata.name));
    for (const [name, server] of this.#servers) {
      if (names.has(name)) continue;
      server.crash();
      this.#servers.delete(name);
    }
  }

  async #start(pod: Stored<Pod>): Promise<void> {
    const claim = pod.spec.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)
      ?.persistentVolumeClaim?.claimName;
    const conf = await this.get(configMaps, configMapNameOf(pod.spec) ?? '');
    const bootstrap = await this.get(secrets, 'graph-bootstrap');
    const { uid } = (await this.client.get(claimsOf, objectKey('prod', claim ?? '')))?.metadata ?? {
      uid: '',
    };
    const volume = this.#volumes.get(uid) ?? newVolume();
    this.#volumes.set(uid, volume);
    const text = conf?.data?.['neo4j.conf'];
    if (text === undefined) throw new Error(`${pod.metadata.name} has no neo4j.conf`);
    const result = bootServer({
      network: this.network,
      volume,
      version: '2026.08.1',
      edition: pod.spec.containers[0]?.image.endsWith('-community') === true ? 'community' : 'enterprise',
      conf: text,
      environment: {
        NEO4J_ACCEPT_LICENSE_AGREEMENT: 'yes',
        NEO4J_AUTH: secretText(bootstrap, 'auth') ?? '',
      },
    });
    if (!result.ok) throw new Error(result.log.join('\n'));
    this.#servers.set(pod.metadata.name, result.server);
    this.#tell(pod, pod.metadata.uid, false);
  }

  #tell(pod: Stored<Pod>, uid: string, isReady: boolean): void {
    const startedAt = new Date(this.clock.now()).toISOString();
    const [known] = pod.status?.containerStatuses ?? [];
    if (known?.ready === isReady) return;
    const status = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'neo4j',
          image: 'neo4j',
          imageID: '',
          ready: isReady,
          restartCount: 0,
          containerID: `containerd://${uid}`,
          state: known?.state ?? { running: { startedAt } },
        },
      ],
    };
    const now = this.kube.client.get({ group: '', plural: 'pods' }, 'prod', pod.metadata.name);
    if (now !== undefined) this.kube.client.update({ ...now, status } as never, 'kubelet', 'status');
  }

  #effect(what: string, process: { isAlive: boolean }): boolean {
    this.effects.push(what);
    this.crashAfter--;
    if (this.crashAfter <= 0) process.isAlive = false;
    return process.isAlive;
  }

  #mortalTransport(process: { isAlive: boolean }): KubeTransport {
    const inner = this.kube.transport({ user: userOf('operator'), error: kubeError });
    const hanging = <T>(): Promise<T> => new Promise(() => undefined);
    return {
      stream: (request) => (process.isAlive ? inner.stream(request) : hanging()),
      request: async (request) => {
        if (!process.isAlive) return hanging();
        if (request.method === 'GET') return inner.request(request);
        const answer = await inner.request(request);
        return this.#effect(`${request.method} ${request.path}`, process) ? answer : hanging();
      },
      close: () => inner.close(),
    };
  }

  #mortalConnector(process: { isAlive: boolean }): BoltConnector {
    const inner: BoltConnector = inProcessConnector(this.network);
    const lost = {
      ok: false,
      failure: { origin: 'transport', kind: 'lost', mayHaveRun: true, message: 'this process is dead' },
    } as const;
    return {
      open: (endpoint) => {
        const link = inner.open(endpoint);
        return {
          connections: () => link.connections(),
          close: () => link.close(),
          run: async (statement, options) => {
            if (!process.isAlive) return lost;
            const answer = await link.run(statement, options);
            const text = statement.text.replace(/^CYPHER \d+ /, '');
            if (text.startsWith('SHOW')) return process.isAlive ? answer : lost;
            return this.#effect(text, process) ? answer : lost;
          },
        };
      },
    };
  }
}

const claimsOf: Resource = {
  group: '',
  version: 'v1',
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
};

function kubeError(
  message: string,
  reason: 'ConnectionFailed' | 'ConnectionLost' | 'Aborted',
  request: string,
): KubeError {
  return new KubeError(message, { reason, request });
}
