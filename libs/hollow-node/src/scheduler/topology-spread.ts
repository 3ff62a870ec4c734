// Topology spread constraints (KEP-895).
import { type Check, firstOf, never, notNow } from './failure.ts';
import { hardEffects, isWantedNode, untoleratedTaints } from './node-fit.ts';
import type { LabelSelector, SchedulablePod, TopologySpreadConstraint } from './objects.ts';
import { matchesLabels, withOwnValues } from './selectors.ts';
import type { Snapshot } from './snapshot.ts';

const unmatched = "node(s) didn't match pod topology spread constraints";

/** Filters by the constraints that must hold. */
export function hasEvenSpread(pod: SchedulablePod, snapshot: Snapshot): Check {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  );
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  const checks = constraints.map((constraint) => {
    const counts = countByDomain(pod, constraint, keys, snapshot);
    const isShort = counts.size < (constraint.minDomains ?? 1);
    const least = isShort || counts.size === 0 ? 0 : Math.min(...counts.values());
    const self = matchesLabels(selectorOf(pod, constraint), pod.metadata.labels) ? 1 : 0;
    const check: Check = ({ node }) => {
      const domain = node.metadata.labels?.[constraint.topologyKey];
      if (domain === undefined) return never(`${unmatched} (missing required label)`);
      const skew = (counts.get(domain) ?? 0) + self - least;
      return skew > constraint.maxSkew ? notNow(unmatched) : undefined;
    };
    return check;
  });
  return (view) => firstOf(checks, (check) => check(view));
}

/** How many pods that the constraint counts are in each domain, of those nodes that have all of the keys and that the pod could go to. */
export function countByDomain(
  pod: SchedulablePod,
  constraint: TopologySpreadConstraint,
  keys: readonly string[],
  { nodes }: Snapshot,
): ReadonlyMap<string, number> {
  const selector = selectorOf(pod, constraint);
  const counts = new Map<string, number>();
  for (const { node, pods } of nodes) {
    const domain = node.metadata.labels?.[constraint.topologyKey];
    if (domain === undefined || keys.some((key) => node.metadata.labels?.[key] === undefined)) continue;
    if (constraint.nodeAffinityPolicy !== 'Ignore' && !isWantedNode(pod, node)) continue;
    if (constraint.nodeTaintsPolicy === 'Honor' && untoleratedTaints(pod, node, hardEffects) > 0) continue;
    const matching = pods.filter(({ metadata }) => isCounted(metadata, pod.metadata.namespace, selector));
    counts.set(domain, (counts.get(domain) ?? 0) + matching.length);
  }
  return counts;
}

function isCounted(
  { deletionTimestamp, namespace, labels }: SchedulablePod['metadata'],
  own: string | undefined,
  selector: LabelSelector | undefined,
): boolean {
  return deletionTimestamp === undefined && namespace === own && matchesLabels(selector, labels);
}

function selectorOf(
  pod: SchedulablePod,
  { labelSelector, matchLabelKeys }: TopologySpreadConstraint,
): LabelSelector | undefined {
  return withOwnValues(labelSelector, pod.metadata.labels, matchLabelKeys);
}
