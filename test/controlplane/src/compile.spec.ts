import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cacheDir, pinnedVersion, programs } from './binaries.ts';
import { ensureControlPlane, linkerFlags } from './compile.ts';

let dir: string;
let env: Record<string, string>;
let lines: string[];
const report = (line: string): void => {
  lines.push(line);
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'compile-'));
  env = { XDG_CACHE_HOME: join(dir, 'cache'), PATH: dir };
  lines = [];
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** A stand-in for the go tool; `$6` is the output file, `$7` the package. */
function installGo(body: string): void {
  writeFileSync(join(dir, 'go'), `#!/bin/sh\necho "$7" >> '${dir}/calls'\n${body}\n`);
  chmodSync(join(dir, 'go'), 0o755);
}

function calls(): string[] {
  return readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');
}

describe('ensureControlPlane', () => {
  it('builds each program once, even when asked twice at the same time, and then never again', async () => {
    installGo('echo program > "$6"');
    const both = [ensureControlPlane(report, env), ensureControlPlane(report, env)];
    expect(await Promise.all(both)).toEqual([cacheDir(env), cacheDir(env)]);
    expect(await ensureControlPlane(report, env)).toBe(cacheDir(env));
    expect(calls()).toHaveLength(programs.length);
    expect(readdirSync(cacheDir(env)).sort()).toEqual([...programs].sort());
    expect(lines).toContain(`Building kubectl ${pinnedVersion()} ...`);
  });

  it('keeps nothing of a build that fails', async () => {
    installGo('echo half > "$6"; exit 3');
    await expect(ensureControlPlane(report, env)).rejects.toMatchObject({
      reason: 'BuildFailed',
      message: expect.stringContaining('exit code 3'),
    });
    expect(readdirSync(cacheDir(env))).toEqual([]);
  });

  it('says in one sentence that Go is missing, and what to do', async () => {
    await expect(ensureControlPlane(report, env)).rejects.toMatchObject({
      reason: 'NoGo',
      message: expect.stringMatching(/^Go is not on the PATH .* install Go [^\n]*$/),
    });
  });

  it('builds nothing into KUBEBUILDER_ASSETS', async () => {
    installGo('echo program > "$6"');
    await expect(ensureControlPlane(report, { ...env, KUBEBUILDER_ASSETS: dir })).rejects.toMatchObject({
      reason: 'AssetsIncomplete',
    });
    expect(readdirSync(dir)).toEqual(['go']);
  });
});

describe('linkerFlags', () => {
  it('stamps the version and its parts', () => {
    expect(linkerFlags('v1.37.2')).toContain('-X k8s.io/component-base/version.gitVersion=v1.37.2');
    expect(linkerFlags('v1.37.2')).toContain('-X k8s.io/component-base/version.gitMinor=37');
  });
});
