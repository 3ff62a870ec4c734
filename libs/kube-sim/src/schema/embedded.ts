// Whole objects inside of objects (x-kubernetes-embedded-resource).
import type { FieldCause } from '../api/failure.ts';
import { invalidValue, required } from './causes.ts';
import { schemaOfField } from './decode.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { fieldPath } from './list-types.ts';
import type { Schema } from './schema.ts';

/** What is wrong with `apiVersion` and `kind` of embedded objects. Their metadata is not looked at. */
export function validateEmbedded(schema: Schema | undefined, value: unknown, path = ''): FieldCause[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => validateEmbedded(schema.items, item, `${path}[${index}]`));
  }
  if (!isRecord(value)) return [];
  const own = schema['x-kubernetes-embedded-resource'] === true ? checkType(value, path) : [];
  const inside = Object.entries(value).flatMap(([key, one]) =>
    validateEmbedded(schemaOfField(schema, key), one, fieldPath(schema, path, key)),
  );
  return [...own, ...inside];
}

function checkType(object: JsonRecord, path: string): FieldCause[] {
  return (['apiVersion', 'kind'] as const).flatMap((key) => {
    const value = object[key];
    if (value === undefined) return [required(`${path}.${key}`)];
    if (value === '') return [invalidValue(`${path}.${key}`, value, 'must not be empty')];
    if (key === 'apiVersion' || typeof value !== 'string' || isLabel(value.toLowerCase())) return [];
    return [
      invalidValue(`${path}.kind`, value, `may have mixed case, but should otherwise match: ${labelRule}`),
    ];
  });
}

const labelRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an " +
  "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
}
