import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from '../stage/manifests.ts';

/** The flags of Node.js in the `start` script of a folder's package: what is tested and measured is what is shipped. */
export function startFlags(folder: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(workspace, folder, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}
