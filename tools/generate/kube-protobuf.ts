// Writes libs/kube-sim/schemas/protobuf.json: how clients in Go number the fields of the built-in kinds when they send them as protobuf.
// Read from the Go sources of the types. Needs Go.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinKinds } from '../../libs/kube-sim/src/builtins/kinds.ts';

/** Number to JSON name and type; see the reader, `libs/kube-sim/src/server/protobuf.ts`. */
type Fields = Record<string, readonly [name: string, type: string]>;

interface GoPackage {
  readonly aliases: ReadonlyMap<string, string>;
  readonly structs: ReadonlyMap<string, Fields>;
}

const root = join(import.meta.dirname, '../..');
const meta = 'k8s.io/apimachinery/pkg/apis/meta/v1';
const scalars: Readonly<Record<string, string>> = {
  string: 's',
  bool: 't',
  int: 'i',
  int32: 'i',
  int64: 'i',
  float64: 'd',
};
const modules = new Map<string, string>();
const packages = new Map<string, GoPackage>();
const needed = new Map<string, Fields>();

for (const { group, version, kind } of builtinKinds) {
  // The schemas in definitions of custom resources have a JSON of their own; they are refused as protobuf.
  if (group !== 'apiextensions.k8s.io')
    need(`k8s.io/api/${group === '' ? 'core' : (group.split('.')[0] ?? '')}/${version}`, kind);
}
need('k8s.io/api/core/v1', 'Binding');
need('k8s.io/api/autoscaling/v1', 'Scale');
need('k8s.io/api/policy/v1', 'Eviction');
need(meta, 'DeleteOptions');

const lines = [...needed]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(fields)}`);
writeFileSync(join(root, 'libs/kube-sim/schemas/protobuf.json'), `{\n${lines.join(',\n')}\n}\n`);
console.log('wrote protobuf.json');

/** Notes a struct and all that it contains. */
function need(path: string, struct: string): void {
  const key = `${keyOf(path)}.${struct}`;
  const fields = readPackage(path).structs.get(struct);
  if (needed.has(key) || fields === undefined) return;
  needed.set(key, fields);
  for (const [, type] of Object.values(fields)) {
    const [, inner = ''] = type.split('@');
    const at = inner.lastIndexOf('.');
    const owner = [...packages.keys()].find((one) => keyOf(one) === inner.slice(0, at));
    if (owner !== undefined) need(owner, inner.slice(at + 1));
  }
}

/** `core/v1`, `meta/v1`, `resource` */
function keyOf(path: string): string {
  const parts = path.split('/');
  return parts.slice(/^v\d/.test(parts.at(-1) ?? '') ? -2 : -1).join('/');
}

function readPackage(path: string): GoPackage {
  const known = packages.get(path);
  if (known !== undefined) return known;
  const aliases = new Map<string, string>();
  const structs = new Map<string, Fields>();
  const made = { aliases, structs };
  packages.set(path, made);
  const folder = folderOf(path);
  const sources = globSync('*.go', { cwd: folder })
    .filter((name) => !/^zz_|^generated|_test\.go$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  for (const source of sources) {
    for (const [, name = '', type = ''] of source.matchAll(/^type (\w+) ((?:\[\]|map\[\w+\])?[\w.]+)$/gm)) {
      aliases.set(name, type);
    }
  }
  for (const source of sources) {
    const imports = importsOf(source);
    for (const [, name = '', body = ''] of source.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      structs.set(name, fieldsOf(body, path, imports));
    }
  }
  return made;
}

function fieldsOf(body: string, path: string, imports: ReadonlyMap<string, string>): Fields {
  const fields: Fields = {};
  const tagged = /^\t(?:\w+\s+)?(\S+)\s+`json:"([^"]*)"[^`]*protobuf:"\w+,(\d+),(\w+)/gm;
  for (const [, type = '', json = '', number = '', label = ''] of body.matchAll(tagged)) {
    const [name = '', ...options] = json.split(',');
    const keepsZero = type.startsWith('*') || !options.includes('omitempty');
    fields[number] = [name, `${keepsZero ? '!' : ''}${typeOf(type, label === 'rep', path, imports)}`];
  }
  return fields;
}

function typeOf(type: string, repeated: boolean, path: string, imports: ReadonlyMap<string, string>): string {
  if (type.startsWith('*')) return typeOf(type.slice(1), repeated, path, imports);
  if (type === '[]byte') return 'b';
  if (type.startsWith('[]')) return `[${typeOf(type.slice(2), false, path, imports)}`;
  const [, value] = /^map\[[\w.]+\](.+)$/.exec(type) ?? [];
  if (value !== undefined) return `{${typeOf(value, false, path, imports)}`;
  const scalar = scalars[type];
  if (scalar !== undefined) return scalar;
  const [first = '', second] = type.split('.');
  const owner = second === undefined ? path : (imports.get(first) ?? '');
  const name = second ?? first;
  if (!owner.startsWith('k8s.io/')) return 'b';
  const alias = readPackage(owner).aliases.get(name);
  if (alias === undefined) return `@${keyOf(owner)}.${name}`;
  // A list with a name of its own is a message with one field, unless a field repeats it.
  if (alias.startsWith('[]') && !repeated) return '@items';
  return typeOf(alias, repeated, owner, importsOf(readSource(owner)));
}

function importsOf(source: string): ReadonlyMap<string, string> {
  const blocks = [...source.matchAll(/^import \(([^)]*)\)/gm)].map(([, block = '']) => block).join('\n');
  const single = [...source.matchAll(/^import ((?:\w+ )?"[^"]+")/gm)].map(([, one = '']) => one).join('\n');
  const found = `${blocks}\n${single}`.matchAll(/^\s*(\w+)?\s*"([^"]+)"/gm);
  return new Map(
    [...found].map(([, alias, path = '']) => [alias ?? path.slice(path.lastIndexOf('/') + 1), path]),
  );
}

function readSource(path: string): string {
  const folder = folderOf(path);
  return globSync('*.go', { cwd: folder })
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

function folderOf(path: string): string {
  const [host = '', module = '', ...rest] = path.split('/');
  const name = `${host}/${module}`;
  const dir =
    modules.get(name) ??
    execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', name], {
      cwd: join(root, 'test/controlplane/go'),
      encoding: 'utf8',
    }).trim();
  modules.set(name, dir);
  return join(dir, ...rest);
}
