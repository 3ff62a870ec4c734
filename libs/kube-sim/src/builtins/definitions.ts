// The built-in resources, put together from what each part knows of them.
import type { SimObject } from '../api/object.ts';
import type { Column, ResourceDefinition, Strategy } from '../api/resource.ts';
import { builtinColumns } from '../tables/columns.ts';
import { structDefaults } from './defaults.ts';
import { eventStorage } from './events.ts';
import { type BuiltinKind, builtinKinds } from './kinds.ts';
import { createSchemaLibrary, type SchemaLibrary, type TypedSchema } from './schemas.ts';
import { builtinStrategies } from './strategies.ts';
import { createTyper } from './typed.ts';

/** What can be put over the built-in definitions, by `plural.group` (the plural alone for the core group). */
export interface BuiltinOverrides {
  /** Put over the built-in strategies, member by member. */
  readonly strategies?: Readonly<Record<string, Strategy>>;
  readonly library?: SchemaLibrary;
}

/** The definitions of all built-in resources. Their schemas are read when they are first used. */
export function builtinDefinitions(overrides: BuiltinOverrides = {}): readonly ResourceDefinition[] {
  const library = overrides.library ?? createSchemaLibrary();
  const typer = createTyper(structDefaults);
  return builtinKinds.map((kind) => {
    const name = resourceName(kind);
    let loaded: TypedSchema | undefined;
    const schema = (): TypedSchema | undefined => (loaded ??= library.definition(definitionName(kind)));
    const applyDefaults = (object: SimObject): void => {
      const known = schema();
      if (known !== undefined) typer(known, object);
    };
    const strategy = { applyDefaults, ...builtinStrategies[name], ...overrides.strategies?.[name] };
    return definitionOf(kind, { strategy, schema, columns: builtinColumns[name] });
  });
}

interface Parts {
  readonly strategy: Strategy;
  readonly schema: () => TypedSchema | undefined;
  readonly columns: readonly Column[] | undefined;
}

function definitionOf(kind: BuiltinKind, { strategy, schema, columns }: Parts): ResourceDefinition {
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
    get schema() {
      return schema();
    },
    subresources: { status: kind.status, ...(kind.scale === undefined ? {} : { scale: kind.scale }) },
    verbs: kind.verbs,
    ...(columns === undefined ? {} : { columns }),
    strategy,
    custom: false,
    ...(kind.group === 'events.k8s.io' ? { storedAs: eventStorage } : {}),
  };
}

/** `io.k8s.api.apps.v1.StatefulSet`: the name of a kind in the schemas. */
export function definitionName({
  group,
  version,
  kind,
}: Pick<BuiltinKind, 'group' | 'version' | 'kind'>): string {
  if (group === 'apiextensions.k8s.io')
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${kind}`;
  const [first = ''] = group.split('.');
  return `io.k8s.api.${first === '' ? 'core' : first}.${version}.${kind}`;
}

function resourceName({ group, plural }: Pick<BuiltinKind, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}
