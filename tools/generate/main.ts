// Writes what is derived: crds/ and docs/reference/ from the schemas of the kinds, docs/api/ from the built libraries,
// config/rbac/ from the rules of the operator's parts. With --check it only compares.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { customResourceDefinition, group, type Kind, kinds } from '@neo4j-operator/api-types';
import { stringify } from 'yaml';
import { electionRules, workRules } from '../../apps/operator/src/rules.ts';
import { apiReport } from './api-report.ts';
import { clusterWideRoles, namespacedRoles } from './rbac.ts';
import { referencePage } from './reference.ts';

const root = join(import.meta.dirname, '../..');

type GeneratedFile = readonly [path: string, text: string];

function ofKind(kind: Kind): readonly GeneratedFile[] {
  return [
    [
      `crds/${group}_${kind.plural}.yaml`,
      stringify(customResourceDefinition(kind), { lineWidth: 0, aliasDuplicateObjects: false }),
    ],
    [`docs/reference/${kind.singular}.md`, referencePage(kind)],
  ];
}

function ofLibrary(library: string): GeneratedFile {
  return [`docs/api/${library}.api.md`, apiReport(root, library)];
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

const libraries = globSync('libs/*', { cwd: root }).map((path) => basename(path));
const roles: readonly GeneratedFile[] = [
  ['config/rbac/cluster-wide.yaml', clusterWideRoles({ work: workRules, election: electionRules })],
  ['config/rbac/namespaced.yaml', namespacedRoles({ work: workRules, election: electionRules })],
];
const drifted = [...Object.values(kinds).flatMap(ofKind), ...roles, ...libraries.map(ofLibrary)].filter(
  ([path, text]) => textOnDisk(path) !== text,
);

if (!process.argv.includes('--check')) {
  for (const [path, text] of drifted) {
    write(path, text);
    console.log(`wrote ${path}`);
  }
} else if (drifted.length > 0) {
  for (const [path] of drifted)
    console.error(`${path} differs from what it is generated from; run: npm run generate`);
  process.exitCode = 1;
}
