import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packLibrary } from './pack.ts';

const keptDir = join(import.meta.dirname, '../../dist/packed');

/**
 * The tarball of a library as it is now. It is kept, since npm takes a second for each and many empty projects are made of the same
 * libraries.
 *
 * @param libraryDir - the library's folder
 * @returns its path
 * @throws Error if the library is not built or npm fails
 */
export function keptTarball(libraryDir: string): string {
  const kept = join(keptDir, `${basename(libraryDir)}-${fingerprint(libraryDir)}.tgz`);
  if (statSync(kept, { throwIfNoEntry: false }) !== undefined) return kept;
  mkdirSync(keptDir, { recursive: true });
  // Beside it, to be put there all at once: several processes may pack the same library.
  const dir = mkdtempSync(join(keptDir, 'packing-'));
  try {
    renameSync(packLibrary(libraryDir, dir).tarball, kept);
  } finally {
    rmSync(dir, { recursive: true });
  }
  return kept;
}

/** Of everything that could be in the tarball, and so of what leaves a file out too. */
function fingerprint(libraryDir: string): string {
  const hash = createHash('sha256');
  for (const path of globSync('{*,dist/**,schemas/**}', { cwd: libraryDir }).sort()) {
    const file = join(libraryDir, path);
    if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
