// What a server reads of the container that it runs in.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerContext, Mount } from '@neo4j-operator/hollow-node';

/** Where the image looks for neo4j.conf unless it is told otherwise, and where it keeps its data. */
const defaultConf = '/var/lib/neo4j/conf';
const dataPath = '/data';

/** Text of neo4j.conf; empty without one, as the image then has its own. */
export function confOf({ env, mounts }: ContainerContext): string {
  return readMounted(mounts, join(env['NEO4J_CONF'] ?? defaultConf, 'neo4j.conf')) ?? '';
}

/**
 * The variables that reach the server. Those that stand for settings are written by the entry point into the image's own neo4j.conf, so
 * they have no effect where `NEO4J_CONF` names another directory.
 */
export function environmentOf({ env }: ContainerContext): Readonly<Record<string, string>> {
  if ((env['NEO4J_CONF'] ?? defaultConf) === defaultConf) return env;
  return Object.fromEntries(
    Object.entries(env).filter(
      ([variable]) => !variable.startsWith('NEO4J_') || /^NEO4J_(?:ACCEPT|AUTH)/.test(variable),
    ),
  );
}

/** The mounted files that variables point to, by path as the container sees it. */
export function filesOf({ env, mounts }: ContainerContext): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [variable, path] of Object.entries(env)) {
    if (variable !== 'NEO4J_AUTH_PATH' && !variable.endsWith('_FILE')) continue;
    const text = readMounted(mounts, path);
    if (text !== undefined) files.set(path, text);
  }
  return files;
}

/** What the data of a container are known by: the claim, or the directory if they are on none. Without a mount they die with the run. */
export function volumeKeyOf({ mounts, name, pod, restartCount }: ContainerContext): string {
  const mount = mountOf(mounts, dataPath);
  if (mount?.source.type === 'claim') return `claim ${mount.source.claimUid}`;
  return mount === undefined ? `run ${pod.uid}/${name}/${restartCount}` : `directory ${mount.hostPath}`;
}

function readMounted(mounts: readonly Mount[], path: string): string | undefined {
  const mount = mountOf(mounts, path);
  if (mount === undefined) return undefined;
  const file = join(mount.hostPath, path.slice(mount.mountPath.replace(/\/$/, '').length));
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
}

/** The innermost mount that a path is in. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((one, other) => other.mountPath.length - one.mountPath.length)[0];
}
