import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '@neo4j-operator/clock';
import type { SimEndpoint } from '../contract.ts';
import { BoltConnection } from './connection.ts';
import { type Listener, type ListenOptions, openPort } from './listener.ts';

/**
 * Puts a Bolt server in front of an endpoint, until one of the two is closed or stopped. A client that speaks plain Bolt to a port with
 * TLS, or TLS to one without, is cut off.
 *
 * @throws what Node gives for a port that cannot be opened or a certificate that cannot be used
 */
export function listenBolt(
  endpoint: SimEndpoint,
  options: ListenOptions & { readonly clock: Clock },
): Promise<Listener> {
  const { clock, tls } = options;
  let count = 0;
  const serve = (socket: Socket): void => {
    count++;
    new BoltConnection(socket, { endpoint, clock, connectionId: `bolt-${count}` });
  };
  const server =
    tls === undefined
      ? createTcpServer({ noDelay: true }, serve)
      : createTlsServer({ noDelay: true, key: tls.key, cert: tls.cert }, serve);
  return openPort(server, options, (callback) => endpoint.onStop(callback));
}
