// The examples in the READMEs of the libraries run in an empty project in which the packed libraries are installed, and print what the
// comments in them say.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { installPacked } from '../../tools/pack/install-packed.ts';

const root = join(import.meta.dirname, '../..');
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'readme-examples-'));
});

afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** Those that need nothing but libraries: that of the toolkit wants a Kubernetes cluster. */
it.each([
  'api-types',
  'autoscale',
  'cache',
  'clock',
  'cluster',
  'cluster-access',
  'database',
  'hollow-node',
  'kube-sim',
  'neo4j-admin',
  'neo4j-sim',
])('the example of %s', (library) => {
  const readme = readFileSync(join(root, `libs/${library}/README.md`), 'utf8');
  const example = /```ts\n(?<code>.*?)```/s.exec(readme)?.groups?.['code'] ?? '';
  const project = join(dir, library);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(project, 'example.ts'), example);
  installPacked(project, importsOf(example));
  const output = execFileSync(process.execPath, ['example.ts'], {
    encoding: 'utf8',
    cwd: project,
    env: { ...process.env, FORCE_COLOR: '0' },
    timeout: 30_000,
  });
  const promised = [...example.matchAll(/console\.log\(.*\); \/\/ (?<line>.*)/g)].map(
    (match) => match.groups?.['line'],
  );
  expect(promised).not.toEqual([]);
  expect(output.trimEnd().split('\n')).toEqual(promised);
});

function importsOf(example: string): readonly string[] {
  return [...example.matchAll(/from '(?<name>@[^']+)'/g)].flatMap(({ groups }) => groups?.['name'] ?? []);
}
