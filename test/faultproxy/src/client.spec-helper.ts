// What a client sees of a request.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect } from 'node:tls';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { ServerAddress } from '../../controlplane/src/index.ts';

export interface Seen {
  readonly status?: number;
  readonly headers: IncomingMessage['headers'];
  /** The pieces of the body in which it arrived. */
  readonly pieces: readonly Buffer[];
  readonly text: string;
  /** `end` if the answer is complete, `open` if it was still open after `patienceMs`, else the error's code. */
  readonly end: string;
}

const patienceMs = 150;

/** Makes a request and reads the answer until it ends or has been silent for a while; then leaves. */
export async function fetchFrom(address: ServerAddress, method: string, path: string): Promise<Seen> {
  const agent = new Agent({ keepAlive: false });
  const pieces: Buffer[] = [];
  let answer: IncomingMessage | undefined;
  let lastSign = systemClock.monotonic();
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const over = new AbortController();
  const end = (how: string): void => {
    over.abort();
    resolve(how);
  };
  const onError = (error: NodeJS.ErrnoException): void => {
    end(error.code ?? error.message);
  };
  const headers = { authorization: 'Bearer t', 'user-agent': 'client', 'accept-encoding': 'gzip' };
  const sent = request(
    new URL(path, address.server),
    { method, ca: address.ca, agent, headers },
    (incoming) => {
      answer = incoming;
      lastSign = systemClock.monotonic();
      incoming.on('data', (piece: Buffer) => {
        pieces.push(piece);
        lastSign = systemClock.monotonic();
      });
      incoming.once('end', () => {
        end('end');
      });
      incoming.once('error', onError);
    },
  );
  sent.once('error', onError);
  sent.end(method === 'POST' ? '{"kind":"Thing"}' : undefined);
  void (async () => {
    while (systemClock.monotonic() - lastSign < patienceMs) {
      if (!(await sleep(systemClock, 5, over.signal))) return;
    }
    end('open');
  })();
  const how = await ended;
  sent.destroy();
  agent.destroy();
  return {
    ...(answer?.statusCode === undefined ? {} : { status: answer.statusCode }),
    headers: answer?.headers ?? {},
    pieces,
    text: Buffer.concat(pieces).toString(),
    end: how,
  };
}

/** How the proxy closes a connection after a GET: in the orderly way of TCP, or with a reset. */
export async function closingOf(address: ServerAddress, path: string): Promise<'FIN' | 'RST'> {
  const { hostname: host, port } = new URL(address.server);
  const socket = connect({ host, port: Number(port), ca: address.ca });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  socket.resume();
  try {
    await once(socket, 'end');
    return 'FIN';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return 'RST';
    throw error;
  } finally {
    socket.destroy();
  }
}

/** Waits until something holds; fails after a while. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = systemClock.monotonic() + 5000;
  while (!holds()) {
    if (systemClock.monotonic() > deadline) throw new Error('it did not come about within 5 s');
    await sleep(systemClock, 5);
  }
}
