import type { KubeClient, KubeObject } from '@neo4j-operator/reconcile-kit';
import { defineResource, objectKey } from '@neo4j-operator/reconcile-kit';
import type { Stage } from './stage.ts';

interface Widget extends KubeObject {
  readonly spec: { readonly message: string };
}

export const widgets = defineResource<Widget>({
  group: 'tiny.example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});
const pods = defineResource({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true });

/** The kit's client sends this many requests at a time. */
const concurrency = 32;

export async function createWidgets(stage: Stage, count: number): Promise<void> {
  await stage.withClient('bench', (client) =>
    inParallel(count, async (number) => {
      const metadata = { name: `widget-${number}`, namespace: 'default' };
      const spec = { message: `The message of number ${number}` };
      await client.create(widgets, { apiVersion: 'tiny.example.com/v1', kind: 'Widget', metadata, spec });
    }),
  );
}

/** Pods of 8.8 KB JSON each, of which 4 KB are the managedFields of two managers, as a cluster's running Pods have them. */
export async function createPods(stage: Stage, count: number): Promise<void> {
  await stage.withClient('kube-controller-manager', (creator) =>
    stage.withClient('kubelet', (kubelet) => populatePods(creator, kubelet, count)),
  );
}

/** The same, by clients that whoever calls has already. */
export function populatePods(creator: KubeClient, kubelet: KubeClient, count: number): Promise<void> {
  return inParallel(count, (number) => createPod(creator, kubelet, number));
}

async function createPod(creator: KubeClient, kubelet: KubeClient, number: number): Promise<void> {
  const name = `workload-7d9c6bdf5b-${number}`;
  await creator.create(pods, podOf(name));
  await kubelet.jsonPatch(
    pods,
    objectKey('default', name),
    [{ op: 'replace', path: '/status', value: podStatus(number) }],
    { subresource: 'status' },
  );
}

function podOf(name: string): KubeObject {
  const labels = { app: 'workload', tier: 'backend', 'pod-template-hash': '7d9c6bdf5b' };
  const container = {
    name: 'server',
    image: 'registry.example.com/workload/server:1.27.4',
    args: ['--config=/etc/workload/config.yaml', '--listen=:8080', '--verbose=2'],
    env: Array.from({ length: 21 }, (_, i) => ({
      name: `WORKLOAD_SETTING_${i}`,
      value: `value of setting ${i}`,
    })),
    ports: [8080, 8443, 9090].map((containerPort) => ({ name: `port-${containerPort}`, containerPort })),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 10, periodSeconds: 10 },
    readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, initialDelaySeconds: 5, periodSeconds: 5 },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/workload' },
      { name: 'cache', mountPath: '/var/cache/workload' },
    ],
  };
  const spec = {
    containers: [container],
    volumes: [
      { name: 'config', configMap: { name: 'workload-config' } },
      { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
    ],
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec,
  } as KubeObject;
}

function podStatus(number: number): unknown {
  const startedAt = '2026-01-02T03:04:05Z';
  const podIP = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
  return {
    phase: 'Running',
    startTime: startedAt,
    podIP,
    podIPs: [{ ip: podIP }],
    hostIP: '192.168.1.7',
    qosClass: 'Burstable',
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: startedAt,
    })),
    containerStatuses: [
      {
        name: 'server',
        image: 'registry.example.com/workload/server:1.27.4',
        imageID: `registry.example.com/workload/server@sha256:${'0123456789abcdef'.repeat(4)}`,
        containerID: `containerd://${String(number).padStart(64, '0')}`,
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt } },
        lastState: {},
      },
    ],
  };
}

async function inParallel(count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
