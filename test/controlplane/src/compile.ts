// Builds the programs of the control plane with the ordinary go tool.
import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@neo4j-operator/clock';
import { withBuildLock } from './build-lock.ts';
import {
  type Environment,
  type Program,
  absentPrograms,
  cacheDir,
  findControlPlane,
  goModuleDir,
  onPath,
  pinnedVersion,
  programs,
} from './binaries.ts';

/** The programs are not there and cannot be built; the message says why and names the remedy in one sentence. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly reason: 'NoGo' | 'AssetsIncomplete' | 'BuildFailed';

  constructor(reason: BuildError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

const progressEveryMs = 15_000;

const packages: Readonly<Record<Program, string>> = {
  etcd: './etcd',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
};

/**
 * Makes sure that the programs are there, building those that are missing. With `KUBEBUILDER_ASSETS` nothing is built.
 *
 * @param report - gets one line per step
 * @returns the folder with the programs
 * @throws BuildError without Go, if a build fails, or if `KUBEBUILDER_ASSETS` lacks a program
 */
export async function ensureControlPlane(
  report: (line: string) => void,
  env: Environment = process.env,
): Promise<string> {
  const found = findControlPlane(env);
  if ('binDir' in found) return found.binDir;
  if ((env['KUBEBUILDER_ASSETS'] ?? '') !== '') throw new BuildError('AssetsIncomplete', found.missing);
  if (!onPath('go', env)) {
    throw new BuildError(
      'NoGo',
      'Go is not on the PATH and the test control plane has to be built with it: install Go 1.26 or newer from https://go.dev/dl, or set KUBEBUILDER_ASSETS to a folder that holds etcd, kube-apiserver and kubectl.',
    );
  }
  const dir = cacheDir(env);
  mkdirSync(dir, { recursive: true });
  const onWait = (pid: number): void => {
    report(`Waiting for another build (process ${String(pid)}) ...`);
  };
  await withBuildLock(join(dir, '.lock'), onWait, async () => {
    for (const program of absentPrograms(dir, programs)) await buildProgram(program, dir, report, env);
  });
  return dir;
}

/** Under a temporary name until it is whole, so that what is in the cache can always be run. */
async function buildProgram(
  program: Program,
  dir: string,
  report: (line: string) => void,
  env: Environment,
): Promise<void> {
  const startedAt = systemClock.monotonic();
  const seconds = (): string => `${String(Math.round((systemClock.monotonic() - startedAt) / 1000))} s`;
  report(`Building ${program} ${pinnedVersion()} ...`);
  const stopProgress = every(progressEveryMs, () => {
    report(`Building ${program}: ${seconds()}`);
  });
  const partial = join(dir, `.${program}.${String(process.pid)}`);
  try {
    await goBuild(packages[program], partial, env);
    renameSync(partial, join(dir, program));
  } catch (cause) {
    throw new BuildError(
      'BuildFailed',
      `'go build' of ${program} failed (${String(cause)}); what it says is above.`,
      { cause },
    );
  } finally {
    stopProgress();
    rmSync(partial, { force: true });
  }
  report(`Built ${program} in ${seconds()}`);
}

function goBuild(packagePath: string, output: string, env: Environment): Promise<void> {
  const args = ['build', '-trimpath', '-ldflags', linkerFlags(pinnedVersion()), '-o', output, packagePath];
  const child = spawn('go', args, {
    cwd: goModuleDir,
    env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(signal ?? `exit code ${String(code)}`));
    });
  });
}

/**
 * Without a version stamped in, the API server calls itself v0.0.0 and clients misjudge what it can do. Servers read it from the first
 * of the packages, user agents from the second.
 */
export function linkerFlags(version: string): string {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const stamp = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const settings = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(
    (versionPackage) => Object.entries(stamp).map(([name, value]) => `-X ${versionPackage}.${name}=${value}`),
  );
  return ['-s', '-w', ...settings].join(' ');
}

function every(intervalMs: number, callback: () => void): () => void {
  const tick = (): void => {
    callback();
    timer = systemClock.setTimer(intervalMs, tick);
  };
  let timer = systemClock.setTimer(intervalMs, tick);
  return () => {
    timer.cancel();
  };
}
