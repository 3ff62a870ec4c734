// A subPath leads to a place within its volume, whatever variables and links say.
import { cpSync, lstatSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { ConfigError } from '../env/env.ts';
import { expandStrictly } from '../env/expand.ts';
import type { VolumeMount } from '../kubelet/resources.ts';

/**
 * The subPath of a mount, in the words of a kubelet if it cannot be used.
 *
 * @returns an empty text for the whole volume
 * @throws ConfigError if it names a variable that the container does not have, or leads out of the volume
 */
export function subPathOf(
  { subPath = '', subPathExpr = '' }: VolumeMount,
  env: Readonly<Record<string, string>>,
): string {
  const expanded = subPathExpr === '' ? { text: subPath } : expandStrictly(subPathExpr, (name) => env[name]);
  if ('missing' in expanded) throw new ConfigError(`missing value for "${expanded.missing}"`);
  const { text } = expanded;
  if (isAbsolute(text)) throw new ConfigError(`error SubPath \`${text}\` must not be an absolute path`);
  if (text.split('/').includes('..')) {
    throw new ConfigError(`unable to provision SubPath \`${text}\`: must not contain '..'`);
  }
  return text;
}

/**
 * Makes the path a folder if it is not there.
 *
 * @throws ConfigError if a link leads out of the volume
 */
export function makeSubPath(volume: string, subPath: string, mount: string, container: string): string {
  const path = join(volume, subPath);
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  if (!isWithin(volume, path)) {
    const what = isThere ? 'prepare subPath' : 'create subPath directory';
    throw new ConfigError(`failed to ${what} for volumeMount "${mount}" of container "${container}"`);
  }
  if (!isThere) mkdirSync(path, { recursive: true });
  return path;
}

/** Copies what is at the path, or makes an empty folder if nothing is. */
export function copySubPath(volume: string, subPath: string, copy: string): string {
  const path = join(volume, subPath);
  rmSync(copy, { recursive: true, force: true });
  if (statSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(copy, { recursive: true });
  else cpSync(path, copy, { recursive: true, dereference: true });
  return copy;
}

/** Whether what there is of the path is within the folder. A link to nowhere is not: it may be made to lead anywhere. */
function isWithin(folder: string, path: string): boolean {
  let present = path;
  while (lstatSync(present, { throwIfNoEntry: false }) === undefined) present = dirname(present);
  if (statSync(present, { throwIfNoEntry: false }) === undefined) return false;
  return `${realpathSync(present)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
}
