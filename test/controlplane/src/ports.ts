import { createServer } from 'node:net';
import { systemRng } from '@neo4j-operator/clock';

/** Below the range from which systems take the ports of outgoing connections, so that a server finds its port again after a restart. */
const firstPort = 20_000;
const portCount = 10_000;

/** Finds `count` different ports on 127.0.0.1 that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = firstPort + Math.floor(systemRng.next() * portCount);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
