import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Credentials } from './credentials.ts';

/**
 * Runs the real kubectl.
 *
 * @param input - what it reads from its standard input, for `-f -`
 * @returns its standard output
 * @throws Error with its standard error if it fails
 */
export async function runKubectl(
  binDir: string,
  dir: string,
  user: Credentials,
  args: readonly string[],
  input = '',
): Promise<string> {
  const own = [`--kubeconfig=${user.kubeconfigFile}`, `--cache-dir=${join(dir, 'kubectl-cache')}`];
  const child = spawn(join(binDir, 'kubectl'), [...own, ...args], {
    stdio: 'pipe',
    // Preferences of the developer would change what it prints.
    env: { ...process.env, KUBERC: 'off' },
  });
  // kubectl may refuse its arguments and leave before it has read anything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(signal ?? String(code));
    });
  });
  const [output, errors, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (end !== '0') throw new Error(`kubectl ${args.join(' ')} ended with ${end}: ${errors.trim()}`);
  return output;
}
