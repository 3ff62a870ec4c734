// Holds a status against the schema in the CRD: the validator of the kind leaves the status out, since users do not write it.
import { customResourceDefinition, neo4jEnterpriseCluster } from '@neo4j-operator/api-types';

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

/** Where a status is not what its schema says; fields that the API server would drop included. */
export function schemaFaults(status: unknown): readonly string[] {
  const { versions } = customResourceDefinition(neo4jEnterpriseCluster).spec as {
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Node } }[];
  };
  const schema = versions[0]?.schema.openAPIV3Schema;
  const node = schema?.properties?.['status'];
  return node === undefined ? ['there is no schema'] : faults(node, status, 'status');
}

function faults(node: Node, value: unknown, path: string): readonly string[] {
  if (node.enum !== undefined && !node.enum.includes(value)) return [`${path}: none of the words`];
  if (Array.isArray(value)) {
    if (node.type !== 'array' || value.length > (node.maxItems ?? 0))
      return [`${path}: no list, or too long`];
    const { items = {} } = node;
    return value.flatMap((item: unknown, index) => faults(items, item, `${path}[${index}]`));
  }
  switch (typeof value) {
    case 'object':
      return value === null || node.type !== 'object' ? [`${path}: no object`] : ofObject(node, value, path);
    case 'string': {
      const fits = value.length <= (node.maxLength ?? Infinity) && new RegExp(node.pattern ?? '').test(value);
      return node.type === 'string' && fits ? [] : [`${path}: no string, or of another form`];
    }
    case 'number':
      return node.type === 'integer' && Number.isInteger(value) ? [] : [`${path}: no integer`];
    default:
      return typeof value === node.type ? [] : [`${path}: of another type`];
  }
}

function ofObject({ properties = {}, required = [] }: Node, value: object, path: string): readonly string[] {
  const missing = required
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${path}.${name}: missing`);
  const found = Object.entries(value).flatMap(([name, each]) => {
    const node = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return node === undefined ? [`${path}.${name}: unknown`] : faults(node, each, `${path}.${name}`);
  });
  return [...missing, ...found];
}
