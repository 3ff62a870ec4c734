// The process that holds the shared servers. It ends, and they with it, when whoever started it closes its standard input.
//
// It says on its standard output where it listens. `GET /<version>` starts the server of that version if need be and tells how to
// reach it.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RealServer, startRealServer } from './real-server.ts';
import type { SharedServer } from './shared-server.ts';
import { type ServerVersion, asServerVersion } from './versions.ts';

const servers = new Map<ServerVersion, Promise<RealServer>>();

const http = createServer((request, response) => {
  void answer(request, response);
});
http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(http.address() as AddressInfo).port}\n`);
});
process.stdin.resume();
process.stdin.once('close', () => {
  void finish();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const version = asServerVersion(request.url?.slice(1) ?? '');
  if (version === undefined) {
    response.writeHead(404).end(`There is no server ${String(request.url)}.`);
    return;
  }
  try {
    response.end(JSON.stringify(describe(await serverOf(version))));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

function serverOf(version: ServerVersion): Promise<RealServer> {
  const running = servers.get(version);
  if (running !== undefined) return running;
  const starting = startRealServer({ version, http: true });
  servers.set(version, starting);
  return starting;
}

/** Written out, because getters do not go into JSON. */
function describe(server: RealServer): SharedServer {
  const { name, version, edition, boltAddress, credentials, httpAddress } = server;
  return {
    name,
    version,
    edition,
    boltAddress,
    credentials,
    ...(httpAddress === undefined ? {} : { httpAddress }),
  };
}

async function finish(): Promise<void> {
  http.close();
  await Promise.allSettled([...servers.values()].map(async (server) => (await server).stop()));
  process.exit();
}
