import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const leftOut = new Set(['node_modules', 'dist', '.nx', '.git']);
let clone: string;

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'fresh-clone-'));
  cpSync(root, clone, {
    recursive: true,
    filter: (source) =>
      !relative(root, source)
        .split('/')
        .some((part) => leftOut.has(part)),
  });
  linkPackages();
});

/** Installs by links: third-party packages from here, the libraries from the clone itself. */
function linkPackages(): void {
  const scope = '@neo4j-operator';
  mkdirSync(join(clone, 'node_modules', scope), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== scope) symlinkSync(join(root, 'node_modules', name), join(clone, 'node_modules', name));
  }
  for (const name of readdirSync(join(clone, 'libs'))) {
    symlinkSync(join(clone, 'libs', name), join(clone, 'node_modules', scope, name));
  }
}

afterAll(() => {
  rmSync(clone, { recursive: true });
});

it('a forbidden import is refused by the very first lint run, when Nx knows no projects yet', () => {
  const file = 'libs/reconcile-kit/src/forbidden.ts';
  writeFileSync(join(clone, file), "export * from '@neo4j-operator/api-types';\n");
  // Nx tells its tasks which workspace they belong to; the clone is one of its own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NX_')));

  const eslint = join(root, 'node_modules/eslint/bin/eslint.js');
  const { status, stdout } = spawnSync(process.execPath, [eslint, file], {
    cwd: clone,
    env,
    encoding: 'utf8',
  });

  expect(stdout).toContain('@nx/enforce-module-boundaries');
  expect(stdout).toContain('A project tagged with "lib:reconcile-kit" can only depend on libs tagged with');
  expect(status).toBe(1);
});
