// The examples in the READMEs of the libraries run, and print what the comments in them say.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
/** Inside of the repository, so that the packages are found. */
const dir = join(root, 'dist/readme-examples');

beforeAll(() => {
  mkdirSync(dir, { recursive: true });
});

afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** Those that need nothing but the library: that of the toolkit wants a Kubernetes cluster. */
it.each(['api-types', 'cache', 'clock', 'neo4j-admin', 'neo4j-sim'])('the example of %s', (library) => {
  const readme = readFileSync(join(root, `libs/${library}/README.md`), 'utf8');
  const example = /```ts\n(?<code>.*?)```/s.exec(readme)?.groups?.['code'] ?? '';
  const file = join(dir, `${library}.ts`);
  writeFileSync(file, example);
  const output = execFileSync(process.execPath, ['--conditions=@neo4j-operator/source', file], {
    encoding: 'utf8',
    cwd: root,
    env: { ...process.env, FORCE_COLOR: '0' },
    timeout: 30_000,
  });
  const promised = [...example.matchAll(/console\.log\(.*\); \/\/ (?<line>.*)/g)].map(
    (match) => match.groups?.['line'],
  );
  expect(promised).not.toEqual([]);
  expect(output.trimEnd().split('\n')).toEqual(promised);
});
