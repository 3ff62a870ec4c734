// The scheduler at work: reads the caches, decides, binds.
import type { Clock } from '@neo4j-operator/clock';
import {
  type EventRecorder,
  type InformerHandle,
  type InformerRegistry,
  type KubeClient,
  type KubeTransport,
  keyOf,
  type Logger,
  objectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { inParallel } from '../in-parallel.ts';
import { createPasses, passesOver } from '../passes.ts';
import { rfc3339 } from '../kubelet/timestamp.ts';
import { type Claim, resources, type SchedulablePod, type Volume } from './objects.ts';
import { queueOrder, schedule } from './schedule.ts';
import { assume, hasEnded, type Snapshot, takeSnapshot } from './snapshot.ts';
import { isBound, selectedNode, type VolumePlan, volumePlan } from './volumes.ts';

export interface SchedulerOptions {
  readonly transport: KubeTransport;
  readonly client: KubeClient;
  /** Started and stopped by the caller. */
  readonly registry: InformerRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events?: Pick<EventRecorder, 'record'>;
  /** Which pods are its own. Default `default-scheduler`. */
  readonly schedulerName?: string;
}

export interface Scheduler {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds that changes are gathered: a controller makes pods in bursts. */
const gatherMs = 5;
const retryMs = 1000;
/** All others wait for a request that is not answered. */
const requestDeadlineMs = 10_000;

/** A pod that counts as being on a node although the cache does not show it there yet. */
interface Assumed {
  readonly nodeName: string;
  /** False while its claims wait for their volumes. */
  readonly isBinding: boolean;
}

/** Binds pods to nodes, one after the other by priority and age. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { client, clock, logger, registry } = options;
  const schedulerName = options.schedulerName ?? 'default-scheduler';
  const pods = registry.acquire(resources.pods);
  const nodes = registry.acquire(resources.nodes);
  const namespaces = registry.acquire(resources.namespaces);
  const claims = registry.acquire(resources.claims);
  const volumes = registry.acquire(resources.volumes);
  const classes = registry.acquire(resources.storageClasses);
  const handles: readonly InformerHandle[] = [pods, nodes, namespaces, claims, volumes, classes];
  const assumed = new Map<string, Assumed>();
  const passes = createPasses({
    clock,
    delayMs: gatherMs,
    retryMs,
    run: pass,
    onError: (error) => {
      logger.warn({ error }, 'a scheduling pass failed');
    },
  });

  async function pass(): Promise<void> {
    forget();
    const snapshot = look();
    const work: (() => Promise<void>)[] = [];
    for (const pod of [...pods.lister.list()].filter(isMine).sort(queueOrder)) {
      const step = place(pod, snapshot);
      if (step !== undefined) work.push(step);
    }
    await inParallel(work);
  }

  function look(): Snapshot {
    return takeSnapshot({
      nodes: nodes.lister.list(),
      pods: [...pods.lister.list()].map((pod) => {
        const nodeName = pod.spec.nodeName ?? assumed.get(pod.metadata.uid)?.nodeName;
        return nodeName === undefined ? pod : { ...pod, spec: { ...pod.spec, nodeName } };
      }),
      claim: (namespace, name) => claims.lister.get(objectKey(namespace, name)),
      volume: (name) => volumes.lister.get(objectKey(undefined, name)),
      volumes: () => volumes.lister.list(),
      storageClass: (name) => classes.lister.get(objectKey(undefined, name)),
      namespaceLabels: (name) => namespaces.lister.get(objectKey(undefined, name))?.metadata.labels,
    });
  }

  /** What is no longer an assumption: the pod is there, or gone, or its node is. */
  function forget(): void {
    const present = new Map([...pods.lister.list()].map((pod) => [pod.metadata.uid, pod]));
    for (const [uid, { nodeName, isBinding }] of assumed) {
      const pod = present.get(uid);
      const hasNode = nodes.lister.get(objectKey(undefined, nodeName)) !== undefined;
      if (pod === undefined || pod.spec.nodeName !== undefined || (!hasNode && !isBinding))
        assumed.delete(uid);
    }
  }

  function isMine({ metadata, spec, status }: Stored<SchedulablePod>): boolean {
    return (
      spec.nodeName === undefined &&
      (spec.schedulerName ?? 'default-scheduler') === schedulerName &&
      (spec.schedulingGates ?? []).length === 0 &&
      metadata.deletionTimestamp === undefined &&
      !hasEnded({ status } as SchedulablePod)
    );
  }

  /** Decides about a pod; what is to be done about it may wait for others' decisions. */
  function place(pod: Stored<SchedulablePod>, snapshot: Snapshot): (() => Promise<void>) | undefined {
    const known = assumed.get(pod.metadata.uid);
    if (known !== undefined) return known.isBinding ? undefined : goOn(pod, known.nodeName, snapshot);
    const decision = schedule(pod, snapshot);
    if (!('view' in decision)) return () => tellUnschedulable(pod, decision.unschedulable);
    assume(decision.view, pod);
    return proceed(pod, decision.view.node.metadata.name, decision.volumes);
  }

  function goOn(
    pod: Stored<SchedulablePod>,
    nodeName: string,
    snapshot: Snapshot,
  ): (() => Promise<void>) | undefined {
    const view = snapshot.nodes.find(({ node }) => node.metadata.name === nodeName);
    return view === undefined ? undefined : proceed(pod, nodeName, volumePlan(pod, view, snapshot));
  }

  function proceed(
    pod: Stored<SchedulablePod>,
    nodeName: string,
    { bind, provision }: VolumePlan,
  ): () => Promise<void> {
    const isBinding = bind.length + provision.length === 0;
    assumed.set(pod.metadata.uid, { nodeName, isBinding });
    return async () => {
      try {
        if (isBinding) await bindPod(pod, nodeName);
        for (const { claim, volume } of bind) await reserve(volume, claim);
        for (const claim of provision) await choose(claim, nodeName);
      } catch (error) {
        assumed.delete(pod.metadata.uid);
        throw error;
      }
    };
  }

  async function bindPod(pod: Stored<SchedulablePod>, nodeName: string): Promise<void> {
    const { namespace = '', name, uid } = pod.metadata;
    const { status, body } = await options.transport.request({
      method: 'POST',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/binding`,
      headers: { 'content-type': 'application/json' },
      deadlineMs: requestDeadlineMs,
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
      }),
    });
    if (status === 404) return;
    if (status >= 300) throw new Error(`binding ${namespace}/${name}: ${new TextDecoder().decode(body)}`);
    options.events?.record(pod, {
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      note: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    });
  }

  /** The controller of volumes does the rest when it sees whom a volume is for. */
  async function reserve(volume: Volume, claim: Claim): Promise<void> {
    if (volume.spec.claimRef?.uid === claim.metadata.uid) return;
    const { namespace = '', name, uid } = claim.metadata;
    await client.jsonPatch(resources.volumes, keyOf(volume), [
      { op: 'test', path: '/metadata/resourceVersion', value: volume.metadata.resourceVersion },
      {
        op: 'add',
        path: '/spec/claimRef',
        value: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      },
    ]);
  }

  async function choose(claim: Claim, nodeName: string): Promise<void> {
    const { annotations, uid } = claim.metadata;
    if (annotations?.[selectedNode] === nodeName || isBound(claim)) return;
    await client.jsonPatch(resources.claims, keyOf(claim), [
      { op: 'test', path: '/metadata/uid', value: uid },
      annotations === undefined
        ? { op: 'add', path: '/metadata/annotations', value: { [selectedNode]: nodeName } }
        : { op: 'add', path: `/metadata/annotations/${selectedNode.replace('/', '~1')}`, value: nodeName },
    ]);
  }

  async function tellUnschedulable(pod: Stored<SchedulablePod>, message: string): Promise<void> {
    const conditions = pod.status?.conditions ?? [];
    const old = conditions.find(({ type }) => type === 'PodScheduled');
    if (old?.status === 'False' && old.message === message) return;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastProbeTime: null,
      lastTransitionTime: rfc3339(clock.now()),
      ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
      ...(old?.status === 'False' ? { lastTransitionTime: old.lastTransitionTime } : {}),
    };
    const others = conditions.filter(({ type }) => type !== 'PodScheduled');
    await client.jsonPatch(
      resources.pods,
      keyOf(pod),
      [
        { op: 'test', path: '/metadata/resourceVersion', value: pod.metadata.resourceVersion },
        { op: 'add', path: '/status/conditions', value: [...others, condition] },
      ],
      { subresource: 'status' },
    );
    options.events?.record(pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      note: message,
    });
  }

  return passesOver(handles, passes);
}
