import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, withDeadline } from '@neo4j-operator/clock';
import { splitAddress } from './address.ts';

/** Magic number and one proposal, 5.4 (Bolt specification, "Handshake"): every server in use answers it with four bytes. */
const boltHello = Uint8Array.of(0x60, 0x60, 0xb0, 0x17, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/**
 * Whether a port completes a TLS handshake, with whatever certificate. Nothing is sent through it. For telling "TLS where none was
 * expected" from "down", which the driver does not.
 */
export function speaksTls(
  clock: Clock,
  address: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { host, port } = splitAddress(address);
  return ask(clock, timeoutMs, signal, (answer) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    // No secret goes through this connection; the question is only whether there is a handshake.
    const socket = connectTls({ host, port, rejectUnauthorized: false, ...name }, () => {
      answer(true);
    });
    return socket;
  });
}

/** Whether a port answers a plain Bolt handshake. */
export function speaksPlainBolt(
  clock: Clock,
  address: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { host, port } = splitAddress(address);
  return ask(clock, timeoutMs, signal, (answer) => {
    const socket = connectPlain({ host, port }, () => {
      socket.write(boltHello);
    });
    socket.once('data', (bytes) => {
      answer(bytes.length >= 4 && bytes[0] === 0 && bytes[3] !== 0);
    });
    return socket;
  });
}

function ask(
  clock: Clock,
  timeoutMs: number,
  parent: AbortSignal,
  open: (answer: (yes: boolean) => void) => Socket,
): Promise<boolean> {
  return withDeadline(
    clock,
    timeoutMs,
    parent,
    () => new Error('no answer'),
    (signal) =>
      new Promise<boolean>((resolve) => {
        const finish = (yes: boolean): void => {
          socket.destroy();
          resolve(yes);
        };
        const socket = open(finish);
        const no = (): void => {
          finish(false);
        };
        socket.once('error', no);
        socket.once('close', no);
        signal.addEventListener('abort', no, { once: true });
      }),
  );
}
