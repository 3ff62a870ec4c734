// The taints that go with what a node says of itself: pure.
import type { SimObject } from '../../api/object.ts';
import { timestamp } from '../../requests/system-fields.ts';
import { nodeConditions, nodeSpec, notReady, type Taint, unreachable } from './nodes.ts';

type Mark = Pick<Taint, 'key' | 'effect'>;

const unschedulable = 'node.kubernetes.io/unschedulable';
/** By type and status of a condition. */
const taintOf = new Map([
  ['Ready False', notReady],
  ['Ready Unknown', unreachable],
  ['MemoryPressure True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure True', 'node.kubernetes.io/pid-pressure'],
]);

/** The taints a node is to have so that nothing is put on it that it cannot take. */
export function withNoSchedule(node: SimObject, nowMs: number): readonly Taint[] {
  const effect = 'NoSchedule';
  const keys = nodeConditions(node).flatMap(({ type, status }) => taintOf.get(`${type} ${status}`) ?? []);
  if (nodeSpec(node).unschedulable === true) keys.push(unschedulable);
  const ours = new Set([...taintOf.values(), unschedulable]);
  const surplus = (nodeSpec(node).taints ?? []).filter(
    (taint) => taint.effect === effect && ours.has(taint.key) && !keys.includes(taint.key),
  );
  return swapped(
    node,
    keys.map((key) => ({ key, effect })),
    surplus,
    nowMs,
  );
}

/** The taints of a node with some more and without others. */
export function swapped(
  node: SimObject,
  added: readonly Mark[],
  removed: readonly Mark[],
  nowMs: number,
): readonly Taint[] {
  const { taints = [] } = nodeSpec(node);
  const kept = taints.filter((taint) => !removed.some((each) => isSame(each, taint)));
  const missing = added.filter((each) => !taints.some((taint) => isSame(each, taint)));
  return [...kept, ...missing.map((each) => ({ ...each, timeAdded: timestamp(nowMs) }))];
}

function isSame(one: Mark, other: Mark): boolean {
  return one.key === other.key && one.effect === other.effect;
}
