import type { Clock } from '@neo4j-operator/clock';
import { configMaps, secrets, secretText } from '@neo4j-operator/cluster-access';
import type { KubeSim } from '@neo4j-operator/kube-sim';
import {
  bootServer,
  newVolume,
  type SimNetwork,
  type SimServer,
  type SimVolume,
} from '@neo4j-operator/neo4j-sim';
import {
  type KubeClient,
  type KubeObject,
  objectKey,
  type Resource,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { configMapNameOf } from './analyze/settings.ts';
import { claims, type Pod } from './model/resources.ts';

/** Where the nodes are. */
interface SimWorld {
  readonly clock: Clock;
  readonly kube: KubeSim;
  readonly client: KubeClient;
  readonly network: SimNetwork;
  get<T extends KubeObject>(resource: Resource<T>, name: string): Promise<Stored<T> | undefined>;
}

/**
 * What stands for nodes: a simulated server for each pod, started as soon as there is one, on a volume for each claim. There is neither a
 * scheduler nor a network.
 */
export class SimNodes {
  readonly #world: SimWorld;
  readonly #servers = new Map<string, SimServer>();
  readonly #volumes = new Map<string, SimVolume>();

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** The running server in a pod. */
  server(pod: string): SimServer {
    const server = this.#servers.get(pod);
    if (server === undefined) throw new Error(`no server runs in ${pod}`);
    return server;
  }

  /** Starts what is to run, ends what is not, and tells who has come up. */
  async run(): Promise<void> {
    const found = this.#world.kube.client.list(
      { group: '', plural: 'pods' },
      'prod',
    ) as unknown as readonly Stored<Pod>[];
    for (const pod of found) {
      const { deletionTimestamp, name, uid } = pod.metadata;
      if (deletionTimestamp !== undefined) {
        this.#servers.get(name)?.stop();
        this.#servers.delete(name);
        this.#world.kube.client.delete({ group: '', plural: 'pods' }, 'prod', name, {
          gracePeriodSeconds: 0,
        });
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
    const conf = await this.#world.get(configMaps, configMapNameOf(pod.spec) ?? '');
    const bootstrap = await this.#world.get(secrets, 'graph-bootstrap');
    const { uid } = (await this.#world.client.get(claims, objectKey('prod', claim ?? '')))?.metadata ?? {
      uid: '',
    };
    const volume = this.#volumes.get(uid) ?? newVolume();
    this.#volumes.set(uid, volume);
    const text = conf?.data?.['neo4j.conf'];
    if (text === undefined) throw new Error(`${pod.metadata.name} has no neo4j.conf`);
    const result = bootServer({
      network: this.#world.network,
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
    const startedAt = new Date(this.#world.clock.now()).toISOString();
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
    const now = this.#world.kube.client.get({ group: '', plural: 'pods' }, 'prod', pod.metadata.name);
    if (now !== undefined) this.#world.kube.client.update({ ...now, status }, 'kubelet', 'status');
  }
}
