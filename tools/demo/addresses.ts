// Pods of hollow nodes have addresses of their own in 127.0.0.0/8. Linux answers on all of them, macOS only on those that were added.
import { createServer } from 'node:net';

/** The first two bytes of the addresses that the demo uses. */
export const addressRange = '127.64';

/** Addresses for nodes, servers and one or two that come anew. */
const needed = 16;

/** The addresses that the demo needs and this machine does not answer on. */
export async function missingAddresses(canListen = listens): Promise<readonly string[]> {
  const addresses = Array.from({ length: needed }, (_, index) => `${addressRange}.1.${index + 1}`);
  const answers = await Promise.all(addresses.map(canListen));
  return addresses.filter((_, index) => answers[index] === false);
}

/** The command that adds them. */
export function remedyFor(missing: readonly string[]): string {
  return `for address in ${missing.join(' ')}; do sudo ifconfig lo0 alias $address up; done`;
}

function listens(host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host, port: 0 }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
