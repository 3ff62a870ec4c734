// Builds the tiny operator as a user does: from packed libraries, outside of the workspace.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPacked } from '../../../tools/pack/install-packed.ts';

const root = join(import.meta.dirname, '../../..');
const example = join(root, 'examples/tiny-operator');

interface Manifest {
  readonly scripts: { readonly typecheck: string; readonly build: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Installs the packed libraries beside a copy of the example, and type-checks and bundles it by its own scripts.
 *
 * @param dir - an existing folder outside of the workspace
 * @returns the path of the bundle
 */
export function buildOperator(dir: string): string {
  for (const part of ['src', 'package.json', 'tsconfig.json']) {
    cpSync(join(example, part), join(dir, part), { recursive: true });
  }
  const { scripts, dependencies } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;
  installPacked(dir, [...Object.keys(dependencies), '@types/node']);
  const PATH = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  for (const script of [scripts.typecheck, scripts.build]) {
    execFileSync('sh', ['-c', script], { cwd: dir, env: { ...process.env, PATH }, stdio: 'pipe' });
  }
  return join(dir, 'dist/main.mjs');
}
