// Writes what is derived from the schemas of the kinds: crds/ and docs/reference/. With --check it only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { customResourceDefinition, group, type Kind, kinds } from '@neo4j-operator/api-types';
import { stringify } from 'yaml';
import { referencePage } from './reference.ts';

const root = join(import.meta.dirname, '../..');

function generatedFiles(kind: Kind): readonly (readonly [path: string, text: string])[] {
  return [
    [
      `crds/${group}_${kind.plural}.yaml`,
      stringify(customResourceDefinition(kind), { lineWidth: 0, aliasDuplicateObjects: false }),
    ],
    [`docs/reference/${kind.singular}.md`, referencePage(kind)],
  ];
}

function textOnDisk(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const drifted = Object.values(kinds)
  .flatMap(generatedFiles)
  .filter(([path, text]) => textOnDisk(path) !== text);

if (!process.argv.includes('--check')) {
  for (const [path, text] of drifted) {
    write(path, text);
    console.log(`wrote ${path}`);
  }
} else if (drifted.length > 0) {
  for (const [path] of drifted) console.error(`${path} differs from its schema; run: npm run generate`);
  process.exitCode = 1;
}
