// Writes libs/kube-sim/schemas: what the real API server publishes of the built-in kinds that kube-sim models, without its descriptions,
// with what the Go types say beyond. Needs the control plane of test/controlplane, and Go.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinKinds } from '../../libs/kube-sim/src/builtins/kinds.ts';
import { startControlPlane } from '../../test/controlplane/src/index.ts';
import { type GoField, type GoStructs, readGoStructs } from './go-structs.ts';

type Node = Record<string, unknown>;
type Definitions = Record<string, Node>;

const root = join(import.meta.dirname, '../..');
const target = join(root, 'libs/kube-sim/schemas');
const referencePrefix = '#/components/schemas/';

const published = await fetchDefinitions();
const kept = new Map<string, Node>();
const goPackages = new Map<string, GoStructs>();
for (const [name, definition] of Object.entries(published)) {
  if (isModelled(definition)) keep(name);
}
for (const name of ['DeleteOptions', 'Status', 'APIResourceList'])
  keep(`io.k8s.apimachinery.pkg.apis.meta.v1.${name}`);
keep('io.k8s.api.autoscaling.v1.Scale');
keep('io.k8s.api.policy.v1.Eviction');

mkdirSync(target, { recursive: true });
for (const [file, definitions] of byPackage()) {
  const lines = Object.entries(definitions).map(
    ([name, node]) => `${JSON.stringify(name)}:${JSON.stringify(node)}`,
  );
  writeFileSync(join(target, `${file}.json`), `{\n${lines.join(',\n')}\n}\n`);
  console.log(`wrote ${file}.json`);
}

/** Everything that the server knows of the modelled groups. */
async function fetchDefinitions(): Promise<Definitions> {
  const controlPlane = await startControlPlane();
  try {
    const paths = new Set(
      builtinKinds.map(({ group, version }) =>
        group === '' ? `api/${version}` : `apis/${group}/${version}`,
      ),
    );
    const all: Definitions = {};
    for (const path of paths) {
      const answer = await controlPlane.callOk({ method: 'GET', path: `/openapi/v3/${path}` });
      Object.assign(all, (answer as { components: { schemas: Definitions } }).components.schemas);
    }
    return all;
  } finally {
    await controlPlane.stop();
  }
}

function isModelled(definition: Node): boolean {
  const kinds = definition['x-kubernetes-group-version-kind'];
  if (!Array.isArray(kinds) || kinds.length !== 1) return false;
  const { group, version, kind } = kinds[0] as { group: string; version: string; kind: string };
  return builtinKinds.some(
    (each) =>
      each.group === group &&
      each.version === version &&
      (each.kind === kind || (each.verbs.includes('list') && `${each.kind}List` === kind)),
  );
}

function keep(name: string): void {
  const definition = published[name];
  if (definition === undefined || kept.has(name)) return;
  const node: Node = {};
  // Before what is below: a type may contain itself.
  kept.set(name, node);
  Object.assign(node, looseKind(name) ?? bare(definition));
  const go = goNotes(name, definition);
  if (go !== undefined) node['x-go'] = go;
}

/** Types whose JSON is not what their schema says: anything, or a schema where a boolean or a list may stand as well. */
function looseKind(name: string): Node | undefined {
  const jsonSchema = /^(.*\.JSONSchemaProps)Or\w+$/.exec(name)?.[1];
  if (jsonSchema !== undefined) return { $ref: jsonSchema, 'x-go-loose': true };
  if (!/\.(?:FieldsV1|RawExtension|JSON)$/.test(name)) return undefined;
  return { 'x-kubernetes-preserve-unknown-fields': true };
}

/** Without descriptions and empty defaults; marks what is referred to as kept. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const node = value as Node;
  if (typeof node['$ref'] === 'string') {
    const name = node['$ref'].slice(referencePrefix.length);
    keep(name);
    return { $ref: name };
  }
  const { allOf, ...others } = node;
  // A reference with more to it.
  if (Array.isArray(allOf) && allOf.length === 1)
    return { ...(bare(allOf[0]) as Node), ...(bare(others) as Node) };
  const entries = Object.entries(node).filter(
    ([key, inner]) =>
      !(key === 'description' && typeof inner === 'string') &&
      !(key === 'default' && (inner === '' || inner === 0 || JSON.stringify(inner) === '{}')) &&
      !(key === 'x-kubernetes-group-version-kind' && Array.isArray(inner) && inner.length > 1),
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, bare(inner)]));
}

function byPackage(): ReadonlyMap<string, Definitions> {
  const files = new Map<string, Definitions>();
  for (const name of [...kept.keys()].sort()) {
    const file = name.split('.').slice(0, -1).slice(-2).join('.');
    files.set(file, { ...files.get(file), [name]: kept.get(name) ?? {} });
  }
  return files;
}

/**
 * For each field that is not the usual case a note: letters `p` (a pointer: its zero value is written), `a` (always written), `n` (null when
 * empty), `s` (a struct that is always written), then after a colon the name that Go gives its type, and after an `@` the embedded struct
 * that it comes from.
 */
function goNotes(name: string, definition: Node): Record<string, string> | undefined {
  const structName = name.slice(name.lastIndexOf('.') + 1);
  const struct = goPackage(name)?.get(structName);
  if (struct === undefined) return undefined;
  const notes: Record<string, string> = {};
  for (const [field, schema] of Object.entries((definition['properties'] ?? {}) as Definitions)) {
    const go = struct.get(field);
    const note = go === undefined ? '' : noteOf(go, schema);
    if (note !== '') notes[field] = note;
  }
  return Object.keys(notes).length === 0 ? undefined : notes;
}

function noteOf(field: GoField, schema: Node): string {
  const isPointer = field.type.startsWith('*');
  const type = isPointer ? field.type.slice(1) : field.type;
  const shape = shapeOf(schema);
  const letter = ((): string => {
    if (shape === 'struct') return isPointer || field.omitZero ? '' : 's';
    if (shape === 'list') return field.omitEmpty ? '' : 'n';
    if (isPointer) return field.omitEmpty ? 'p' : 'n';
    // Structs of Go which are scalars in JSON: never empty for Go.
    if (/\.(?:Micro)?Time$/.test(type)) return field.omitZero ? '' : 'n';
    if (/\.(?:Quantity|IntOrString)$/.test(type)) return 'a';
    return field.omitEmpty ? '' : 'a';
  })();
  const named = type === derivedType(schema) ? '' : `:${type}`;
  return `${letter}${named}${field.inlinedFrom === undefined ? '' : `@${field.inlinedFrom}`}`;
}

function shapeOf(schema: Node): 'struct' | 'list' | 'scalar' {
  const target = resolved(schema);
  if (
    target['type'] === 'array' ||
    target['additionalProperties'] !== undefined ||
    target['format'] === 'byte'
  )
    return 'list';
  return target['type'] === 'object' ? 'struct' : 'scalar';
}

function reference(schema: Node): string | undefined {
  const [only] = (schema['allOf'] as Node[] | undefined) ?? [schema];
  return (only?.['$ref'] as string | undefined)?.slice(referencePrefix.length);
}

function resolved(schema: Node): Node {
  const name = reference(schema);
  return name === undefined ? schema : (published[name] ?? {});
}

/** The name that the schema lets expect; the reader derives it in the same way. */
function derivedType(schema: Node): string {
  const name = reference(schema);
  if (name !== undefined) return name.split('.').slice(-2).join('.');
  if (schema['type'] === 'array') return `[]${derivedType(schema['items'] as Node)}`;
  if (schema['type'] === 'object') return `map[string]${derivedType(schema['additionalProperties'] as Node)}`;
  if (schema['format'] === 'byte') return '[]uint8';
  if (schema['type'] === 'boolean') return 'bool';
  return schema['type'] === 'string' ? 'string' : String(schema['format']);
}

function goPackage(name: string): GoStructs | undefined {
  const path = name.startsWith('io.k8s.api.')
    ? ['k8s.io/api', ...name.split('.').slice(3, -1)]
    : name.startsWith('io.k8s.apimachinery.')
      ? ['k8s.io/apimachinery', ...name.split('.').slice(3, -1)]
      : ['k8s.io/apiextensions-apiserver', ...name.split('.').slice(3, -1)];
  const key = path.join('/');
  const known = goPackages.get(key);
  if (known !== undefined) return known;
  const [module = '', ...folders] = path;
  const modules = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], {
    cwd: join(root, 'test/controlplane/go'),
    encoding: 'utf8',
  });
  const structs = readGoStructs(join(modules.trim(), ...folders));
  goPackages.set(key, structs);
  return structs;
}
