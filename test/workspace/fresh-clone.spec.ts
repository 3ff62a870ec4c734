import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cloneEnv, type FreshClone, freshClone } from './fresh-clone.spec-helper.ts';

const root = join(import.meta.dirname, '../..');
let clone: FreshClone;

beforeAll(() => {
  clone = freshClone();
});

afterAll(() => {
  clone.remove();
});

it('a forbidden import is refused by the very first lint run, when Nx knows no projects yet', () => {
  const file = 'libs/reconcile-kit/src/forbidden.ts';
  writeFileSync(join(clone.dir, file), "export * from '@neo4j-operator/api-types';\n");

  const eslint = join(root, 'node_modules/eslint/bin/eslint.js');
  const { status, stdout } = spawnSync(process.execPath, [eslint, file], {
    cwd: clone.dir,
    env: cloneEnv(),
    encoding: 'utf8',
  });

  expect(stdout).toContain('@nx/enforce-module-boundaries');
  expect(stdout).toContain('A project tagged with "lib:reconcile-kit" can only depend on libs tagged with');
  expect(status).toBe(1);
});
