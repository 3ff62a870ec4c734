// Checks a custom resource against its schema. What is said, and how often, is what the API server's OpenAPI validator says.
import type { FieldCause } from '../api/failure.ts';
import { goJson, invalidType, invalidValue, notSupported, required, tooMany } from './causes.ts';
import { schemaOfField } from './decode.ts';
import { knownFormat } from './formats.ts';
import { isRecord, isSameJson, type JsonRecord } from './json.ts';
import { itemFinder } from './list-types.ts';
import { checkNumber, checkString, nowhere, type Place } from './scalars.ts';
import type { Schema } from './schema.ts';

/**
 * What is wrong with a value: types, formats, bounds, enumerations, required fields, allOf and its kin. With `old`, what has not changed
 * is not complained about, as far as its old value can be told (fields of objects, items of lists with keys).
 *
 * @param prefix - goes in front of every field, but not into the messages
 */
export function validateSchema(schema: Schema, object: unknown, old?: unknown, prefix = ''): FieldCause[] {
  return validate({ schema, value: object, old, path: '', prefix }).causes;
}

interface Check {
  readonly schema: Schema;
  readonly value: unknown;
  readonly old: unknown;
  readonly path: string;
  readonly prefix: string;
}

interface Outcome {
  readonly causes: FieldCause[];
  /** How much was looked at: of the branches of an anyOf, the one is told of that got farthest. */
  reach: number;
}

function validate(check: Check): Outcome {
  const outcome = validateAnew(check);
  const isOld = outcome.causes.length > 0 && check.old !== undefined && isSameJson(check.value, check.old);
  return isOld ? { causes: [], reach: outcome.reach } : outcome;
}

function validateAnew(check: Check): Outcome {
  const { schema, value } = check;
  const typeCause = checkType(check);
  const outcome: Outcome = {
    causes: typeCause === undefined ? [] : [typeCause],
    reach: typeCause === undefined ? 4 : 3,
  };
  const { causes } = outcome;
  if (value !== null) checkBranches(check, outcome);
  if (typeof value === 'string') causes.push(...checkString(schema, value, placeOf(check)));
  else if (typeof value === 'number') causes.push(...checkNumber(schema, value, placeOf(check)));
  else if (Array.isArray(value)) checkItems(check, value, outcome);
  if (schema.enum !== undefined && !schema.enum.some((one) => isSameJson(one, value))) {
    const names = schema.enum.map((one) => (typeof one === 'string' ? one : goJson(one)));
    causes.push(notSupported(placeOf(check).field, value, names));
  }
  if (isRecord(value)) checkFields(check, value, outcome);
  return outcome;
}

function placeOf({ path, prefix }: Check): Place {
  const field = prefix === '' || path === '' ? `${prefix}${path}` : `${prefix}.${path}`;
  return { field: field === '' ? nowhere : field.replace(/^\./, ''), path };
}

function checkType(check: Check): FieldCause | undefined {
  const { schema, value, path } = check;
  const types = typesOf(schema);
  const type = typeOf(value);
  const fits = type === 'null' ? schema.nullable === true : types.includes(type) || isNumber(type, types);
  if (types.length === 0 || fits) return undefined;
  const wrong = (expected: string, shown: string) =>
    invalidType(placeOf(check).field, shown, `${path} in body must be of type ${expected}: "${shown}"`);
  const format = formatOf(schema);
  if (type === 'null' || format === undefined || type === 'string') return wrong(types.join(','), type);
  // A list where the server expects a string of a known format passes its checks.
  if (type === 'array') return schema.type === 'string' ? undefined : wrong(types.join(','), type);
  return wrong(format, goFormats[type] ?? '');
}

/** What Go's types are called when a format is expected. */
const goFormats: Readonly<Record<string, string>> = { integer: 'int64', number: 'float64' };

function typesOf(schema: Schema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function isNumber(type: string, types: readonly string[]): boolean {
  return type === 'integer' && types.includes('number');
}

/** The format that counts: formats that do not belong to the type are ignored. */
function formatOf({ type, format }: Schema): string | undefined {
  switch (type) {
    case 'integer':
      return format === 'int32' || format === 'int64' ? format : undefined;
    case 'number':
      return format === 'float' || format === 'double' ? format : undefined;
    case 'string':
      return knownFormat(format) === undefined ? undefined : format;
    default:
      return undefined;
  }
}

function checkBranches(check: Check, outcome: Outcome): void {
  const { schema, path } = check;
  const branch = (one: Schema): Outcome => validateAnew({ ...check, schema: one });
  const say = (words: string) => outcome.causes.push(invalidValue(nowhere, '', `"${path}" must ${words}`));
  if (schema.anyOf !== undefined) {
    const outcomes = schema.anyOf.map(branch);
    const valid = outcomes.find(isValid);
    if (valid === undefined) say('validate at least one schema (anyOf)');
    merge(outcome, valid ?? farthest(outcomes));
  }
  if (schema.oneOf !== undefined) {
    const outcomes = schema.oneOf.map(branch);
    const valid = outcomes.filter(isValid);
    if (valid.length !== 1) {
      const found = valid.length === 0 ? 'none valid' : `${valid.length} valid alternatives`;
      say(`validate one and only one schema (oneOf). Found ${found}`);
    }
    if (valid.length < 2) merge(outcome, valid[0] ?? farthest(outcomes));
  }
  if (schema.allOf !== undefined) {
    const outcomes = schema.allOf.map(branch);
    for (const one of outcomes) merge(outcome, one);
    const valid = outcomes.filter(isValid).length;
    if (valid < outcomes.length)
      say(`validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
  }
  if (schema.not !== undefined && isValid(branch(schema.not))) say('not validate the schema (not)');
}

function isValid({ causes }: Outcome): boolean {
  return causes.length === 0;
}

function farthest(outcomes: readonly Outcome[]): Outcome | undefined {
  const reach = Math.max(...outcomes.map((one) => one.reach));
  return outcomes.find((one) => one.reach === reach);
}

function merge(outcome: Outcome, from: Outcome | undefined): void {
  if (from === undefined) return;
  outcome.causes.push(...from.causes);
  outcome.reach += from.reach;
}

function checkItems(check: Check, value: readonly unknown[], outcome: Outcome): void {
  const { schema, old, path, prefix } = check;
  const { items, minItems, maxItems } = schema;
  const { causes } = outcome;
  const { field } = placeOf(check);
  if (items !== undefined) {
    const oldOf = itemFinder(schema, old);
    value.forEach((item, index) => {
      merge(
        outcome,
        validate({ schema: items, value: item, old: oldOf(item), path: `${path}[${index}]`, prefix }),
      );
    });
  }
  if (minItems !== undefined && value.length < minItems) {
    causes.push(invalidValue(field, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) causes.push(tooMany(field, value.length, maxItems));
  if (schema.uniqueItems === true && value.some((item, index) => isTwin(value, item, index))) {
    causes.push(invalidValue(field, '', `${path} in body shouldn't contain duplicates`));
  }
}

function isTwin(items: readonly unknown[], item: unknown, index: number): boolean {
  return items.slice(0, index).some((earlier) => isSameJson(earlier, item));
}

function checkFields(check: Check, value: JsonRecord, outcome: Outcome): void {
  const { schema, old, path, prefix } = check;
  const { minProperties, maxProperties } = schema;
  const { causes } = outcome;
  const { field } = placeOf(check);
  const count = Object.keys(value).length;
  if (minProperties !== undefined && count < minProperties) {
    causes.push(
      invalidValue(field, count, `${path} in body should have at least ${minProperties} properties`),
    );
  }
  if (maxProperties !== undefined && count > maxProperties) causes.push(tooMany(field, count, maxProperties));
  for (const [key, one] of Object.entries(value)) {
    const child = schemaOfField(schema, key);
    if (child === undefined) continue;
    const oldOne = isRecord(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    const at = path === '' ? key : `${path}.${key}`;
    merge(outcome, validate({ schema: child, value: one, old: oldOne, path: at, prefix }));
  }
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key))
      causes.push(required(placeOf({ ...check, path: `${path}.${key}` }).field));
  }
}
