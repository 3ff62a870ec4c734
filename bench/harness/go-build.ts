import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const moduleDir = join(import.meta.dirname, '../operators/go');

/** Builds the Go program into a cache outside of the repository, once per content; undefined without Go. */
export function buildYardstick(report: (line: string) => void): string | undefined {
  const file = join(cacheBase(), 'operator-bench', `${contentHash()}-${process.platform}-${process.arch}`);
  if (existsSync(file)) return file;
  if (!hasGo()) {
    report('There is no Go on the PATH: without the yardstick.');
    return undefined;
  }
  report('Building the yardstick ...');
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  execFileSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', partial, '.'], {
    cwd: moduleDir,
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  renameSync(partial, file);
  return file;
}

function cacheBase(): string {
  return process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
}

function contentHash(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(moduleDir).toSorted()) hash.update(readFileSync(join(moduleDir, name)));
  return hash.digest('hex').slice(0, 16);
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
