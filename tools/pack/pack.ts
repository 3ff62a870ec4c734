import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm publish` would upload. */
export interface PackedLibrary {
  /** Path of the tarball. */
  readonly tarball: string;
  /** Paths of its files, from the root of the package. */
  readonly files: readonly string[];
}

/**
 * Packs a library as npm would publish it. It has to be built before.
 *
 * @param libraryDir - the library's folder
 * @param intoDir - an existing folder for the tarball
 * @throws Error if the library is not built or npm fails
 */
export function packLibrary(libraryDir: string, intoDir: string): PackedLibrary {
  if (!existsSync(join(libraryDir, 'dist'))) {
    throw new Error(`${libraryDir} is not built: run 'npm run build' first.`);
  }
  const flags = ['--json', '--ignore-scripts', '--offline', '--pack-destination', intoDir];
  const output = execFileSync('npm', ['pack', ...flags], { cwd: libraryDir, encoding: 'utf8' });
  const [packed] = JSON.parse(output) as NpmPackOutput;
  return { tarball: join(intoDir, packed.filename), files: packed.files.map(({ path }) => path) };
}

type NpmPackOutput = [{ readonly filename: string; readonly files: readonly { readonly path: string }[] }];
