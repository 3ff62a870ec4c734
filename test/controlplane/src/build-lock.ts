// Keeps two builds of the same programs apart.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { sleep, systemClock } from '@neo4j-operator/clock';

const retryEveryMs = 500;

/**
 * Holds the lock file `path` while `work` runs. If a living process holds it, waits; a lock whose process is gone is taken over.
 *
 * @param onWait - told once, with the process id of the holder, if there is anything to wait for
 */
export async function withBuildLock<T>(
  path: string,
  onWait: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  let waiting = false;
  while (!tryCreate(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && !isAlive(holder)) {
      moveAside(path);
      continue;
    }
    if (holder !== undefined && !waiting) {
      waiting = true;
      onWait(holder);
    }
    await sleep(systemClock, retryEveryMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** By linking, so that the lock is never seen without the id of its holder in it. */
function tryCreate(path: string): boolean {
  const written = `${path}.${String(process.pid)}`;
  writeFileSync(written, String(process.pid));
  try {
    linkSync(written, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

/** Undefined when the lock has just been released. */
function readHolder(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
}

/** By renaming, so that of several that wait only one removes it. */
function moveAside(path: string): void {
  const aside = `${path}.${String(process.pid)}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  rmSync(aside, { force: true });
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
