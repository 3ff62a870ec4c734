// The cluster as one scheduling pass sees it.
import type {
  Claim,
  LabelSelector,
  SchedulableNode,
  SchedulablePod,
  StorageClass,
  Volume,
} from './objects.ts';
import { add, type Amounts, amountsOf, requestsOf } from './requests.ts';
import { matchesLabels } from './selectors.ts';

/** A node and what is on it. */
export interface NodeView {
  readonly node: SchedulableNode;
  readonly allocatable: Amounts;
  /** Those that have not ended, the ones that are assumed to be there included. */
  readonly pods: SchedulablePod[];
  requested: Amounts;
}

/** What the scheduler decides by. `assume` is all that changes it. */
export interface Snapshot {
  readonly nodes: readonly NodeView[];
  claim(namespace: string, name: string): Claim | undefined;
  volume(name: string): Volume | undefined;
  volumes(): Iterable<Volume>;
  storageClass(name: string): StorageClass | undefined;
  namespaceMatches(name: string, selector: LabelSelector): boolean;
}

/** Where the objects come from. */
export interface Sources extends Omit<Snapshot, 'nodes' | 'namespaceMatches'> {
  readonly nodes: Iterable<SchedulableNode>;
  readonly pods: Iterable<SchedulablePod>;
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
}

/** Nodes are in the order of their names, so that equal clusters give equal decisions. */
export function takeSnapshot(sources: Sources): Snapshot {
  const nodes = [...sources.nodes]
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((node) => viewOf(node, []));
  const byName = new Map(nodes.map((view) => [view.node.metadata.name, view]));
  for (const pod of sources.pods) {
    const view = byName.get(pod.spec.nodeName ?? '');
    if (view !== undefined && !hasEnded(pod)) assume(view, pod);
  }
  return {
    nodes,
    claim: sources.claim,
    volume: sources.volume,
    volumes: sources.volumes,
    storageClass: sources.storageClass,
    namespaceMatches: (name, selector) => matchesLabels(selector, sources.namespaceLabels(name)),
  };
}

/** A node with these pods. */
export function viewOf(node: SchedulableNode, pods: readonly SchedulablePod[]): NodeView {
  const view = { node, allocatable: amountsOf(node.status?.allocatable), pods: [], requested: {} };
  for (const pod of pods) assume(view, pod);
  return view;
}

/** From now on the pod counts as being on the node. */
export function assume(view: NodeView, pod: SchedulablePod): void {
  view.pods.push(pod);
  view.requested = add(view.requested, requestsOf(pod));
}

/** A pod that has ended needs nothing of its node any more. */
export function hasEnded({ status }: SchedulablePod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
