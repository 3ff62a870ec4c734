import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { ServerAddress } from '../../controlplane/src/index.ts';

/** A way to the API server that counts connections and leaves the bytes, TLS included, alone. */
export interface Relay {
  readonly address: ServerAddress;
  /** How many connections there have been. */
  readonly total: number;
  close(): void;
}

export async function startRelay({ server, ca }: ServerAddress): Promise<Relay> {
  let total = 0;
  const { hostname, port } = new URL(server);
  const relay = createServer((socket) => {
    total++;
    const upstream = connect(Number(port), hostname);
    for (const end of [socket, upstream]) end.on('error', () => undefined);
    socket.pipe(upstream).pipe(socket);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = { server: `https://127.0.0.1:${(relay.address() as AddressInfo).port}`, ca };
  return {
    address,
    get total() {
      return total;
    },
    close: () => relay.close(),
  };
}
