// Where the programs of the control plane are.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The programs, in the order in which they are built: the quick one first. */
export const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;

/** One of the programs of the control plane. */
export type Program = (typeof programs)[number];

/** What envtest ships, and so what any `KUBEBUILDER_ASSETS` can be expected to hold. */
const assetPrograms: readonly Program[] = ['etcd', 'kube-apiserver', 'kubectl'];

/** The environment variables that decide where the programs are. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The folder with the programs, or one sentence with what is missing and the remedy. */
export type ControlPlaneBinaries = { readonly binDir: string } | { readonly missing: string };

/** The Go module that pins and builds the programs. */
export const goModuleDir = join(import.meta.dirname, '../go');

/** The pinned Kubernetes version, for example `v1.37.2`. */
export function pinnedVersion(goMod = readFileSync(join(goModuleDir, 'go.mod'), 'utf8')): string {
  const version = /^\s*(?:require )?k8s\.io\/kubernetes (v\S+)/m.exec(goMod)?.[1];
  if (version === undefined)
    throw new Error('test/controlplane/go/go.mod does not require k8s.io/kubernetes');
  return version;
}

/** The folder that the build fills: outside the repository, one per version and platform. */
export function cacheDir(env: Environment = process.env): string {
  const base = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return join(base, 'kubernetes-controlplane', `${pinnedVersion()}-${process.platform}-${arch}`);
}

/**
 * Finds the programs without building anything: in `KUBEBUILDER_ASSETS` if it is set (kube-controller-manager may be absent there),
 * else all of them in the cache.
 */
export function findControlPlane(env: Environment = process.env): ControlPlaneBinaries {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') {
    const absent = absentPrograms(assets, assetPrograms);
    if (absent.length === 0) return { binDir: assets };
    return {
      missing: `KUBEBUILDER_ASSETS is ${assets}, which does not hold ${absent.join(', ')}: put them there, or unset it and run 'npm run controlplane'.`,
    };
  }
  const binDir = cacheDir(env);
  const absent = absentPrograms(binDir, programs);
  if (absent.length === 0) return { binDir };
  return {
    missing: `The test control plane is not built (no ${absent.join(', ')} in ${binDir}): run 'npm run controlplane'.`,
  };
}

/** Those of `wanted` that are not in `dir`. */
export function absentPrograms(dir: string, wanted: readonly Program[]): Program[] {
  return wanted.filter((program) => !existsSync(join(dir, program)));
}

/** Whether a command is on the PATH. */
export function onPath(command: string, env: Environment = process.env): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, command)));
}
