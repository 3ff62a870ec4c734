// Which of the nodes that do is the best: what is preferred but not required, an even spread, the emptiest node.
import { untoleratedTaints } from './node-fit.ts';
import type { PodAffinityTerm, SchedulablePod, TopologySpreadConstraint } from './objects.ts';
import { selects } from './pod-affinity.ts';
import { requestsOf } from './requests.ts';
import { matchesTerm } from './selectors.ts';
import type { NodeView, Snapshot } from './snapshot.ts';
import { countByDomain } from './topology-spread.ts';

/** More is better. The scale is its own. */
type Scorer = (pod: SchedulablePod, snapshot: Snapshot) => (view: NodeView) => number;

/** The weights are kube-scheduler's. */
const scorers: readonly { readonly weight: number; readonly scorer: Scorer }[] = [
  { weight: 3, scorer: (pod) => (view) => -untoleratedTaints(pod, view.node, ['PreferNoSchedule']) },
  { weight: 2, scorer: preferredNode },
  { weight: 2, scorer: evenSpread },
  { weight: 2, scorer: preferredPods },
  { weight: 1, scorer: leastAllocated },
];

/** The best of the nodes; of equals the first. */
export function best(
  pod: SchedulablePod,
  nodes: readonly NodeView[],
  snapshot: Snapshot,
): NodeView | undefined {
  if (nodes.length < 2) return nodes[0];
  const totals = nodes.map(() => 0);
  for (const { weight, scorer } of scorers) {
    const score = scorer(pod, snapshot);
    normalized(nodes.map(score)).forEach((points, index) => {
      totals[index] = (totals[index] ?? 0) + weight * points;
    });
  }
  return nodes[totals.indexOf(Math.max(...totals))];
}

/** From 0 for the worst to 1 for the best, if they differ at all. */
function normalized(scores: readonly number[]): number[] {
  const least = Math.min(...scores);
  const range = Math.max(...scores) - least;
  return scores.map((score) => (range === 0 ? 0 : (score - least) / range));
}

function preferredNode({ spec }: SchedulablePod): (view: NodeView) => number {
  const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return ({ node }) =>
    preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0), 0);
}

/** Without constraints of its own, pods of one controller are spread over zones and nodes. */
function evenSpread(pod: SchedulablePod, snapshot: Snapshot): (view: NodeView) => number {
  const own = pod.spec.topologySpreadConstraints;
  const constraints = (own ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
  if (own === undefined || own.length === 0) return siblings(pod, snapshot);
  const counted = constraints.map((constraint) => ({
    key: constraint.topologyKey,
    counts: countByDomain(pod, constraint, [], snapshot),
  }));
  return ({ node }) =>
    -counted.reduce((sum, { key, counts }) => sum + (counts.get(node.metadata.labels?.[key] ?? '') ?? 0), 0);
}

function siblings(pod: SchedulablePod, { nodes }: Snapshot): (view: NodeView) => number {
  const owner = controllerOf(pod);
  const counts = new Map<string, number>();
  for (const { node, pods } of owner === undefined ? [] : nodes) {
    const count = pods.filter((other) => controllerOf(other) === owner).length;
    for (const domain of domainsOf(node)) counts.set(domain, (counts.get(domain) ?? 0) + count);
  }
  return ({ node }) => -domainsOf(node).reduce((sum, domain) => sum + (counts.get(domain) ?? 0), 0);
}

const spreadKeys: readonly TopologySpreadConstraint['topologyKey'][] = [
  'topology.kubernetes.io/zone',
  'kubernetes.io/hostname',
];

function domainsOf({ metadata }: NodeView['node']): string[] {
  return spreadKeys.map((key) => `${key}=${metadata.labels?.[key] ?? ''}`);
}

function controllerOf({ metadata }: SchedulablePod): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
}

/** What the pod prefers, and what those that are there prefer of it. */
function preferredPods(pod: SchedulablePod, snapshot: Snapshot): (view: NodeView) => number {
  const scores = new Map<string, number>();
  const own = preferences(pod);
  for (const { node, pods } of snapshot.nodes) {
    for (const other of pods) {
      const terms = [
        ...own.filter(({ term }) => selects(term, pod, other, snapshot)),
        ...preferences(other).filter(({ term }) => selects(term, other, pod, snapshot)),
      ];
      for (const { term, weight } of terms) {
        const domain = `${term.topologyKey}=${node.metadata.labels?.[term.topologyKey] ?? ''}`;
        scores.set(domain, (scores.get(domain) ?? 0) + weight);
      }
    }
  }
  return ({ node }) =>
    Object.entries(node.metadata.labels ?? {}).reduce(
      (sum, [key, value]) => sum + (scores.get(`${key}=${value}`) ?? 0),
      0,
    );
}

function preferences({ spec }: SchedulablePod): { term: PodAffinityTerm; weight: number }[] {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const weighted = (
    affinity: typeof podAffinity,
    sign: number,
  ): { term: PodAffinityTerm; weight: number }[] =>
    (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
      term: podAffinityTerm,
      weight: sign * weight,
    }));
  return [...weighted(podAffinity, 1), ...weighted(podAntiAffinity, -1)];
}

function leastAllocated(pod: SchedulablePod): (view: NodeView) => number {
  const wanted = requestsOf(pod);
  return ({ allocatable, requested, pods }) => {
    const free = ['cpu', 'memory'].map((name) => {
      const there = allocatable[name] ?? 0;
      return there === 0 ? 0 : 1 - ((requested[name] ?? 0) + (wanted[name] ?? 0)) / there;
    });
    // Pods that ask for nothing still share what there is.
    return free.reduce((sum, share) => sum + share, 0) - pods.length / 1000;
  };
}
