// Files that change all at once, the way a kubelet does it: readers go through the link `..data`, which is replaced.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Payload } from './payload.ts';

const dataLink = '..data';

/**
 * Makes the folder show just these files.
 *
 * @param version - names the folder that holds them; another one each time
 */
export function writeAtomically(folder: string, payload: Payload, version: string): void {
  mkdirSync(folder, { recursive: true });
  const link = join(folder, dataLink);
  const before = existsSync(link) ? readlinkSync(link) : undefined;
  const next = `..${version}`;
  try {
    writeFiles(join(folder, next), payload);
  } catch (error) {
    rmSync(join(folder, next), { recursive: true, force: true });
    throw error;
  }
  // One that is there is of a process that died between the next two lines.
  rmSync(`${link}_tmp`, { force: true });
  symlinkSync(next, `${link}_tmp`);
  renameSync(`${link}_tmp`, link);
  const names = new Set([...payload.keys()].map((path) => path.split('/')[0] ?? path));
  const present = new Set(readdirSync(folder).filter((name) => !name.startsWith('..')));
  for (const name of names) if (!present.has(name)) symlinkSync(join(dataLink, name), join(folder, name));
  for (const name of present) if (!names.has(name)) rmSync(join(folder, name));
  if (before !== undefined) rmSync(join(folder, before), { recursive: true, force: true });
}

function writeFiles(folder: string, payload: Payload): void {
  mkdirSync(folder);
  for (const [path, { data, mode }] of payload) {
    const file = join(folder, path);
    if (path.includes('/')) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
    // The mode that is given at creation is subject to the umask.
    chmodSync(file, mode);
  }
}

/** Whether two payloads are the same files. */
export function samePayload(a: Payload, b: Payload): boolean {
  if (a.size !== b.size) return false;
  for (const [path, { data, mode }] of a) {
    const other = b.get(path);
    if (other?.mode !== mode || Buffer.compare(other.data, data) !== 0) return false;
  }
  return true;
}
