import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Program, cacheDir, findControlPlane, pinnedVersion, programs } from './binaries.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'binaries-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function fill(target: string, names: readonly Program[]): void {
  mkdirSync(target, { recursive: true });
  for (const name of names) writeFileSync(join(target, name), '');
}

describe('pinnedVersion', () => {
  it('is read from either form of a requirement', () => {
    expect(pinnedVersion('require k8s.io/kubernetes v1.2.3\n')).toBe('v1.2.3');
    expect(pinnedVersion('require (\n\tk8s.io/kubernetes v1.2.4 // indirect\n)\n')).toBe('v1.2.4');
    expect(() => pinnedVersion('require k8s.io/api v0.1.2\n')).toThrow('does not require k8s.io/kubernetes');
  });
});

describe('findControlPlane', () => {
  it('takes KUBEBUILDER_ASSETS, where the controller manager may be absent', () => {
    fill(dir, ['etcd', 'kube-apiserver', 'kubectl']);
    expect(findControlPlane({ KUBEBUILDER_ASSETS: dir })).toEqual({ binDir: dir });
  });

  it('names what KUBEBUILDER_ASSETS lacks, and does not fall back on the cache', () => {
    fill(dir, ['etcd']);
    fill(cacheDir({ XDG_CACHE_HOME: dir }), programs);
    const found = findControlPlane({ KUBEBUILDER_ASSETS: dir, XDG_CACHE_HOME: dir });
    expect(found).toEqual({
      missing: expect.stringMatching(/does not hold kube-apiserver, kubectl: put them/),
    });
  });

  it('finds the cache of the pinned version only when it is complete', () => {
    const env = { XDG_CACHE_HOME: dir };
    fill(cacheDir(env), ['etcd', 'kube-apiserver', 'kubectl']);
    expect(findControlPlane(env)).toEqual({
      missing: expect.stringContaining('no kube-controller-manager in'),
    });
    fill(cacheDir(env), programs);
    expect(findControlPlane(env)).toEqual({ binDir: cacheDir(env) });
    expect(cacheDir(env)).toContain(pinnedVersion());
  });
});
