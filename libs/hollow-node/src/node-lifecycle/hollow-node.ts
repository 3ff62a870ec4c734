// One node: its registration, its kubelet, its logs and its server.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createEventRecorder,
  type InformerHandle,
  type KubeClient,
  objectKey,
} from '@neo4j-operator/reconcile-kit';
import type { Kubelet, KubeletOptions } from '../kubelet/contract.ts';
import { createKubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/resources.ts';
import { createLogStore, type LogStore } from '../logs/log-store.ts';
import { milli } from '../scheduler/milli.ts';
import { selfSigned } from '../server/certificate.ts';
import { type NodePods, type NodeServer, startNodeServer } from '../server/node-server.ts';
import { type NodeSpec, nodeStatus } from './node-object.ts';
import { createRegistration } from './registration.ts';

/** What all nodes share. */
export interface NodeParts extends Pick<
  KubeletOptions,
  'transport' | 'registry' | 'clock' | 'rng' | 'logger' | 'programs' | 'network' | 'dial' | 'claimsDir'
> {
  readonly client: KubeClient;
  readonly pods: InformerHandle<Pod>;
  /** Holds a folder for each node. */
  readonly nodesDir: string;
  readonly listens: boolean;
  readonly tellsEvents: boolean;
  readonly logBytes: number;
  readonly kubelet: Pick<KubeletOptions, 'admit' | 'volumeRefreshMs' | 'statusDelayMs'>;
}

export interface HollowNode {
  readonly spec: NodeSpec;
  readonly ip: string;
  readonly kubelet: Kubelet;
  readonly logs: LogStore;
  /** Powers it on; also after `fail`. */
  start(): Promise<void>;
  /** The power is off: nothing runs, nothing is said, nothing answers. */
  fail(): Promise<void>;
  /** For good. Its objects stay unless they are to be removed. */
  stop(how?: { readonly remove?: boolean }): Promise<void>;
}

export function createHollowNode(spec: NodeSpec, ip: string, parts: NodeParts): HollowNode {
  const { client, clock, logger, rng } = parts;
  const { name } = spec;
  const logs = createLogStore(clock, parts.logBytes);
  const dataDir = join(parts.nodesDir, name);
  const { allocatable } = nodeStatus(spec, ip, 0, 0);
  const recorder = parts.tellsEvents
    ? createEventRecorder({
        writer: client,
        clock,
        rng,
        logger,
        reportingController: 'kubelet',
        reportingInstance: name,
      })
    : undefined;
  const kubelet = createKubelet({
    ...parts,
    ...parts.kubelet,
    nodeName: name,
    nodeIp: ip,
    dataDir,
    logs,
    logger: logger.child({ node: name }),
    ...(recorder === undefined ? {} : { events: recorder }),
    allocatable: {
      cpu: milli(allocatable['cpu'] ?? '0') / 1000,
      memory: milli(allocatable['memory'] ?? '0') / 1000,
    },
  });
  let server: NodeServer | undefined;
  const registration = createRegistration({
    spec,
    ip,
    port: () => server?.port ?? 0,
    client,
    clock,
    logger,
  });

  async function silence(): Promise<void> {
    const closing = server?.close();
    server = undefined;
    await Promise.all([closing, registration.fallSilent()]);
  }

  return {
    spec,
    ip,
    kubelet,
    logs,
    async start() {
      mkdirSync(dataDir, { recursive: true });
      if (parts.listens) {
        server ??= await startNodeServer({
          address: ip,
          certificate: selfSigned(name, ip, clock.now(), rng),
          pods: podsOfNode(parts.pods, name),
          logs,
          clock,
        });
      }
      await registration.start();
      kubelet.start();
    },
    async fail() {
      kubelet.fail();
      await silence();
    },
    async stop({ remove = false } = {}) {
      await kubelet.stop();
      await silence();
      await recorder?.flush(1000);
      if (remove) await registration.remove();
    },
  };
}

function podsOfNode({ lister, deltas$ }: InformerHandle<Pod>, nodeName: string): NodePods {
  return {
    find: (namespace, name) => {
      const pod = lister.get(objectKey(namespace, name));
      return pod?.spec.nodeName === nodeName ? pod : undefined;
    },
    onChange: (uid, callback) => {
      const subscription = deltas$.subscribe((deltas) => {
        if (
          deltas.some((delta) => (delta.type === 'deleted' ? delta.prev : delta.next).metadata.uid === uid)
        ) {
          callback();
        }
      });
      return () => {
        subscription.unsubscribe();
      };
    },
  };
}
