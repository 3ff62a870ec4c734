// What discovery says of groups, versions and resources: one document for each, or all in one (aggregated).
import { createHash } from 'node:crypto';
import { apiVersionOf, type ResourceDefinition } from '../api/resource.ts';

/** In the order that the server has them in for custom resources. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const statusVerbs = ['get', 'patch', 'update'];

interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Of its kind, if that is of another group than the resource. */
  readonly of?: { readonly group: string; readonly version: string };
}

/** Those that are served beside status and scale. */
const special: Readonly<Record<string, readonly Subresource[]>> = {
  namespaces: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  pods: [
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'eviction', kind: 'Eviction', verbs: ['create'], of: { group: 'policy', version: 'v1' } },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
  ],
};

/** APIResourceList of a group's version. */
export function resourceList(
  groupVersion: string,
  definitions: readonly ResourceDefinition[],
): Record<string, unknown> {
  const resources = sorted(definitions).flatMap((definition) => [
    resourceOf(definition),
    ...subresourcesOf(definition).map(({ name, kind, verbs, of }) => ({
      name: `${definition.plural}/${name}`,
      singularName: '',
      namespaced: definition.namespaced,
      ...of,
      kind,
      verbs,
    })),
  ]);
  // The core group's is older than the rule that everything tells its version.
  const isCore = !groupVersion.includes('/');
  return { kind: 'APIResourceList', ...(isCore ? {} : { apiVersion: 'v1' }), groupVersion, resources };
}

/** APIGroup, as such or in a list. */
export function groupOf(name: string, versions: readonly string[]): Record<string, unknown> {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

/** APIGroupDiscoveryList of all versions of some groups. */
export function aggregated(
  groups: ReadonlyMap<string, ReadonlyMap<string, readonly ResourceDefinition[]>>,
): Record<string, unknown> {
  const items = [...groups].map(([name, versions]) => ({
    metadata: name === '' ? {} : { name },
    versions: [...versions].map(([version, definitions]) => ({
      version,
      resources: sorted(definitions).map(discovered),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

/** The versions of a group, the preferred one first: `v2`, `v1`, `v1beta1`, `v1alpha1`, others. */
export function byPriority(a: string, b: string): number {
  const rank = (version: string): readonly number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (match === null) return [0, 0, 0];
    const [, major, stage, minor] = match;
    return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor ?? 0)];
  };
  const [left, right] = [rank(a), rank(b)];
  const at = left.findIndex((one, index) => one !== right[index]);
  return at < 0 ? a.localeCompare(b) : (right[at] ?? 0) - (left[at] ?? 0);
}

function sorted(definitions: readonly ResourceDefinition[]): readonly ResourceDefinition[] {
  return [...definitions].sort((a, b) => (a.plural < b.plural ? -1 : 1));
}

/** Whether there are objects of it, and not only answers. */
export function isStored({ verbs = customVerbs }: ResourceDefinition): boolean {
  return verbs.includes('get');
}

function namesOf({ shortNames, categories }: ResourceDefinition): Record<string, unknown> {
  return {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function resourceOf(definition: ResourceDefinition): Record<string, unknown> {
  const { plural, singular, namespaced, kind, group, version, verbs = customVerbs, storedAs } = definition;
  const stored = storedAs?.type.group ?? group;
  const hash = createHash('sha256').update(`${stored}/${version}/${kind}`).digest().subarray(0, 8);
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...namesOf(definition),
    ...(isStored(definition) ? { storageVersionHash: hash.toString('base64') } : {}),
  };
}

function subresourcesOf({
  group,
  plural,
  kind,
  subresources,
  custom,
}: ResourceDefinition): readonly Subresource[] {
  const { status, scale } = subresources;
  const own: readonly Subresource[] = [
    ...(group === '' ? (special[plural] ?? []) : []),
    ...(status ? [{ name: 'status', kind, verbs: statusVerbs }] : []),
    ...(scale === undefined
      ? []
      : [{ name: 'scale', kind: 'Scale', verbs: statusVerbs, of: { group: 'autoscaling', version: 'v1' } }]),
  ];
  return custom ? own : [...own].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function discovered(definition: ResourceDefinition): Record<string, unknown> {
  const { plural, singular, namespaced, kind, group, version, custom, verbs = customVerbs } = definition;
  // Built-in ones leave the group's own name out.
  const own = custom ? { group, version } : { group: '', version: '' };
  const below = subresourcesOf(definition).map(({ name, kind: of, verbs, of: other }) => ({
    subresource: name,
    responseKind: { ...own, ...other, kind: of },
    verbs,
  }));
  return {
    resource: plural,
    responseKind: { ...own, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...namesOf(definition),
    ...(below.length === 0 ? {} : { subresources: below }),
  };
}

/** Definitions by group and version, groups in their order, preferred versions first. */
export function grouped(
  definitions: readonly ResourceDefinition[],
): ReadonlyMap<string, ReadonlyMap<string, readonly ResourceDefinition[]>> {
  const groups = new Map<string, Map<string, ResourceDefinition[]>>();
  for (const definition of definitions) {
    const versions = groups.get(definition.group) ?? new Map<string, ResourceDefinition[]>();
    groups.set(definition.group, versions);
    versions.set(definition.version, [...(versions.get(definition.version) ?? []), definition]);
  }
  return new Map(
    [...groups].map(([group, versions]) => [
      group,
      new Map([...versions].sort(([a], [b]) => byPriority(a, b))),
    ]),
  );
}

/** `api/v1`, `apis/apps/v1` */
export function pathOf(definition: ResourceDefinition): string {
  return `${definition.group === '' ? 'api' : 'apis'}/${apiVersionOf(definition)}`;
}
