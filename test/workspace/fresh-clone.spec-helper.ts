// A copy of the repository as a clone of it would be, with nothing built, cached or left over.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const leftOut = new Set(['node_modules', 'dist', '.nx', '.git']);
const scope = '@neo4j-operator';

/** The folder of the clone, and what removes it. */
export interface FreshClone {
  readonly dir: string;
  readonly remove: () => void;
}

/** Makes a clone. Its packages are installed by links: third-party ones from here, the libraries from the clone itself. */
export function freshClone(): FreshClone {
  const dir = mkdtempSync(join(tmpdir(), 'fresh-clone-'));
  cpSync(root, dir, {
    recursive: true,
    filter: (source) =>
      !relative(root, source)
        .split('/')
        .some((part) => leftOut.has(part)),
  });
  mkdirSync(join(dir, 'node_modules', scope), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== scope) symlinkSync(join(root, 'node_modules', name), join(dir, 'node_modules', name));
  }
  for (const name of readdirSync(join(dir, 'libs'))) {
    symlinkSync(join(dir, 'libs', name), join(dir, 'node_modules', scope, name));
  }
  return {
    dir,
    remove: () => {
      rmSync(dir, { recursive: true });
    },
  };
}

/** The environment of a command in a clone: Nx tells its tasks which workspace they belong to, and the clone is one of its own. */
export function cloneEnv(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NX_')));
}
