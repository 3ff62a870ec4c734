import type { AddressInfo, Server, Socket } from 'node:net';

/** Where a server listens. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** PEM; plain TCP without it. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A port that is open. */
export interface Listener {
  readonly port: number;
  /** How many clients are connected now. */
  connections(): number;
  /** Breaks all connections and closes the port; resolves when it is free. */
  close(): Promise<void>;
}

/**
 * Opens the port of a server that is made but does not listen yet.
 *
 * @param onStop - how to learn that the simulated server stops, which closes the port, too
 * @throws what Node gives for a port that cannot be opened, such as `EADDRINUSE`
 */
export async function openPort(
  server: Server,
  { host, port }: ListenOptions,
  onStop: (callback: () => void) => () => void,
): Promise<Listener> {
  const sockets = new Set<Socket>();
  // Also of a TLS server: this event comes with the connection of TCP, before there is a session.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  let forgetStop = (): void => undefined;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    forgetStop();
    closed ??= closeAll(server, sockets);
    return closed;
  };
  forgetStop = onStop(() => void close());
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.size, close };
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closing = [server, ...sockets].map(
    (each) =>
      new Promise<void>((resolve) => {
        each.once('close', () => {
          resolve();
        });
      }),
  );
  server.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(closing);
}
