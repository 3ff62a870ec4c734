import { readFile } from 'node:fs/promises';
import { ConfigError } from './cluster-config.ts';

/**
 * Reads a file that a configuration names.
 *
 * @param role - what names it: `users[0].user.tokenFile in /home/me/.kube/config`
 */
export async function readConfigured(path: string, role: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as { readonly code?: string }).code;
    const what =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES'
          ? 'may not be read by this process'
          : 'cannot be read';
    throw new ConfigError(`${path} ${what} (${role}): create it or correct the path`, { cause });
  }
}
