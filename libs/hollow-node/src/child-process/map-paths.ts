// A child process has no file system of its own: paths of the container become paths of this machine.
import type { Mount } from '../program.ts';

/**
 * Replaces every path at or below a mount's path by where that is on this machine, wherever in the text it begins: alone, after `=`
 * or in a list, so that `--conf=/config/a.conf` and `PATH=/x:/config/bin` both work.
 */
export function mapPaths(text: string, mounts: readonly Mount[]): string {
  const paths = new Map(mounts.map(({ mountPath, hostPath }) => [trimmed(mountPath), trimmed(hostPath)]));
  if (paths.size === 0) return text;
  const longestFirst = [...paths.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<=^|[\\s=:,;"'(])(${longestFirst.join('|')})(?=$|[/\\s:,;"')])`, 'g');
  return text.replace(pattern, (path) => paths.get(path) ?? path);
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
