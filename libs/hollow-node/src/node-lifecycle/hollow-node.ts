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
  /** Powers it on; also after `fail`. Resolves when it is up, or has failed meanwhile. */
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

  let life: { readonly off: AbortController; readonly up: Promise<void> } | undefined;

  async function powerOn(signal: AbortSignal): Promise<void> {
    mkdirSync(dataDir, { recursive: true });
    if (parts.listens) await serve(signal);
    const isOn = (): boolean => !signal.aborted;
    if (isOn() && (await registration.start()) && isOn()) kubelet.start();
  }

  async function serve(signal: AbortSignal): Promise<void> {
    const started = await startNodeServer({
      address: ip,
      certificate: selfSigned(name, ip, clock.now(), rng),
      pods: podsOfNode(parts.pods, name),
      logs,
      clock,
    });
    if (signal.aborted) await started.close();
    else server = started;
  }

  async function powerOff(): Promise<void> {
    const before = life;
    const closing = server?.close();
    life = undefined;
    server = undefined;
    before?.off.abort();
    await Promise.all([closing, registration.fallSilent(), before?.up.catch(() => undefined)]);
  }

  return {
    spec,
    ip,
    kubelet,
    logs,
    start() {
      if (life !== undefined) return life.up;
      const off = new AbortController();
      const up = powerOn(off.signal).catch((error: unknown) => {
        if (!off.signal.aborted) void powerOff();
        throw error;
      });
      life = { off, up };
      return up;
    },
    async fail() {
      kubelet.fail();
      await powerOff();
    },
    async stop({ remove = false } = {}) {
      await Promise.all([kubelet.stop(), powerOff()]);
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
