import type { Resource } from '../core/resource.ts';

/** What requests are called in access control. */
export type Verb = (typeof verbs)[number];

/** In the order in which they are written. */
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

/** A rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1): each verb on each resource of each group. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  /** `pods`, or `pods/eviction` for a subresource. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** All objects when absent or empty. */
  readonly resourceNames?: readonly string[];
}

/** The rule that allows these requests for a resource, or for a subresource of it such as `status`. */
export function rule(
  { group, plural }: Resource,
  allowed: readonly Verb[],
  subresource?: string,
): PolicyRule {
  return {
    apiGroups: [group],
    resources: [subresource === undefined ? plural : `${plural}/${subresource}`],
    verbs: inOrder(new Set(allowed)),
  };
}

/**
 * The same permissions in the one way to write them: a rule for each set of verbs in a group, everything in order, nothing twice. What is
 * allowed for all objects is not repeated for named ones.
 */
export function mergeRules(...rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const byResource = collect(
    rules.flatMap(({ apiGroups, resources, verbs: allowed, resourceNames }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          namesOf(resourceNames).map((name) => [{ group, resource, name }, allowed] as const),
        ),
      ),
    ),
  );
  const withoutRepetition = byResource.map(([on, allowed]) => {
    const forAll = byResource.find(
      ([{ group, resource, name }]) => name === undefined && group === on.group && resource === on.resource,
    );
    const repeated = on.name === undefined ? [] : (forAll?.[1] ?? []);
    return [on, inOrder(new Set(allowed.filter((verb) => !repeated.includes(verb))))] as const;
  });
  const byNames = collect(
    withoutRepetition
      .filter(([, allowed]) => allowed.length > 0)
      .map(([{ group, resource, name }, allowed]) => [
        { group, resource, allowed, named: name !== undefined },
        name === undefined ? [] : [name],
      ]),
  );
  const merged = collect(
    byNames.map(([{ group, resource, allowed, named }, names]) => [
      { group, allowed, names: named ? [...new Set(names)].sort() : undefined },
      [resource],
    ]),
  ).map(([{ group, allowed, names }, resources]) => ({
    apiGroups: [group],
    resources: [...new Set(resources)].sort(),
    verbs: allowed,
    ...(names === undefined ? {} : { resourceNames: names }),
  }));
  return merged.sort((a, b) => compare(sortKey(a), sortKey(b)));
}

function namesOf(resourceNames: readonly string[] = []): readonly (string | undefined)[] {
  return resourceNames.length === 0 ? [undefined] : resourceNames;
}

/** The values of equal keys, together. Keys are plain data. */
function collect<K, V>(
  entries: readonly (readonly [K, readonly V[]])[],
): readonly (readonly [K, readonly V[]])[] {
  const collected = new Map<string, readonly [K, V[]]>();
  for (const [key, values] of entries) {
    const id = JSON.stringify(key);
    const found = collected.get(id) ?? [key, []];
    found[1].push(...values);
    collected.set(id, found);
  }
  return [...collected.values()];
}

function inOrder(allowed: ReadonlySet<string>): readonly string[] {
  const place = (verb: string): number => {
    const index = verbs.indexOf(verb as Verb);
    return index < 0 ? verbs.length : index;
  };
  return [...allowed].sort((a, b) => place(a) - place(b) || compare(a, b));
}

/** Line breaks and spaces come before all that names are made of, so that what is shorter comes first. */
function sortKey({ apiGroups, resources, verbs: allowed, resourceNames = [] }: PolicyRule): string {
  return [apiGroups, resources, resourceNames, allowed].map((each) => each.join(' ')).join('\n');
}

/** By code unit, which is the same everywhere. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
