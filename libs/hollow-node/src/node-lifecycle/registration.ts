// A node makes itself known, and then says again and again that it is alive.
import { type Clock, sleep, type Timer } from '@neo4j-operator/clock';
import {
  defineResource,
  isKubeError,
  type KubeClient,
  type Lease,
  leases,
  type Logger,
  objectKey,
  type ObjectKey,
  type Resource,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { type Node, nodeLabels, nodeObject, type NodeSpec, nodeStatus } from './node-object.ts';

/** The resource type of nodes. */
export const nodes = defineResource<Node>({
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  namespaced: false,
});

export interface RegistrationOptions {
  readonly spec: NodeSpec;
  readonly ip: string;
  /** Of the node's server; 0 without one. Asked at each start: a node that comes back has another. */
  readonly port: () => number;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Registration {
  /**
   * Makes the Node and its Lease, or takes over those of before, and keeps them fresh. Also after `fallSilent`. While the server
   * cannot answer, it tries again.
   *
   * @returns false if it has fallen silent meanwhile
   */
  start(): Promise<boolean>;
  /** Nothing is said any more; what is under way is waited for. */
  fallSilent(): Promise<void>;
  /** Deletes both. */
  remove(): Promise<void>;
}

const leaseNamespace = 'kube-node-lease';
/** A kubelet's numbers: the lease is valid for 40 s and renewed in a quarter of it, the status is told at least every 5 minutes. */
const leaseSeconds = 40;
const renewMs = 10_000;
const statusMs = 300_000;
const retryMs = 1000;
/** What will be the same the next time. */
const lasting = ['BadRequest', 'Unauthorized', 'Forbidden', 'Invalid'] as const;

export function createRegistration(options: RegistrationOptions): Registration {
  const { spec, ip, client, clock, logger } = options;
  const nodeKey = objectKey(undefined, spec.name);
  const leaseKey = objectKey(leaseNamespace, spec.name);
  let timer: Timer | undefined;
  /** What is under way; never rejected. */
  let work: Promise<unknown> = Promise.resolve();
  let life = new AbortController();
  let statusAt = 0;

  async function tellStatus(): Promise<void> {
    statusAt = clock.monotonic();
    const port = options.port();
    const live = await client.get(nodes, nodeKey);
    if (live === undefined) {
      await client.create(nodes, nodeObject(spec, nodeStatus(spec, ip, port, clock.now())));
      return;
    }
    const status = nodeStatus(spec, ip, port, clock.now(), live.status?.conditions);
    // Volumes that are attached, images and the like are others' fields.
    const value = { ...live.status, ...status };
    await client.jsonPatch(nodes, nodeKey, [{ op: 'add', path: '/status', value }], {
      subresource: 'status',
    });
  }

  /**
   * Admission taints each new Node as not ready, and kube-controller-manager takes that back when it has noticed that it is. The node
   * does it itself: it is ready, and there may be no such controller.
   *
   * @returns false if somebody has changed the Node meanwhile
   */
  async function takeUp({ metadata, spec: { taints = [] } = {} }: Stored<Node>): Promise<boolean> {
    const others = taints.filter(({ key }) => key !== 'node.kubernetes.io/not-ready');
    if (others.length === taints.length) return true;
    try {
      await client.jsonPatch(nodes, nodeKey, [
        { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
        { op: 'add', path: '/spec/taints', value: others },
      ]);
      return true;
    } catch (error) {
      // A test that fails is answered by the one, a change between it and the write by the other.
      if (!isKubeError(error, 'Invalid', 'Conflict')) throw error;
      return false;
    }
  }

  /**
   * A Node of before may have had other labels; its other taints are the administrator's by now.
   *
   * @returns false if it has to be done again
   */
  async function tellPlace(): Promise<boolean> {
    const live = await client.get(nodes, nodeKey);
    const labels = nodeLabels(spec);
    if (!Object.entries(labels).every(([key, value]) => live?.metadata.labels?.[key] === value)) {
      const value = { ...live?.metadata.labels, ...labels };
      await client.jsonPatch(nodes, nodeKey, [{ op: 'add', path: '/metadata/labels', value }]);
    }
    const now = await client.get(nodes, nodeKey);
    return now !== undefined && takeUp(now);
  }

  async function renewLease(): Promise<void> {
    const renewTime = microTime(clock.now());
    try {
      await client.jsonPatch(leases, leaseKey, [{ op: 'add', path: '/spec/renewTime', value: renewTime }]);
    } catch (error) {
      if (!isKubeError(error, 'NotFound')) throw error;
      await createLease(renewTime);
    }
  }

  async function createLease(renewTime: string): Promise<void> {
    const node = await client.get(nodes, nodeKey);
    if (node === undefined) return;
    const lease: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: spec.name,
        namespace: leaseNamespace,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: spec.name, uid: node.metadata.uid }],
      },
      spec: { holderIdentity: spec.name, leaseDurationSeconds: leaseSeconds, renewTime },
    };
    await client.create(leases, lease);
  }

  /** @returns whether it is registered; false if that may be so later */
  async function register({ signal }: AbortController): Promise<boolean> {
    try {
      await tellStatus();
      if (signal.aborted || !(await tellPlace())) return false;
      await renewLease();
      return true;
    } catch (error) {
      if (isKubeError(error, ...lasting)) throw error;
      logger.warn({ node: spec.name, error }, 'a node could not register');
      return false;
    }
  }

  async function come(mine: AbortController): Promise<boolean> {
    while (!(await register(mine))) {
      if (!(await sleep(clock, retryMs, mine.signal))) return false;
    }
    plan(mine);
    return true;
  }

  async function beat(mine: AbortController): Promise<void> {
    try {
      if (clock.monotonic() - statusAt >= statusMs) await tellStatus();
      if (!mine.signal.aborted) await renewLease();
    } catch (error) {
      logger.warn({ node: spec.name, error }, 'a node could not say that it is alive');
    }
    plan(mine);
  }

  function plan(mine: AbortController): void {
    if (mine.signal.aborted) return;
    timer = clock.setTimer(renewMs, () => {
      work = beat(mine);
    });
  }

  async function removeObject(resource: Resource, key: ObjectKey): Promise<void> {
    const live = await client.get(resource, key);
    if (live !== undefined) await client.delete(resource, key, { uid: live.metadata.uid });
  }

  async function fallSilent(): Promise<void> {
    life.abort();
    timer?.cancel();
    await work;
  }

  return {
    start() {
      const before = fallSilent();
      const mine = new AbortController();
      life = mine;
      const coming = before.then(() => come(mine));
      work = coming.catch(() => undefined);
      return coming;
    },
    fallSilent,
    async remove() {
      await fallSilent();
      await removeObject(nodes, nodeKey);
      await removeObject(leases, leaseKey);
    },
  };
}

/** RFC 3339 with six digits, as Leases have it. */
function microTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}
