// The node controller: nodes that are silent are marked, and so are their pods (KEP-589).
import type { SimObject } from '../../api/object.ts';
import { withConditions } from '../conditions.ts';
import type { ControllerContext, InsideController } from '../controller.ts';
import { podStatus } from '../pods.ts';
import type { View } from '../view.ts';
import {
  expelling,
  nodeConditions,
  nodeSpec,
  nodeType,
  notReady,
  podsOn,
  readyCondition,
  type Taint,
  unreachable,
} from './nodes.ts';
import { swapped, withNoSchedule } from './taints.ts';
import { intervalMs, zoneOf, zonesOf } from './zones.ts';

const leaseType = { group: 'coordination.k8s.io', plural: 'leases' };
const leaseNamespace = 'kube-node-lease';
const manager = 'kube-controller-manager';
const all = '*';
const monitorPeriodMs = 5000;
/** Without a sign of life for so long a node counts as lost. */
const graceMs = 50_000;
/** The same for a node that never said how it is. */
const startupGraceMs = 60_000;
const watched = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
const betaLabels = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const;

/** What was last heard of a node, and when: clocks of nodes are not trusted. */
interface Health {
  readonly node: SimObject;
  readonly heartbeat: string | undefined;
  readonly renewTime: string | undefined;
  readonly seenMs: number;
}

/** Watches over nodes. Keys are names of nodes, and `*` for the round that it makes from time to time. */
export function nodeLifecycle(): InsideController {
  const monitor = new Monitor();
  let nextRoundMs = -Infinity;
  return {
    name: 'node-controller',
    keysOf: ({ resource, name }) =>
      resource.plural === nodeType.plural && resource.group === '' ? [name, all] : [],
    reconcile: (key, context) => {
      if (key !== all) {
        const node = context.view.get(nodeType, undefined, key);
        if (node !== undefined) describe(node, context);
        return undefined;
      }
      const now = context.clock.now();
      if (now < nextRoundMs) return nextRoundMs - now;
      nextRoundMs = now + monitorPeriodMs;
      return monitor.round(context) ? monitorPeriodMs : undefined;
    },
  };
}

/** Labels, taints and an annotation that follow from the node alone. */
function describe(node: SimObject, { client, clock }: ControllerContext): SimObject {
  const { labels = {}, annotations = {} } = node.metadata;
  const beta = betaLabels.flatMap(([of, old]) => (labels[of] === undefined ? [] : [[old, labels[of]]]));
  const metadata = {
    ...node.metadata,
    ...(beta.length === 0 ? {} : { labels: { ...labels, ...(Object.fromEntries(beta) as typeof labels) } }),
    annotations: { ...annotations, 'node.alpha.kubernetes.io/ttl': '0' },
  };
  return client.update({ ...withTaints(node, withNoSchedule(node, clock.now())), metadata }, manager);
}

function withTaints(node: SimObject, taints: readonly Taint[]): SimObject {
  const { taints: present = [], ...spec } = nodeSpec(node);
  if (JSON.stringify(present) === JSON.stringify(taints)) return node;
  return { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } };
}

class Monitor {
  readonly #health = new Map<string, Health>();
  /** When the next node of a zone may be given a taint that expels pods. */
  readonly #nextTaintMs = new Map<string, number>();
  #isAllLost = false;

  /** Looks at every node; gives whether there are any. */
  round(context: ControllerContext): boolean {
    const { view, clock, record } = context;
    const nodes = view.list(nodeType).map((node) => {
      const health = this.#hear(node, context);
      return isLost(health, clock.now()) ? describe(lose(node, context), context) : node;
    });
    const names = new Set(nodes.map(({ metadata }) => metadata.name));
    for (const [name, { node }] of this.#health) {
      if (names.has(name)) continue;
      this.#health.delete(name);
      record(node, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
    }
    const zones = zonesOf(nodes);
    const isAllLost =
      nodes.length > 0 && [...zones.values()].every(({ state }) => state === 'FullDisruption');
    if (this.#isAllLost && !isAllLost) this.#hearAll(clock.now());
    const hasJustFailed = isAllLost && !this.#isAllLost;
    this.#isAllLost = isAllLost;
    for (const node of nodes) {
      const status = readyCondition(node)?.status;
      if (status === 'True' || hasJustFailed) settle(node, undefined, context);
      else if (status !== undefined) this.#expel(node, status, zones, context);
    }
    return nodes.length > 0;
  }

  #hear(node: SimObject, { view, clock, record }: ControllerContext): Health {
    const { name, creationTimestamp = '' } = node.metadata;
    const before = this.#health.get(name);
    if (before === undefined) {
      record(node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
    }
    const heartbeat = readyCondition(node)?.lastHeartbeatTime;
    const renewTime = renewTimeOf(name, view) ?? before?.renewTime;
    const isNews = heartbeat !== before?.heartbeat || renewTime !== before?.renewTime;
    const seenMs = isNews ? clock.now() : (before?.seenMs ?? Date.parse(creationTimestamp));
    const health = { node, heartbeat, renewTime, seenMs };
    this.#health.set(name, health);
    return health;
  }

  /** Nobody could be heard; so nobody is late. */
  #hearAll(nowMs: number): void {
    for (const [name, health] of this.#health) this.#health.set(name, { ...health, seenMs: nowMs });
  }

  /** Expels the pods of a node in its turn. */
  #expel(
    node: SimObject,
    status: string,
    zones: ReturnType<typeof zonesOf>,
    context: ControllerContext,
  ): void {
    const key = status === 'False' ? notReady : unreachable;
    const present = expelling(node).map((taint) => taint.key);
    if (present.includes(key)) return;
    const isExpelled = present.includes(notReady) || present.includes(unreachable);
    if (!isExpelled) {
      const zone = zoneOf(node);
      const wait = intervalMs(zones.get(zone) ?? { state: 'Normal', size: 1 });
      const now = context.clock.now();
      if (this.#isAllLost || wait === Infinity || now < (this.#nextTaintMs.get(zone) ?? now)) return;
      this.#nextTaintMs.set(zone, now + wait);
    }
    settle(node, key, context);
  }
}

function renewTimeOf(name: string, view: View): string | undefined {
  const { renewTime } = (view.get(leaseType, leaseNamespace, name)?.['spec'] ?? {}) as {
    readonly renewTime?: string;
  };
  return renewTime;
}

function isLost({ node, seenMs }: Health, nowMs: number): boolean {
  return nowMs > seenMs + (readyCondition(node) === undefined ? startupGraceMs : graceMs);
}

/** Nobody knows how it is. Its pods are not ready any more. */
function lose(node: SimObject, context: ControllerContext): SimObject {
  const { client, clock, record, view } = context;
  const present = nodeConditions(node);
  const said = watched.map((type) => {
    const condition = present.find((each) => each.type === type);
    if (condition === undefined) {
      return {
        type,
        status: 'Unknown',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
      };
    }
    if (condition.status === 'Unknown') return condition;
    const reason = 'NodeStatusUnknown';
    return { ...condition, status: 'Unknown', reason, message: 'Kubelet stopped posting node status.' };
  });
  if (readyCondition(node)?.status === 'Unknown') return node;
  const conditions = withConditions(present, said, clock.now());
  const next = client.update({ ...node, status: { ...podStatus(node), conditions } }, manager, 'status');
  if (readyCondition(node)?.status !== 'True') return next;
  const { name } = node.metadata;
  record(node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  for (const pod of podsOn(name, view)) {
    const { conditions: ofPod = [] } = podStatus(pod);
    const ready = ofPod.find(({ type, status }) => type === 'Ready' && status === 'True');
    if (ready === undefined) continue;
    const unready = withConditions(ofPod, [{ ...ready, status: 'False' }], clock.now());
    client.update({ ...pod, status: { ...podStatus(pod), conditions: unready } }, manager, 'status');
    record(pod, 'NodeNotReady', 'Node is not ready', 'Warning');
  }
  return next;
}

/** Gives a node the one taint that expels pods for what it is, or none. */
function settle(node: SimObject, key: string | undefined, { client, clock }: ControllerContext): void {
  const effect = 'NoExecute';
  const others = [notReady, unreachable]
    .filter((each) => each !== key)
    .map((each) => ({ key: each, effect }));
  const next = withTaints(
    node,
    swapped(node, key === undefined ? [] : [{ key, effect }], others, clock.now()),
  );
  if (next !== node) client.update(next, manager);
}
