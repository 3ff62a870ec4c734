// The built-in resources, put together from what each part knows of them.
import type { ResourceDefinition, Strategy } from '../api/resource.ts';
import { type BuiltinKind, builtinKinds } from './kinds.ts';

/** `pods`, `statefulsets.apps`: what a resource is looked up by. */
export type ResourceName = string;

/**
 * The definitions of all built-in resources.
 *
 * @param strategies - further strategies by resource name; they are put over the built-in ones, member by member
 */
export function builtinDefinitions(
  strategies: Readonly<Record<ResourceName, Strategy>> = {},
): readonly ResourceDefinition[] {
  return builtinKinds.map((kind) => definitionOf(kind, strategies[resourceName(kind)]));
}

function definitionOf(kind: BuiltinKind, strategy: Strategy | undefined): ResourceDefinition {
  return {
    group: kind.group,
    version: kind.version,
    kind: kind.kind,
    listKind: `${kind.kind}List`,
    plural: kind.plural,
    singular: kind.kind.toLowerCase(),
    namespaced: kind.namespaced,
    shortNames: kind.shortNames,
    categories: kind.categories,
    schema: undefined,
    subresources: { status: kind.status, ...(kind.scale === undefined ? {} : { scale: kind.scale }) },
    ...(kind.verbs === undefined ? {} : { verbs: kind.verbs }),
    strategy: { ...strategy },
    custom: false,
  };
}

function resourceName({ group, plural }: Pick<BuiltinKind, 'group' | 'plural'>): ResourceName {
  return group === '' ? plural : `${plural}.${group}`;
}
