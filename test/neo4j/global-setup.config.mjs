// Before the first spec file: starts the process that holds the shared servers, which itself starts none until it is asked.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export default async function setUp() {
  const program = join(import.meta.dirname, 'src/server-host.ts');
  // It ends when this process does, however it does: that closes the pipe. Its own group keeps a terminal's interrupt away from it.
  const host = spawn(process.execPath, ['--conditions=@neo4j-operator/source', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const [line] = await Promise.race([once(host.stdout, 'data'), once(host, 'exit')]);
  if (!Buffer.isBuffer(line)) throw new Error('The process for the shared servers did not start.');
  process.env['NEO4J_SHARED_SERVERS'] = line.toString().trim();
  // Jest is not to wait for it.
  host.unref();
  for (const pipe of [host.stdin, host.stdout]) /** @type {import('node:net').Socket} */ (pipe).unref();
}
