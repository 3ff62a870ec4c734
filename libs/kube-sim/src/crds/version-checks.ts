// What is wrong with one version of a CRD.
import type { FieldCause } from '../api/failure.ts';
import { duplicate, forbidden, invalidValue, required } from '../schema/causes.ts';
import type { Schema } from '../schema/schema.ts';
import type { CrdColumn, CrdVersion } from './crd.ts';
import { defaultCauses } from './default-checks.ts';
import { schemaCauses } from './schema-checks.ts';
import { structuralCauses } from './structural.ts';

/** What the server keeps outside of the versions when all have it in common. */
export interface VersionPart {
  readonly key: keyof CrdVersion;
  readonly common: string;
  readonly own: string;
  readonly causes: (version: CrdVersion, path: string) => FieldCause[];
}

/** The parts of a version that are checked, in order. */
export const versionParts: readonly VersionPart[] = [
  { key: 'schema', common: 'spec.validation', own: 'schema', causes: versionSchemaCauses },
  { key: 'subresources', common: 'spec.subresources', own: 'subresources', causes: scaleCauses },
  {
    key: 'additionalPrinterColumns',
    common: 'spec.additionalPrinterColumns',
    own: 'additionalPrinterColumns',
    causes: ({ additionalPrinterColumns = [] }, path) =>
      additionalPrinterColumns.flatMap((column, index) => columnCauses(column, `${path}[${index}]`)),
  },
  {
    key: 'selectableFields',
    common: 'spec.selectableFields',
    own: 'selectableFields',
    causes: selectableCauses,
  },
];

/** What is wrong with the warning of a version. */
export function deprecationCauses(
  { deprecated = false, deprecationWarning }: CrdVersion,
  path: string,
): FieldCause[] {
  if (deprecationWarning === undefined) return [];
  const wrong = (why: string) => [invalidValue(`${path}.deprecationWarning`, deprecationWarning, why)];
  if (!deprecated) return wrong('can only be set for deprecated versions');
  if (deprecationWarning === '') return wrong('must not be an empty string');
  return deprecationWarning.length > 256 ? wrong('must be <= 256 characters long') : [];
}

function versionSchemaCauses({ schema: holder }: CrdVersion, at: string): FieldCause[] {
  const schema = holder?.openAPIV3Schema;
  if (schema === undefined) return [];
  const path = `${at}.openAPIV3Schema`;
  const causes =
    schema.nullable === true ? [forbidden(`${path}.nullable`, 'nullable cannot be true at the root')] : [];
  const readable = isReadable(schema);
  const structural = readable ? structuralCauses(schema, path) : [];
  causes.push(...structural);
  const defaults = readable && structural.length === 0 ? defaultCauses(schema, path) : [];
  causes.push(...defaults);
  causes.push(...schemaCauses(schema, path, readable && structural.length === 0 && defaults.length === 0));
  return causes;
}

/** With these, or a list of schemas for items, the server cannot read a schema as structural at all. */
const unreadable = ['$ref', 'additionalItems', 'definitions', 'dependencies', 'id', 'patternProperties'];

function isReadable(schema: Schema): boolean {
  const { properties = {}, items, additionalProperties } = schema;
  if (Array.isArray(items) || unreadable.some((key) => Object.hasOwn(schema, key))) return false;
  const children = Object.values(properties);
  if (items !== undefined) children.push(items);
  if (typeof additionalProperties === 'object') children.push(additionalProperties);
  return children.every(isReadable);
}

function scaleCauses({ subresources }: CrdVersion, path: string): FieldCause[] {
  const scale = subresources?.scale;
  if (scale === undefined) return [];
  const causes: FieldCause[] = [];
  const checkPath = (key: keyof typeof scale, under: readonly string[], words: string): void => {
    const value = scale[key] ?? '';
    const field = `${path}.scale.${key}`;
    if (value === '') {
      if (key !== 'labelSelectorPath') causes.push(required(field));
    } else if (!value.startsWith('.')) {
      causes.push(invalidValue(field, value, 'must be a simple json path starting with .'));
    } else if (!under.some((prefix) => value.startsWith(prefix))) {
      causes.push(invalidValue(field, value, `should be a json path under ${words}`));
    }
  };
  checkPath('specReplicasPath', ['.spec.'], '.spec');
  checkPath('statusReplicasPath', ['.status.'], '.status');
  checkPath('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status');
  return causes;
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function columnCauses(column: Partial<CrdColumn>, path: string): FieldCause[] {
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  const causes: FieldCause[] = [];
  if (name === '') causes.push(required(`${path}.name`));
  const oneOfTypes = `must be one of ${columnTypes.join(',')}`;
  if (type === '') causes.push(required(`${path}.type`, oneOfTypes));
  else if (!columnTypes.includes(type)) causes.push(invalidValue(`${path}.type`, type, oneOfTypes));
  if (format !== '' && !columnFormats.includes(format)) {
    causes.push(invalidValue(`${path}.format`, format, `must be one of ${columnFormats.join(',')}`));
  }
  if (jsonPath === '') causes.push(required(`${path}.JSONPath`));
  else if (!jsonPath.startsWith('.')) {
    causes.push(invalidValue(`${path}.JSONPath`, jsonPath, 'must be a simple json path starting with .'));
  }
  return causes;
}

function selectableCauses({ selectableFields = [], schema }: CrdVersion, path: string): FieldCause[] {
  const seen = new Set<string>();
  return selectableFields.flatMap(({ jsonPath = '' }, index) => {
    const field = `${path}[${index}].jsonPath`;
    if (jsonPath === '') return [required(field)];
    const wrong = (why: string) => [invalidValue(field, jsonPath, why)];
    if (!jsonPath.startsWith('.')) return wrong(`is an invalid path: expected [ or . but got: ${jsonPath}`);
    const target = jsonPath
      .slice(1)
      .split('.')
      .reduce<Schema | undefined>((at, key) => at?.properties?.[key], schema?.openAPIV3Schema);
    if (target === undefined) return wrong('is an invalid path: does not refer to a valid field');
    if (!['string', 'boolean', 'integer'].includes(target.type ?? '')) {
      const types = 'must point to a field of type string, boolean or integer.';
      return wrong(`${types} Enum string fields and strings with formats are allowed.`);
    }
    if (seen.has(jsonPath)) return [duplicate(field, jsonPath)];
    seen.add(jsonPath);
    return [];
  });
}
