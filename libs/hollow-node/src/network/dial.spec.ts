import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sleep, systemClock, systemRng } from '@neo4j-operator/clock';
import type { Dial } from '../kubelet/contract.ts';
import { selfSigned } from '../server/certificate.ts';
import { dial } from './dial.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function ask(type: Dial['type'], port: number, more: Partial<Dial> = {}): Promise<number | undefined> {
  const { signal } = new AbortController();
  return dial({ type, host: '127.0.0.1', port, scheme: 'http', path: '/', headers: {}, signal, ...more });
}

describe('dial', () => {
  it('gives the status of an HTTP answer, and sends path and headers', async () => {
    const port = await listen(
      createHttpServer(({ url, headers }, response) => {
        response.writeHead(url === '/ok' && headers['x-probe'] === 'yes' ? 204 : 503).end();
      }),
    );
    expect(await ask('httpGet', port, { path: '/ok', headers: { 'x-probe': 'yes' } })).toBe(204);
    expect(await ask('httpGet', port, { path: 'other' })).toBe(503);
  });

  it('reads no more than it needs of an answer that never ends', async () => {
    let open = 0;
    const server = createHttpServer((_, response) => {
      open++;
      response.once('close', () => open--);
      response.writeHead(200);
      const more = (): void => {
        while (response.write('x'.repeat(1000))) if (response.destroyed) return;
      };
      response.on('drain', more);
      more();
    });
    const port = await listen(server);
    expect(await ask('httpGet', port)).toBe(200);
    while (open > 0) await sleep(systemClock, 5);
  });

  it('waits for the end of a short answer, and gives up if it does not come', async () => {
    const server = createHttpServer((_, response) => response.writeHead(200).write('begun'));
    const port = await listen(server);
    const overdue = new AbortController();
    const asked = ask('httpGet', port, { signal: overdue.signal });
    await sleep(systemClock, 50);
    overdue.abort();
    expect(await asked).toBeUndefined();
  });

  it('does not mind who signed the certificate', async () => {
    const certificate = selfSigned('pod', '127.0.0.1', systemClock.now(), systemRng);
    const port = await listen(createHttpsServer(certificate, (_, response) => response.writeHead(200).end()));
    expect(await ask('httpGet', port, { scheme: 'https' })).toBe(200);
  });

  it('tells whether a port is open', async () => {
    const port = await listen(createServer((socket) => socket.end()));
    expect(await ask('tcpSocket', port)).toBe(200);
    servers.splice(0).forEach((server) => server.close());
    expect(await ask('tcpSocket', port)).toBeUndefined();
    expect(await ask('httpGet', port)).toBeUndefined();
  });

  it.each([
    { state: 'serving', reply: [0x08, 0x01], status: '0', expected: 200 },
    { state: 'not serving', reply: [0x08, 0x02], status: '0', expected: undefined },
    { state: 'unknown service', reply: [], status: '5', expected: undefined },
  ])('asks the gRPC health service: $state', async ({ reply, status, expected }) => {
    const server = createHttp2Server();
    const asked: Buffer[] = [];
    server.on('stream', (stream, headers) => {
      stream.on('data', (chunk: Buffer) => asked.push(chunk));
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => {
        stream.sendTrailers({
          'grpc-status': headers[':path'] === '/grpc.health.v1.Health/Check' ? status : '12',
        });
      });
      stream.on('end', () => stream.end(Buffer.from([0, 0, 0, 0, reply.length, ...reply])));
    });
    expect(await ask('grpc', await listen(server as unknown as Server), { path: 'db' })).toBe(expected);
    expect(Buffer.concat(asked)).toEqual(Buffer.from([0, 0, 0, 0, 4, 0x0a, 2, ...Buffer.from('db')]));
  });

  it.each(['httpGet', 'tcpSocket', 'grpc'] as const)('gives up on %s when it is told to', async (type) => {
    const controller = new AbortController();
    const port = await listen(createServer(() => undefined));
    const isSilent = type === 'tcpSocket' ? '10.255.255.1' : '127.0.0.1';
    const answer = ask(type, port, { host: isSilent, signal: controller.signal });
    await systemClock.yield();
    controller.abort();
    expect(await answer).toBeUndefined();
    expect(await ask(type, port, { signal: controller.signal })).toBeUndefined();
  });
});
