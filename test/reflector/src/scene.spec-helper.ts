import { expect } from '@jest/globals';
import { type Clock, sleep, systemClock, systemRng } from '@neo4j-operator/clock';
import {
  type ClusterConfig,
  compareResourceVersions,
  createHttpTransport,
  createKubeClient,
  type Delta,
  type Identity,
  type InformerHandle,
  InformerRegistry,
  type KubeTransport,
  noMetrics,
  silentLogger,
} from '@neo4j-operator/reconcile-kit';
import { Replica } from '../../../libs/reconcile-kit/src/informer/replica.spec-helper.ts';
import type { ControlPlane, ServerAddress } from '../../controlplane/src/index.ts';
import { type FaultProxy, type RequestRecord, startFaultProxy } from '../../faultproxy/src/index.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import { fastClock } from './fast-clock.spec-helper.ts';
import { type ConfigMap, configMaps, Writer } from './writer.spec-helper.ts';

/** The user of the token file that the informers are. */
export const informerUser = { userName: 'informer', groups: ['system:masters'] };

export interface SceneOptions {
  /** Default: one that runs four times as fast as the machine's, so that waits are shorter and no limit is near. */
  readonly clock?: Clock;
  /** How many objects the writer writes at most. Default 8. */
  readonly names?: number;
  readonly labelSelector?: string;
  /** Where the informer finds the API server. Default: where it is. */
  readonly address?: ServerAddress;
  /** What is put between the informer and its transport. */
  readonly wrap?: (transport: KubeTransport) => KubeTransport;
}

interface Parts {
  readonly controlPlane: ControlPlane;
  readonly namespace: string;
  readonly proxy: FaultProxy;
  readonly transport: KubeTransport;
  readonly adminTransport: KubeTransport;
  readonly registry: InformerRegistry;
  readonly handle: InformerHandle<ConfigMap>;
  readonly writer: Writer;
}

/** A way to a control plane, or to a proxy in front of it, as one of its users. */
export function transportTo(
  address: ServerAddress,
  identity: Identity,
  clock: Clock = systemClock,
): KubeTransport {
  const config: ClusterConfig = {
    source: 'the test',
    server: address.server,
    namespace: 'default',
    insecureSkipTlsVerify: false,
    loadIdentity: () => Promise.resolve({ ca: address.ca, ...identity }),
  };
  return createHttpTransport({ config, clock, userAgent: 'reflector-test' });
}

/** A namespace with somebody who writes to it, and an informer that follows it through a fault proxy of its own. */
export class Scene {
  readonly proxy: FaultProxy;
  readonly registry: InformerRegistry;
  readonly handle: InformerHandle<ConfigMap>;
  readonly writer: Writer;
  /** Every delta so far. */
  readonly deltas: Delta<ConfigMap>[] = [];
  /** Who knows nothing but the deltas. */
  readonly replica = new Replica<ConfigMap>();
  /** Objects that were told again after their end. */
  readonly #ghosts: string[] = [];
  readonly #gone = new Set<string>();
  /** Milliseconds of the machine's clock at which each of the proxy's requests came. */
  readonly #askedAt: number[] = [];
  readonly #parts: Parts;

  static async open(
    controlPlane: ControlPlane,
    namespace: string,
    options: SceneOptions = {},
  ): Promise<Scene> {
    const { clock = fastClock(4), names = 8, labelSelector, address, wrap } = options;
    await controlPlane.namespace(namespace);
    const proxy = await startFaultProxy(address ?? controlPlane.address);
    const user = controlPlane.tokenUser(informerUser.userName);
    const transport = transportTo(proxy.address, user.identity, clock);
    const adminTransport = transportTo(controlPlane.address, controlPlane.admin.identity);
    const admin = createKubeClient({ transport: adminTransport, clock: systemClock });
    const registry = new InformerRegistry({
      transport: wrap?.(transport) ?? transport,
      clock,
      rng: systemRng,
      logger: silentLogger,
      metrics: noMetrics,
    });
    const scope = { namespace, ...(labelSelector === undefined ? {} : { labelSelector }) };
    return new Scene({
      controlPlane,
      namespace,
      proxy,
      transport,
      adminTransport,
      registry,
      handle: registry.acquire(configMaps, scope),
      writer: new Writer(admin, namespace, names),
    });
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.proxy = parts.proxy;
    this.registry = parts.registry;
    this.handle = parts.handle;
    this.writer = parts.writer;
    this.handle.deltas$.subscribe((deltas) => {
      this.deltas.push(...deltas);
      this.replica.take(deltas);
      this.#lookForGhosts(deltas);
    });
    this.proxy.onRequest(() => {
      this.#askedAt.push(systemClock.monotonic());
      return undefined;
    });
  }

  /** Starts the informer and waits for its first snapshot. */
  async start(): Promise<void> {
    this.registry.start();
    expect(await this.handle.whenSynced()).toBe(true);
  }

  /** Requests that read everything: streamed snapshots, and first pages of lists. */
  get snapshots(): readonly RequestRecord[] {
    return this.proxy.requests.filter(
      ({ query, watch }) => query.has('sendInitialEvents') || (!watch && !query.has('continue')),
    );
  }

  /** Requests that go on from a version. */
  get resumed(): readonly RequestRecord[] {
    return this.proxy.requests.filter(({ query, watch }) => watch && query.has('resourceVersion'));
  }

  /** Proves that it went on, and never from a version older than the one before. */
  expectResumes(): void {
    const versions = this.resumed.map(({ query }) => query.get('resourceVersion') ?? '');
    expect(versions.length).toBeGreaterThan(0);
    expect(versions).toEqual(versions.toSorted(compareResourceVersions));
  }

  /** Milliseconds between the request that was answered with this status and the next. */
  waitAfter(status: number): number {
    const at = this.proxy.requests.findIndex((request) => request.status === status);
    return (this.#askedAt[at + 1] ?? NaN) - (this.#askedAt[at] ?? NaN);
  }

  /** Waits until the store holds what the server holds, and proves that whoever follows the deltas holds the same. */
  async settled(): Promise<void> {
    await eventually(async () => {
      expect(identities(this.handle.lister.list())).toEqual(await this.#onServer());
    }, 20_000);
    expect(identities(this.replica.objects.values())).toEqual(identities(this.handle.lister.list()));
    expect(this.replica.violations).toEqual([]);
    expect(this.#ghosts).toEqual([]);
  }

  /** Proves that each change has been told, and told once. Only without a second snapshot can that be asked for. */
  expectEveryChangeOnce(): void {
    const told = this.deltas.flatMap((delta) =>
      delta.type === 'deleted' ? [] : [`${delta.next.metadata.uid}@${delta.next.metadata.resourceVersion}`],
    );
    const gone = this.deltas.flatMap((delta) => (delta.type === 'deleted' ? [delta.prev.metadata.uid] : []));
    expect(told.toSorted()).toEqual(this.writer.written.toSorted());
    expect(gone.toSorted()).toEqual(this.writer.deleted.toSorted());
  }

  /**
   * Stops the informer and proves that it stays silent, whatever is written, and leaves no connection.
   *
   * @param idle - how many connections the transport keeps, until it is closed, of answers that have ended
   */
  async stopped({ idle = 0 }: { readonly idle?: number } = {}): Promise<void> {
    await this.registry.stop();
    const deltas = this.deltas.length;
    const requests = this.proxy.requests.length;
    await this.writer.write(5);
    await sleep(systemClock, 100);
    expect(this.deltas).toHaveLength(deltas);
    expect(this.proxy.requests).toHaveLength(requests);
    expect(this.proxy.connections.open).toBe(idle);
    await this.#parts.transport.close();
    await eventually(() => {
      expect(this.proxy.connections.open).toBe(0);
    });
  }

  async close(): Promise<void> {
    const { registry, transport, adminTransport, proxy } = this.#parts;
    await registry.stop();
    await transport.close();
    await adminTransport.close();
    await proxy.stop();
  }

  /** An object that was told to be gone cannot come back: without a selector, only another of its name can. */
  #lookForGhosts(deltas: readonly Delta<ConfigMap>[]): void {
    for (const delta of deltas) {
      if (delta.type === 'deleted') this.#gone.add(delta.prev.metadata.uid);
      else if (this.#gone.has(delta.next.metadata.uid) && !this.replica.mayGoBack)
        this.#ghosts.push(delta.key);
    }
  }

  async #onServer(): Promise<readonly string[]> {
    const { controlPlane, namespace } = this.#parts;
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const list = (await controlPlane.callOk({ method: 'GET', path })) as { readonly items: ConfigMap[] };
    return identities(list.items);
  }
}

function identities(objects: Iterable<ConfigMap>): readonly string[] {
  return Array.from(
    objects,
    ({ metadata: { name, uid, resourceVersion } }) => `${name} ${uid ?? ''} ${resourceVersion ?? ''}`,
  ).toSorted();
}
