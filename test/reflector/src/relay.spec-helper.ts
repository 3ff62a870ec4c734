import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that leaves the bytes, TLS included, alone. */
export interface Relay {
  readonly port: number;
  /** How many connections there have been. */
  readonly total: number;
  /** Nothing comes back from the server any more, on connections old and new, until it is released. */
  hold(): void;
  release(): void;
  /** Breaks all connections; new ones lead to another server. */
  moveTo(url: string): void;
  close(): void;
}

export async function startRelay(url: string): Promise<Relay> {
  let target = new URL(url);
  let total = 0;
  let held = false;
  const pairs = new Set<readonly [Socket, Socket]>();
  const relay = createServer((socket) => {
    total++;
    const upstream = connect(Number(target.port), target.hostname);
    const pair = [socket, upstream] as const;
    pairs.add(pair);
    for (const end of pair) {
      end.on('error', () => undefined);
      end.once('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    socket.pipe(upstream);
    if (!held) upstream.pipe(socket);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    port: (relay.address() as AddressInfo).port,
    get total() {
      return total;
    },
    hold() {
      held = true;
      for (const [socket, upstream] of pairs) upstream.unpipe(socket).pause();
    },
    release() {
      held = false;
      for (const [socket, upstream] of pairs) upstream.pipe(socket);
    },
    moveTo(next) {
      target = new URL(next);
      for (const [socket] of pairs) socket.resetAndDestroy();
    },
    close: () => relay.close(),
  };
}
