// From a CRD to the resources that it serves.
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition, ScalePaths, Strategy } from '../api/resource.ts';
import { customColumns } from './columns.ts';
import { type Crd, type CrdVersion, isEstablished } from './crd.ts';
import { customResourceStrategy } from './custom-resource.ts';
import { parseJsonPath } from './json-path.ts';
import { completeSchema } from './object-meta.ts';

/** What a CRD serves now: a definition for each version that is served, none before its names are accepted. */
export function definitionsOf(object: SimObject): ResourceDefinition[] {
  const crd = object as Crd;
  return isEstablished(crd)
    ? crd.spec.versions.filter(({ served }) => served).map((version) => definitionOf(crd, version))
    : [];
}

function definitionOf({ spec, status }: Crd, version: CrdVersion): ResourceDefinition {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = status.acceptedNames;
  const schema = completeSchema(version.schema?.openAPIV3Schema ?? {});
  const hasStatus = version.subresources?.status !== undefined;
  const scale = scalePathsOf(version);
  const selectableFields = selectableFieldsOf(version);
  const { additionalPrinterColumns: columns } = version;
  return {
    group: spec.group,
    version: version.name,
    plural,
    kind,
    listKind: listKind ?? `${kind}List`,
    singular: singular ?? kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    shortNames,
    categories,
    schema,
    subresources: { status: hasStatus, ...(scale === undefined ? {} : { scale }) },
    ...(columns === undefined || columns.length === 0
      ? {}
      : { columns: [nameColumn, ...customColumns(columns)] }),
    strategy: customResourceStrategy({ schema, hasStatus, scale, selectableFields }),
    custom: true,
  };
}

const nameColumn: NonNullable<ResourceDefinition['columns']>[number] = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to ' +
    'request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and ' +
    'configuration definition. Cannot be updated. More info: ' +
    'https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  cell: ({ metadata }) => metadata.name,
};

function scalePathsOf({ subresources }: CrdVersion): ScalePaths | undefined {
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath } = subresources?.scale ?? {};
  if (subresources?.scale === undefined) return undefined;
  return {
    specReplicas: specReplicasPath.slice(1),
    statusReplicas: statusReplicasPath.slice(1),
    ...(labelSelectorPath === undefined ? {} : { labelSelector: labelSelectorPath.slice(1) }),
  };
}

function selectableFieldsOf({ selectableFields = [] }: CrdVersion): Strategy['selectableFields'] {
  if (selectableFields.length === 0) return undefined;
  return Object.fromEntries(
    selectableFields.map(({ jsonPath = '' }) => {
      const find = parseJsonPath(jsonPath) ?? (() => []);
      return [jsonPath.replace(/^\./, ''), (object: SimObject) => textOf(find(object)[0])];
    }),
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
