import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { keptTarball } from './kept-tarball.ts';

const root = join(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * Does in a folder outside of the workspace what `npm install <packages>` would do there, without a network: libraries of this
 * workspace are packed and unpacked, other packages are copied from its `node_modules`, and so is everything that they declare and
 * nothing else. An import that a library forgot to declare therefore fails.
 *
 * @param dir - an existing folder; `node_modules` is made in it
 * @param packages - package names, such as `@neo4j-operator/cache` or `@types/node`; the libraries have to be built before
 * @throws Error if a package is not installed here or a library is not built
 */
export function installPacked(dir: string, packages: readonly string[]): void {
  const laid = new Set<string>();

  const install = (name: string, dependentDir: string): void => {
    const source = locate(name, dependentDir);
    if (laid.has(source)) return;
    laid.add(source);
    const packageDir = realpathSync(source);
    if (packageDir === source) copyPackage(source, dir);
    else unpack(keptTarball(packageDir), join(dir, 'node_modules', name));
    for (const dependency of dependenciesOf(packageDir)) install(dependency, packageDir);
  };

  for (const name of packages) install(name, root);
}

/** Where Node.js finds a package from a folder: in the nearest `node_modules` above it. */
function locate(name: string, from: string): string {
  const path = join(from, 'node_modules', name);
  if (existsSync(path)) return path;
  if (from === root) throw new Error(`${name} is not installed in the workspace.`);
  return locate(name, dirname(from));
}

/** Keeps a package where it lies below `node_modules`; one that lies inside of another package came with it. */
function copyPackage(source: string, dir: string): void {
  const target = join(dir, relative(root, source));
  if (!existsSync(target)) cpSync(source, target, { recursive: true });
}

function unpack(tarball: string, target: string): void {
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
}

/** What npm installs along with a package; optional packages are left out. */
function dependenciesOf(packageDir: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as Manifest;
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
  );
  const optional = manifest.optionalDependencies ?? {};
  return [...Object.keys(manifest.dependencies ?? {}).filter((name) => !(name in optional)), ...peers];
}
