// What an applied configuration must look like for it to be merged.
import { ApiFailure } from '../api/failure.ts';
import type { Json } from '../api/object.ts';
import { printed, printedAsSource, typeName } from '../patch/go-text.ts';
import { isRecord } from '../schema/json.ts';
import { fieldElement, printElement } from './path-element.ts';
import { fieldSchema, itemElements, listKeys, type ShapeSchema } from './shape.ts';

/**
 * @param what - the object in the words of the failure: `default/a; /v1, Kind=ConfigMap`
 * @throws ApiFailure 500 for fields that the schema does not have, values of another type and several items with the same keys
 */
export function checkApplied(schema: ShapeSchema, object: Record<string, Json>, what: string): void {
  const problems: string[] = [];
  checkMap(schema, object, '', problems);
  const [first] = problems;
  if (first === undefined) return;
  const said = problems.length === 1 ? first : ['errors:', ...problems].join('\n  ');
  throw new ApiFailure(500, undefined, `failed to create typed patch object (${what}): ${said}`);
}

function check(schema: ShapeSchema, value: Json, path: string, problems: string[]): void {
  if (value === null) return;
  const problem = (text: string): unknown => problems.push(path === '' ? text : `${path}: ${text}`);
  const type = schema === undefined || schema['x-go-loose'] === true ? undefined : schema.type;
  if (type === undefined) {
    if (isRecord(value)) checkMap(schema, value, path, problems);
    else if (Array.isArray(value)) checkList(schema, value, path, problems);
  } else if (type === 'object') {
    if (isRecord(value)) checkMap(schema, value, path, problems);
    else problem(`expected map, got &{${printed(value)}}`);
  } else if (type === 'array') {
    if (Array.isArray(value)) checkList(schema, value, path, problems);
    else problem(`expected list, got &{${printed(value)}}`);
  } else if (type === 'integer' || type === 'number') {
    if (typeof value !== 'number') problem(`expected numeric (int or float), got ${typeName(value)}`);
  } else if (type === 'boolean') {
    if (typeof value !== 'boolean') problem(`expected boolean, got &{${printed(value)}}`);
  } else if (schema?.format === undefined || schema.format === 'byte') {
    if (typeof value !== 'string') {
      problem(`expected string, got &value.valueUnstructured{Value:${printedAsSource(value)}}`);
    }
  } else if (isRecord(value) || Array.isArray(value)) {
    problem(`expected any scalar, got &{${printed(value)}}`);
  }
}

function checkMap(schema: ShapeSchema, map: Record<string, Json>, path: string, problems: string[]): void {
  for (const name of Object.keys(map).sort()) {
    const inner = fieldSchema(schema, name);
    const at = `${path}${printElement(fieldElement(name))}`;
    if (inner === null) {
      problems.push(`${at}: field not declared in schema`);
      return;
    }
    check(inner, map[name] ?? null, at, problems);
  }
}

function checkList(schema: ShapeSchema, list: readonly Json[], path: string, problems: string[]): void {
  if (schema === undefined) return;
  const isAtomic = listKeys(schema) === undefined;
  const elements = isAtomic ? list.map((_, index) => `i:${index}`) : itemElements(schema, list);
  const seen = new Set<string>();
  for (const [index, element] of elements.entries()) {
    if (typeof element !== 'string') {
      problems.push(`${path}: element ${index}: ${element.problem}`);
      return;
    }
    if (seen.has(element)) problems.push(`${path}: duplicate entries for key ${printElement(element)}`);
    seen.add(element);
    check(schema.items, list[index] ?? null, `${path}${printElement(element)}`, problems);
  }
}
