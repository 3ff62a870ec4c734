import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * What a server sends until it has taken a login is more than this; what it sends without understanding Bolt (a version, an alert of TLS)
 * is less.
 */
const fewestBytesOfALogin = 16;

/**
 * The sockets that were opened within `run`, however deep in a library. The driver neither counts its connections nor drops one whose
 * server has fallen silent: closing waits for an answer.
 */
export class SocketGroup {
  readonly #context = new AsyncLocalStorage<this>();
  readonly #sockets = new Set<Socket>();
  #hasLoggedIn = false;
  readonly #onSocket = (message: unknown): void => {
    if (this.#context.getStore() === this) this.#add((message as { readonly socket: Socket }).socket);
  };

  constructor() {
    // Documented under "Built-in channels" of node:diagnostics_channel.
    subscribe('net.client.socket', this.#onSocket);
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Whether any connection came so far that a statement can have been sent. With TLS, true even if it came less far. */
  get mayHaveLoggedIn(): boolean {
    return this.#hasLoggedIn || [...this.#sockets].some(({ bytesRead }) => bytesRead >= fewestBytesOfALogin);
  }

  run<T>(work: () => T): T {
    return this.#context.run(this, work);
  }

  /** Breaks all connections and takes no more. */
  destroy(): void {
    unsubscribe('net.client.socket', this.#onSocket);
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#hasLoggedIn ||= socket.bytesRead >= fewestBytesOfALogin;
      this.#sockets.delete(socket);
    });
  }
}
