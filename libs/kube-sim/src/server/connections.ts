import type { Socket } from 'node:net';

/** The TCP connections from clients. */
export class Connections {
  #total = 0;
  readonly #open = new Map<number, Socket>();

  /** How many there are. */
  get open(): number {
    return this.#open.size;
  }

  /** How many there have been. */
  get total(): number {
    return this.#total;
  }

  add(socket: Socket): void {
    const port = socket.remotePort;
    if (port === undefined) return;
    this.#total++;
    this.#open.set(port, socket);
    socket.once('close', () => this.#open.delete(port));
    // Whoever resets a connection on its side gets what it wanted.
    socket.on('error', () => undefined);
  }

  /** Resets the connection below a TLS socket, which itself cannot be reset. */
  resetBelow(tlsSocket: Socket): void {
    this.#open.get(tlsSocket.remotePort ?? 0)?.resetAndDestroy();
  }

  /** Resets all of them. */
  resetAll(): void {
    for (const socket of this.#open.values()) socket.resetAndDestroy();
  }
}
