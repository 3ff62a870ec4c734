// A server in the place of the API server, in this process.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ServerAddress, createAuthority } from '../../controlplane/src/index.ts';

/** The events of its watch, one line each; the letters take two and more bytes. */
export const events = [1, 2, 3, 4].map((version) =>
  JSON.stringify({ type: 'MODIFIED', object: { name: 'größer → ∞', version } }),
);

export interface Upstream {
  readonly address: ServerAddress;
  /** The requests that arrived, `POST /path`. */
  readonly arrived: readonly string[];
  readonly lastHeaders: IncomingMessage['headers'];
  /** How many watches are open. */
  readonly watches: number;
  stop(): Promise<void>;
}

/**
 * Starts it. A watch gets all `events` and stays open; `GET /big` is 64 MiB; everything else is answered with the number of
 * requests so far.
 */
export async function startUpstream(): Promise<Upstream> {
  const authority = await createAuthority('upstream');
  const arrived: string[] = [];
  const state = { lastHeaders: {} as IncomingMessage['headers'], watches: 0 };
  const server = createServer(await authority.issueServer(['127.0.0.1']), (request, response) => {
    arrived.push(`${request.method ?? ''} ${request.url ?? ''}`);
    state.lastHeaders = request.headers;
    if (request.url?.includes('watch=true') === true) {
      state.watches++;
      response.once('close', () => state.watches--);
      response.write(events.map((event) => `${event}\n`).join(''));
    } else if (request.url === '/big') {
      sendBig(response);
    } else if (request.url === '/echo') {
      request.pipe(response);
    } else {
      response.writeHead(201, { 'content-type': 'application/json', 'audit-id': 'id' });
      response.end(JSON.stringify({ count: arrived.length }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: { server: `https://127.0.0.1:${port}`, ca: authority.cert },
    arrived,
    get lastHeaders() {
      return state.lastHeaders;
    },
    get watches() {
      return state.watches;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How much of the big body has been taken from the server. */
export const bigBody = { chunks: 1024, chunkBytes: 65_536, sent: 0 };

function sendBig(response: ServerResponse): void {
  bigBody.sent = 0;
  const more = (): void => {
    while (bigBody.sent < bigBody.chunks) {
      bigBody.sent++;
      if (!response.write(Buffer.alloc(bigBody.chunkBytes))) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}
