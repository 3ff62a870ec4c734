import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeNpm } from './fake-npm.spec-helper.ts';

const script = join(import.meta.dirname, '../../.ci/run');
const checks = [
  'set-up',
  'tests',
  'statements sent in tests',
  'lint',
  'types',
  'format',
  'generated files',
  'build',
];
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ci-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

function runCi(npm: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly last: string | undefined;
} {
  const { status, stdout } = spawnSync(script, {
    env: fakeNpm(dir, npm),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) };
}

describe('.ci/run', () => {
  it('adds one for each check to the counts of the tests', () => {
    const { status, last } = runCi('[ "$1" != test ] || echo "40 passed, 0 failed, 2 skipped"');
    expect(last).toBe(`${40 + checks.length} passed, 0 failed`);
    expect(status).toBe(0);
  });

  it('runs every check even if all fail, and names them', () => {
    const { status, stdout, last } = runCi('exit 1');
    expect(last).toBe(`0 passed, ${checks.length} failed`);
    expect(stdout).toContain(`failed: ${checks.join(',')}`);
    expect(status).toBe(1);
  });

  it('fails when one check fails', () => {
    const { status, last } = runCi('[ "$*" != "run lint" ]');
    expect(last).toBe(`${checks.length - 1} passed, 1 failed`);
    expect(status).toBe(1);
  });

  it('fails when a test failed', () => {
    const { status, last } = runCi('[ "$1" != test ] || { echo "40 passed, 3 failed"; exit 1; }');
    expect(last).toBe(`${40 + checks.length - 1} passed, 4 failed`);
    expect(status).toBe(1);
  });

  it('requires the real programs and checks generated files for drift', () => {
    const { stdout } = runCi('echo "npm $* required: $REQUIRE_CONTROLPLANE $REQUIRE_NEO4J"');
    expect(stdout).toContain('npm test required: 1 1');
    expect(stdout).toContain('npm run generate -- --check required: 1 1');
  });
});
