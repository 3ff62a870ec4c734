// Affinity and anti-affinity between pods.
import { type Check, never, notNow } from './failure.ts';
import type { PodAffinityTerm, SchedulablePod } from './objects.ts';
import { matchesLabels, withOwnValues } from './selectors.ts';
import type { Snapshot } from './snapshot.ts';

/** Filters by the terms of the pod that must hold, and by the anti-affinity of those that are there. */
export function hasPodAffinity(pod: SchedulablePod, snapshot: Snapshot): Check {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const wanted = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const unwanted = (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => ({
    term,
    domains: domainsWith(snapshot, term, (other) => selects(term, pod, other, snapshot)),
  }));
  // A pod has to match all terms to count for any of them.
  const isMatch = (other: SchedulablePod): boolean =>
    wanted.every((term) => selects(term, pod, other, snapshot));
  const wantedDomains = wanted.map((term) => ({ term, domains: domainsWith(snapshot, term, isMatch) }));
  // The first of pods that want to be together has nobody to join.
  const mayBeFirst = wantedDomains.every(({ domains }) => domains.size === 0) && isMatch(pod);
  const refusing = refusals(pod, snapshot);

  return ({ node }) => {
    const domainOf = (key: string): string | undefined => node.metadata.labels?.[key];
    const isIn = (key: string, domains: ReadonlySet<string>): boolean => domains.has(domainOf(key) ?? '');
    const hasFriends = wantedDomains.every(({ term, domains }) =>
      mayBeFirst ? domainOf(term.topologyKey) !== undefined : isIn(term.topologyKey, domains),
    );
    if (!hasFriends) return never("node(s) didn't match pod affinity rules");
    if (unwanted.some(({ term, domains }) => isIn(term.topologyKey, domains))) {
      return notNow("node(s) didn't match pod anti-affinity rules");
    }
    if ([...refusing].some(([key, domains]) => isIn(key, domains))) {
      return notNow("node(s) didn't satisfy existing pods anti-affinity rules");
    }
    return undefined;
  };
}

/** Topology keys to the domains where a pod is that does not want this one near. */
function refusals(pod: SchedulablePod, snapshot: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { node, pods } of snapshot.nodes) {
    for (const other of pods) {
      const terms =
        other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
      for (const term of terms) {
        const domain = node.metadata.labels?.[term.topologyKey];
        if (domain === undefined || !selects(term, other, pod, snapshot)) continue;
        found.set(term.topologyKey, (found.get(term.topologyKey) ?? new Set()).add(domain));
      }
    }
  }
  return found;
}

/** The domains of a term's topology with a pod that `isMeant`. */
function domainsWith(
  { nodes }: Snapshot,
  { topologyKey }: PodAffinityTerm,
  isMeant: (pod: SchedulablePod) => boolean,
): ReadonlySet<string> {
  const domains = new Set<string>();
  for (const { node, pods } of nodes) {
    const domain = node.metadata.labels?.[topologyKey];
    if (domain !== undefined && pods.some(isMeant)) domains.add(domain);
  }
  return domains;
}

/** Whether a term of `pod` is about `other`. */
export function selects(
  term: PodAffinityTerm,
  pod: SchedulablePod,
  other: SchedulablePod,
  snapshot: Snapshot,
): boolean {
  const { namespaces = [], namespaceSelector } = term;
  const namespace = other.metadata.namespace ?? '';
  const isInScope =
    namespaces.length === 0 && namespaceSelector === undefined
      ? namespace === pod.metadata.namespace
      : namespaces.includes(namespace) ||
        (namespaceSelector !== undefined && snapshot.namespaceMatches(namespace, namespaceSelector));
  return (
    isInScope &&
    matchesLabels(
      withOwnValues(term.labelSelector, pod.metadata.labels, term.matchLabelKeys, term.mismatchLabelKeys),
      other.metadata.labels,
    )
  );
}
