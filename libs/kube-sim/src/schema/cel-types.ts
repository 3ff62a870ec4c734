// What rules see of a schema: its types, and values of these types.
import { type Environment, parse } from '@marcbachmann/cel-js';
import { isRecord } from './json.ts';
import type { Schema } from './schema.ts';

/** Registers what stands before the functions of a library: `sets.contains()`. */
export function registerNamespace(env: Environment, name: string, type: string): void {
  const ctor = class extends Object {};
  env.registerType(type, { ctor, fields: {} }).registerConstant(name, type, new ctor());
}

/** A type in the Common Expression Language. */
export interface CelType {
  /** As the library writes it: `list<int>`. */
  readonly name: string;
  /** Turns JSON that is valid under the schema into a value of the type. */
  readonly convert: (value: unknown) => unknown;
}

/**
 * Registers what a schema consists of.
 *
 * @param isObject - it is that of a whole Kubernetes object, of which rules see apiVersion, kind and names
 * @returns gives the type of the schema and of what is below; undefined for values of unknown type, which rules cannot see
 */
export function registerSchema(
  env: Environment,
  schema: Schema,
  isObject: boolean,
): (node: Schema) => CelType | undefined {
  const types = new Map<Schema, CelType | undefined>();
  let count = 0;
  typeOf(schema, isObject);
  return (node) => types.get(node);

  function typeOf(node: Schema, isWhole: boolean): CelType | undefined {
    const type = newType(node, isWhole);
    types.set(node, type);
    return type;
  }

  function newType(node: Schema, isWhole: boolean): CelType | undefined {
    if (node['x-kubernetes-int-or-string'] === true) return { name: 'dyn', convert: intOrString };
    switch (node.type) {
      case 'object':
        return typeof node.additionalProperties === 'object'
          ? mapOf(node.additionalProperties)
          : objectOf(isWhole ? withNames(node) : node);
      case 'array': {
        const item = node.items === undefined ? undefined : typeOf(node.items, isEmbedded(node.items));
        // The library knows arrays of its own realm only; tests may bring others.
        return (
          item && {
            name: `list<${item.name}>`,
            convert: (value) => Array.from(value as unknown[], item.convert),
          }
        );
      }
      case 'string':
        return stringType(node.format);
      case 'integer':
        return { name: 'int', convert: (value) => BigInt(Math.trunc(value as number)) };
      case 'number':
        return { name: 'double', convert: (value) => value };
      case 'boolean':
        return { name: 'bool', convert: (value) => value };
      case undefined:
    }
    return undefined;
  }

  function mapOf(values: Schema): CelType | undefined {
    const type = typeOf(values, isEmbedded(values));
    if (type === undefined) return undefined;
    const convert = (value: unknown) =>
      new Map(Object.entries(value as object).map(([key, one]) => [key, type.convert(one)]));
    return { name: `map<string, ${type.name}>`, convert };
  }

  function objectOf({ properties = {} }: Schema): CelType {
    const fields = new Map<string, { readonly name: string; readonly type: CelType }>();
    for (const [key, child] of Object.entries(properties)) {
      const type = typeOf(child, isEmbedded(child));
      const name = escapeName(key);
      if (type !== undefined && name !== undefined) fields.set(key, { name, type });
    }
    // The library tells types of values by their constructors.
    const ctor = class extends Object {};
    count += 1;
    const name = `Object${count}`;
    const declared = Object.fromEntries([...fields.values()].map((field) => [field.name, field.type.name]));
    env.registerType(name, { ctor, fields: declared });
    env.registerOperator(`${name} == ${name}`, isSame);
    const convert = (value: unknown) => {
      const object = new ctor() as Record<string, unknown>;
      for (const [key, one] of Object.entries(value as object)) {
        const field = fields.get(key);
        // A null that the schema allows is as good as absent to a rule.
        if (field !== undefined && one !== null) object[field.name] = field.type.convert(one);
      }
      return object;
    };
    return { name, convert };
  }
}

function isEmbedded(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

/** Of an object's metadata rules see only names. */
function withNames(schema: Schema): Schema {
  const { name, generateName } = schema.properties?.['metadata']?.properties ?? {};
  const text: Schema = { type: 'string' };
  const metadata: Schema = {
    type: 'object',
    properties: { name: name ?? text, generateName: generateName ?? text },
  };
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata } };
}

function intOrString(value: unknown): unknown {
  return typeof value === 'number' ? BigInt(Math.trunc(value)) : value;
}

function stringType(format: string | undefined): CelType {
  switch (format) {
    case 'byte':
      return { name: 'bytes', convert: (value) => Uint8Array.from(Buffer.from(value as string, 'base64')) };
    case 'date':
    case 'date-time':
      return { name: 'google.protobuf.Timestamp', convert: (value) => new Date(Date.parse(value as string)) };
    case 'duration': {
      const duration = parse('duration(text)');
      return { name: 'google.protobuf.Duration', convert: (text) => duration({ text }) as unknown };
    }
    default:
      return { name: 'string', convert: (value) => value };
  }
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const symbols: Readonly<Record<string, string>> = {
  __: 'underscores',
  '.': 'dot',
  '-': 'dash',
  '/': 'slash',
};

/** The name of a field in rules: `__in__`, `a__dash__b`; undefined for what cannot be named. */
function escapeName(name: string): string | undefined {
  if (reserved.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_.\-/][\w.\-/]*$/.test(name)) return undefined;
  return name.replace(/__|[.\-/]/g, (symbol) => `__${symbols[symbol] ?? ''}__`);
}

/** Whether two values of rules are equal. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a.constructor !== b.constructor) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (a instanceof Map && b instanceof Map) return isSame(Object.fromEntries(a), Object.fromEntries(b));
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  // Durations keep what they are behind getters; their number says it.
  if (keys.length === 0 && Object.keys(b).length === 0) return sizeOf(a) === sizeOf(b);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}

function sizeOf(value: object): number {
  const size: unknown = value.valueOf();
  return typeof size === 'number' ? size : 0;
}
