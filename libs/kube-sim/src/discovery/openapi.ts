// OpenAPI v3, as far as kubectl reads it: the schemas for explain and for merging, and which parameters a PATCH takes.
import { createHash } from 'node:crypto';
import type { ResourceDefinition } from '../api/resource.ts';
import { definitionName } from '../builtins/definitions.ts';
import type { SchemaLibrary } from '../builtins/schemas.ts';
import type { Schema } from '../schema/schema.ts';
import { isStored, pathOf } from './resources.ts';

type Node = Readonly<Record<string, unknown>>;

const metaPrefix = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const components = '#/components/schemas/';
const patchTypes = ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json'];

/** The index of the documents. Their addresses change when they do, so that clients may keep them. */
export function openApiIndex(definitions: readonly ResourceDefinition[]): Node {
  const paths: Record<string, Node> = {};
  for (const [path, own] of byPath(definitions)) {
    const customs = own
      .filter(({ custom }) => custom)
      .map((definition) => [definition.kind, bare(definition.schema)]);
    const hash = createHash('sha256')
      .update(JSON.stringify([path, own.length, customs]))
      .digest('hex');
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.toUpperCase()}` };
  }
  return { paths };
}

/** The document of a group's version, or undefined if there is none. */
export function openApiDocument(
  definitions: readonly ResourceDefinition[],
  path: string,
  library: SchemaLibrary,
): Node | undefined {
  const own = byPath(definitions).get(path);
  if (own === undefined) return undefined;
  const schemas = new Map<string, Node>();
  for (const definition of own) {
    const name = schemaName(definition);
    if (definition.custom) addCustom(definition, name, schemas, library);
    else for (const each of [name, `${name}List`]) collect(each, schemas, library);
    if (definition.subresources.scale !== undefined)
      collect('io.k8s.api.autoscaling.v1.Scale', schemas, library);
  }
  collect(`${metaPrefix}.DeleteOptions`, schemas, library);
  schemas.set(`${metaPrefix}.Patch`, { type: 'object' });
  const sorted = [...schemas].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.37' },
    paths: Object.fromEntries(own.filter(isStored).map((definition) => pathItem(definition))),
    components: { schemas: Object.fromEntries(sorted) },
  };
}

function byPath(
  definitions: readonly ResourceDefinition[],
): ReadonlyMap<string, readonly ResourceDefinition[]> {
  const paths = new Map<string, ResourceDefinition[]>();
  for (const definition of definitions) {
    const path = pathOf(definition);
    paths.set(path, [...(paths.get(path) ?? []), definition]);
  }
  return paths;
}

/** `com.example.v1.Widget` for a custom resource. */
function schemaName(definition: ResourceDefinition): string {
  const { custom, group, version, kind } = definition;
  return custom
    ? `${group.split('.').toReversed().join('.')}.${version}.${kind}`
    : definitionName(definition);
}

/** A definition of the library and all that it needs. */
function collect(name: string, into: Map<string, Node>, library: SchemaLibrary): void {
  const raw = library.raw(name);
  if (raw === undefined || into.has(name)) return;
  into.set(name, raw);
  into.set(
    name,
    published(raw, (reference) => {
      collect(reference, into, library);
    }) as Node,
  );
}

function published(value: unknown, onReference: (name: string) => void): unknown {
  if (Array.isArray(value)) return value.map((item) => published(item, onReference));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value as Node;
  if (typeof $ref === 'string') {
    onReference($ref);
    // With `allOf`, since nothing may stand beside a reference.
    return { allOf: [{ $ref: `${components}${$ref}` }] };
  }
  const entries = Object.entries(value).filter(([key]) => !key.startsWith('x-go'));
  return Object.fromEntries(entries.map(([key, inner]) => [key, published(inner, onReference)]));
}

function addCustom(
  definition: ResourceDefinition,
  name: string,
  into: Map<string, Node>,
  library: SchemaLibrary,
): void {
  const { group, version, kind, listKind } = definition;
  const meta = `${metaPrefix}.ObjectMeta`;
  collect(meta, into, library);
  collect(`${metaPrefix}.ListMeta`, into, library);
  const schema = bare(definition.schema);
  const reference = (target: string): Node => ({ allOf: [{ $ref: components + target }] });
  const text = { type: 'string' };
  const properties = { ...(schema['properties'] as Node | undefined), metadata: reference(meta) };
  into.set(name, {
    ...schema,
    type: 'object',
    properties,
    'x-kubernetes-group-version-kind': [{ group, kind, version }],
  });
  const items = { type: 'array', items: reference(name) };
  into.set(`${name}List`, {
    type: 'object',
    required: ['items'],
    properties: { apiVersion: text, items, kind: text, metadata: reference(`${metaPrefix}.ListMeta`) },
    'x-kubernetes-group-version-kind': [{ group, kind: listKind, version }],
  });
}

/** The schema of a custom resource as plain JSON without its metadata. It has no cycles. */
function bare(schema: Schema | undefined): Node {
  if (schema === undefined) return {};
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'metadata');
  return { ...schema, properties: Object.fromEntries(properties) };
}

function pathItem(definition: ResourceDefinition): readonly [string, Node] {
  const { group, version, kind, plural, namespaced, custom } = definition;
  const address = `/${pathOf(definition)}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}/{name}`;
  const textParameter = (name: string, where: string): Node => ({
    name,
    in: where,
    ...(where === 'path' ? { required: true } : {}),
    schema: { type: 'string', uniqueItems: true },
  });
  const types = patchTypes.filter((type) => !custom || !type.startsWith('strategic'));
  const schema = { $ref: `${components}${metaPrefix}.Patch` };
  const patch = {
    parameters: [
      ...['dryRun', 'fieldManager', 'fieldValidation'].map((name) => textParameter(name, 'query')),
      { name: 'force', in: 'query', schema: { type: 'boolean', uniqueItems: true } },
    ],
    requestBody: {
      content: Object.fromEntries(types.map((type) => [`application/${type}`, { schema }])),
      required: true,
    },
    responses: { '200': { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
  const names = namespaced ? ['name', 'namespace'] : ['name'];
  return [address, { patch, parameters: names.map((name) => textParameter(name, 'path')) }];
}
