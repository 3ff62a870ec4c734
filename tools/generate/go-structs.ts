// Reads from the Go sources of Kubernetes' types what their OpenAPI does not tell: whether an empty value is left out of the JSON, and what
// decoding errors call the type of a field.
import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';

/** A field of a Go struct as its JSON tag names it. */
export interface GoField {
  /** With the package's name, as Go prints it: `[]v1.Container`. */
  readonly type: string;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  /** The embedded struct that it comes from. */
  readonly inlinedFrom: string | undefined;
}

/** Structs of a package by name; embedded ones are resolved. */
export type GoStructs = ReadonlyMap<string, ReadonlyMap<string, GoField>>;

const structStart = /^type (\w+) struct \{$/;
const tagged = /^\t(\w+)\s+(\S+)\s+`json:"([^"]*)"/;
const embedded = /^\t([\w.]+)(?:\s+`json:"(?:,inline)?"|\s*$)/;

/** Reads a package: all of its files that may declare types. */
export function readGoStructs(folder: string): GoStructs {
  const packageName = folder.slice(folder.lastIndexOf('/') + 1);
  const structs = new Map<string, Map<string, GoField>>();
  const embeds: { readonly into: string; readonly from: string }[] = [];
  for (const file of globSync('*.go', { cwd: folder }).filter((name) => !name.startsWith('zz_'))) {
    const source = readFileSync(join(folder, file), 'utf8');
    const imports = importedPackages(source);
    let current: string | undefined;
    for (const line of source.split('\n')) {
      const start = structStart.exec(line)?.[1];
      if (start !== undefined) {
        current = start;
        structs.set(start, new Map());
      } else if (line === '}') current = undefined;
      if (current === undefined) continue;
      const field = tagged.exec(line);
      const [name = '', ...options] = field?.[3]?.split(',') ?? [];
      if (field?.[2] !== undefined && name !== '' && name !== '-') {
        structs.get(current)?.set(name, {
          type: qualified(field[2], packageName, imports),
          omitEmpty: options.includes('omitempty'),
          omitZero: options.includes('omitzero'),
          inlinedFrom: undefined,
        });
        continue;
      }
      const from = embedded.exec(line)?.[1];
      if (from !== undefined && !from.includes('.')) embeds.push({ into: current, from });
      const meta = /^\tmetav1\.(ObjectMeta|ListMeta)\s/.exec(line)?.[1];
      if (meta !== undefined)
        structs.get(current)?.set('metadata', {
          type: `v1.${meta}`,
          omitEmpty: true,
          omitZero: line.includes('omitzero'),
          inlinedFrom: undefined,
        });
    }
  }
  for (const { into, from } of embeds) {
    for (const [name, field] of structs.get(from) ?? []) {
      structs.get(into)?.set(name, { ...field, inlinedFrom: from });
    }
  }
  return structs;
}

/** Alias to the last part of the path, which is the package's name. */
function importedPackages(source: string): ReadonlyMap<string, string> {
  const block = /^import \(([^)]*)\)/m.exec(source)?.[1] ?? '';
  const lines = block.matchAll(/^\s*(\w+)?\s*"([^"]+)"/gm);
  return new Map(
    [...lines].map(([, alias, path = '']) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return [alias ?? name, name];
    }),
  );
}

const predeclared = new Set(['string', 'bool', 'byte', 'int32', 'int64', 'float64', 'int', 'map', 'uint8']);

function qualified(type: string, packageName: string, imports: ReadonlyMap<string, string>): string {
  return type
    .replace(/^\*/, '')
    .replaceAll(/(\w+\.)?(\w+)/g, (whole, prefix: string | undefined, name: string) => {
      if (prefix !== undefined) return `${imports.get(prefix.slice(0, -1)) ?? prefix.slice(0, -1)}.${name}`;
      if (name === 'byte') return 'uint8';
      return predeclared.has(name) ? whole : `${packageName}.${name}`;
    })
    .replace(/^/, type.startsWith('*') ? '*' : '');
}
