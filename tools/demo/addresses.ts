// Pods of hollow nodes have addresses of their own in 127.0.0.0/8. Linux answers on all of them, macOS only on those that were added.
import { createServer } from 'node:net';

/** What the addresses begin with: the first two bytes. Another demo, or whatever else there is, may use some of them. */
const ranges: readonly string[] = Array.from({ length: 8 }, (_, index) => `127.${index + 64}`);

/** Addresses for nodes, servers and one or two that come anew. */
const needed = 16;
const boltPort = 7687;

/** Whether something can listen at an address: `taken` by somebody else, or `missing` on this machine. */
export type Listening = 'free' | 'taken' | 'missing';

/** A range whose addresses are there and free, or the addresses that have to be added first. */
export type FoundAddresses = { readonly range: string } | { readonly missing: readonly string[] };

/**
 * Looks for addresses that nobody uses.
 *
 * @throws Error if all ranges are in use
 */
export async function findAddresses(
  listen: (host: string, port: number) => Promise<Listening> = tryToListen,
): Promise<FoundAddresses> {
  for (const range of ranges) {
    const hosts = Array.from({ length: needed }, (_, index) => `${range}.1.${index + 1}`);
    const states = await Promise.all(hosts.map((host) => listen(host, boltPort)));
    if (states.includes('taken')) continue;
    const missing = hosts.filter((_, index) => states[index] === 'missing');
    return missing.length === 0 ? { range } : { missing };
  }
  throw new Error(`port ${boltPort} is in use in all of ${ranges.join(', ')}: end other demos`);
}

/** The command that adds them. */
export function remedyFor(missing: readonly string[]): string {
  return `for address in ${missing.join(' ')}; do sudo ifconfig lo0 alias $address up; done`;
}

function tryToListen(host: string, port: number): Promise<Listening> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRNOTAVAIL' ? 'missing' : 'taken');
    });
    server.listen({ host, port }, () => {
      server.close(() => {
        resolve('free');
      });
    });
  });
}
