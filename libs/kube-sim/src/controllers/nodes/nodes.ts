// Nodes as far as controllers read them.
import type { SimObject } from '../../api/object.ts';
import { type Condition, podStatus, podType } from '../pods.ts';
import type { View } from '../view.ts';

export const nodeType = { group: '', plural: 'nodes' };
export const notReady = 'node.kubernetes.io/not-ready';
export const unreachable = 'node.kubernetes.io/unreachable';

export interface Taint {
  readonly key: string;
  readonly effect: string;
  readonly value?: string;
  readonly timeAdded?: string;
}

/** A condition of a node. */
export interface NodeCondition extends Condition {
  readonly lastHeartbeatTime?: string;
}

export interface NodeSpec {
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
}

export function nodeSpec(node: SimObject): NodeSpec {
  return node['spec'] ?? {};
}

export function nodeConditions(node: SimObject): readonly NodeCondition[] {
  return podStatus(node).conditions ?? [];
}

export function readyCondition(node: SimObject): NodeCondition | undefined {
  return nodeConditions(node).find(({ type }) => type === 'Ready');
}

/** The taints that expel pods. */
export function expelling(node: SimObject): readonly Taint[] {
  return (nodeSpec(node).taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

export function nodeNameOf({ spec }: SimObject): string {
  return (spec as { readonly nodeName?: string }).nodeName ?? '';
}

export function podsOn(node: string, view: View): readonly SimObject[] {
  return view.list(podType).filter((pod) => nodeNameOf(pod) === node);
}
