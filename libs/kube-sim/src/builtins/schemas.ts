// Loads the schemas of the built-in kinds, which are generated from what the real API server publishes.
import { readFileSync } from 'node:fs';
import type { Schema } from '../schema/schema.ts';

/** A schema with what Go's types say beyond it. */
export interface TypedSchema extends Schema {
  readonly properties?: Readonly<Record<string, TypedSchema>>;
  readonly items?: TypedSchema;
  readonly additionalProperties?: TypedSchema | boolean;
  /** By field, for what is not the usual case: see `tools/generate/kube-schemas.ts`. */
  readonly 'x-go'?: Readonly<Record<string, string>>;
  /** Something else than an object may stand here as well. */
  readonly 'x-go-loose'?: boolean;
  /** The name of the definition: `io.k8s.api.core.v1.Container`. */
  readonly 'x-name'?: string;
}

/** Gives definitions by their names, and reads what they need when it is first asked for. */
export interface SchemaLibrary {
  /** A definition whose references are resolved: types that contain themselves are cycles. */
  readonly definition: (name: string) => TypedSchema | undefined;
  /** A definition as it stands in its file, with the names of others in `$ref`. */
  readonly raw: (name: string) => Readonly<Record<string, unknown>> | undefined;
}

type Node = Record<string, unknown>;

/** A library over the package's own files. */
export function createSchemaLibrary(): SchemaLibrary {
  const files = new Map<string, Node>();
  const nodes = new Map<string, Node>();
  /** References with more to them: copies of their target, which are filled when that is complete. */
  let pending: (() => void)[] = [];

  function raw(name: string): Node | undefined {
    const file = fileOf(name);
    const known = files.get(file) ?? readDefinitions(file);
    files.set(file, known);
    return known[name] as Node | undefined;
  }

  function resolve(name: string): Node | undefined {
    const known = nodes.get(name);
    if (known !== undefined) return known;
    const source = raw(name);
    if (source === undefined) return undefined;
    const node: Node = { 'x-name': name };
    nodes.set(name, node);
    fill(node, source);
    return node;
  }

  function fill(node: Node, source: Node): void {
    const { $ref } = source;
    for (const [key, value] of Object.entries(source)) {
      if (key === 'x-go') node[key] = value;
      else if (key !== '$ref' || typeof $ref !== 'string') node[key] = resolved(value);
    }
    if (typeof $ref === 'string') {
      const target = resolve($ref);
      pending.push(() => Object.assign(node, { ...target, ...node, 'x-name': $ref }));
    }
  }

  function resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as Node;
    if (typeof $ref === 'string' && Object.keys(value).length === 1) return resolve($ref);
    const node: Node = {};
    fill(node, value as Node);
    return node;
  }

  return {
    raw,
    definition: (name) => {
      const node = resolve(name);
      for (const finish of pending) finish();
      pending = [];
      return node;
    },
  };
}

/** `core.v1` for `io.k8s.api.core.v1.Container` */
function fileOf(name: string): string {
  return name.split('.').slice(-3, -1).join('.');
}

function readDefinitions(file: string): Node {
  const url = new URL(`../../schemas/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Node;
}
