// Nodes that are silent are marked, and their pods leave when they no longer tolerate that (KEP-589, KEP-3902).
import type { SimObject } from '../api/object.ts';
import { timestamp } from '../requests/system-fields.ts';
import { withConditions } from './conditions.ts';
import { type ControllerContext, type InsideController, keyOfObject } from './controller.ts';
import { type Condition, isTerminating, podStatus, podType } from './pods.ts';

const nodeType = { group: '', plural: 'nodes' };
const leaseType = { group: 'coordination.k8s.io', plural: 'leases' };
const leaseNamespace = 'kube-node-lease';
const manager = 'kube-controller-manager';
/** Without a sign of life for so long a node counts as lost (`--node-monitor-grace-period`). */
const graceMs = 50_000;
const unreachable = 'node.kubernetes.io/unreachable';
const notReady = 'node.kubernetes.io/not-ready';

interface Taint {
  readonly key: string;
  readonly effect: string;
  readonly value?: string;
  readonly timeAdded?: string;
}

interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** Watches over nodes. */
export const nodeLifecycle: InsideController = {
  name: 'node-controller',
  keysOf: ({ resource, namespace, name, object }, view) => {
    if (resource.plural === nodeType.plural && resource.group === '') return [name];
    if (resource.plural === leaseType.plural && namespace === leaseNamespace) return [name];
    if (resource.plural !== podType.plural || resource.group !== '') return [];
    const { nodeName } = object()['spec'] as { readonly nodeName?: string };
    return nodeName === undefined || view.get(nodeType, undefined, nodeName) === undefined ? [] : [nodeName];
  },
  reconcile: (name, context) => {
    const node = context.view.get(nodeType, undefined, name);
    if (node === undefined) return undefined;
    const silentMs = context.clock.now() - lastSign(node, context);
    const marked = silentMs >= graceMs ? lost(node, context) : node;
    const tainted = taint(marked, context);
    const again = evict(tainted, context);
    const untilLost = silentMs < graceMs ? graceMs - silentMs : undefined;
    const next = Math.min(again ?? Infinity, untilLost ?? Infinity);
    return next === Infinity ? undefined : next;
  },
};

/** The last renewal of its Lease, or else of its status. */
function lastSign(node: SimObject, { view }: ControllerContext): number {
  const lease = view.get(leaseType, leaseNamespace, node.metadata.name);
  const { renewTime } = (lease?.['spec'] ?? {}) as { readonly renewTime?: string };
  const { conditions = [] } = podStatus(node) as {
    readonly conditions?: readonly (Condition & { readonly lastHeartbeatTime?: string })[];
  };
  const heartbeats = conditions.map(({ lastHeartbeatTime }) => lastHeartbeatTime);
  const times = [renewTime, ...heartbeats, node.metadata.creationTimestamp].map((time) =>
    Date.parse(time ?? ''),
  );
  return Math.max(...times.filter((time) => !Number.isNaN(time)));
}

/** Nobody knows how it is. Its pods are not ready any more. */
function lost(node: SimObject, context: ControllerContext): SimObject {
  const { client, clock, record } = context;
  const status = podStatus(node);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'Unknown') return node;
  const said = (status.conditions ?? [{ type: 'Ready', status: 'True' }]).map(({ type }) => ({
    type,
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  }));
  const conditions = withConditions(status.conditions ?? [], said, clock.now());
  const next = client.update({ ...node, status: { ...status, conditions } }, manager, 'status');
  record(node, 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`);
  for (const pod of podsOn(node, context)) {
    const { conditions: present = [] } = podStatus(pod);
    if (present.find(({ type }) => type === 'Ready')?.status !== 'True') continue;
    const notReadyNow = withConditions(present, [{ type: 'Ready', status: 'False' }], clock.now());
    client.update({ ...pod, status: { ...podStatus(pod), conditions: notReadyNow } }, manager, 'status');
  }
  return next;
}

/** Puts the taints on a node that go with its condition Ready. */
function taint(node: SimObject, { client, clock }: ControllerContext): SimObject {
  const ready = podStatus(node).conditions?.find(({ type }) => type === 'Ready')?.status;
  const key = ready === 'Unknown' ? unreachable : ready === 'False' ? notReady : undefined;
  const spec = node['spec'] as { readonly taints?: readonly Taint[]; readonly unschedulable?: boolean };
  const present = spec.taints ?? [];
  const others = present.filter((each) => each.key !== unreachable && each.key !== notReady);
  const wanted = ['NoSchedule', 'NoExecute'].map((effect): Taint => ({ key: key ?? '', effect }));
  const kept = present.filter((each) => each.key === key);
  const added = wanted
    .filter(({ effect }) => !kept.some((each) => each.effect === effect))
    .map((each) => ({ ...each, timeAdded: timestamp(clock.now()) }));
  const taints = key === undefined ? others : [...others, ...kept, ...added];
  if (JSON.stringify(taints) === JSON.stringify(present)) return node;
  return client.update({ ...node, spec: { ...spec, taints } }, manager);
}

/** Deletes pods that do not tolerate a NoExecute taint, or no longer; gives the milliseconds until the next. */
function evict(node: SimObject, context: ControllerContext): number | undefined {
  const { taints = [] } = node['spec'] as { readonly taints?: readonly Taint[] };
  const expelling = taints.filter(({ effect }) => effect === 'NoExecute');
  if (expelling.length === 0) return undefined;
  const nowMs = context.clock.now();
  const waits = podsOn(node, context)
    .filter((pod) => !isTerminating(pod))
    .flatMap((pod) => {
      const left = leftMs(pod, expelling, nowMs);
      if (left > 0) return [left];
      expel(pod, context);
      return [];
    });
  const finite = waits.filter((wait) => wait < Infinity);
  return finite.length === 0 ? undefined : Math.min(...finite);
}

function leftMs(pod: SimObject, taints: readonly Taint[], nowMs: number): number {
  const { tolerations = [] } = pod['spec'] as { readonly tolerations?: readonly Toleration[] };
  return Math.min(
    ...taints.map((each) => {
      const seconds = tolerations
        .filter((toleration) => tolerates(toleration, each))
        .map(({ tolerationSeconds }) => tolerationSeconds ?? Infinity);
      if (seconds.length === 0) return 0;
      return Date.parse(each.timeAdded ?? timestamp(nowMs)) + Math.min(...seconds) * 1000 - nowMs;
    }),
  );
}

function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

function expel(pod: SimObject, { client, clock, record }: ControllerContext): void {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  };
  const conditions = withConditions(podStatus(pod).conditions ?? [], [condition], clock.now());
  client.update({ ...pod, status: { ...podStatus(pod), conditions } }, manager, 'status');
  const { namespace, name, uid } = pod.metadata;
  record(pod, 'TaintManagerEviction', `Marking for deletion Pod ${keyOfObject(pod)}`);
  client.delete(podType, namespace, name, { preconditions: uid === undefined ? {} : { uid } });
}

function podsOn(node: SimObject, { view }: ControllerContext): readonly SimObject[] {
  return view
    .list(podType)
    .filter((pod) => (pod['spec'] as { readonly nodeName?: string }).nodeName === node.metadata.name);
}
