import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { systemClock, VirtualClock } from '@neo4j-operator/clock';
import { KubeError } from '../core/errors.ts';
import type { RequestMetrics } from '../metrics/ports.ts';
import type { ClusterConfig, Identity } from './cluster-config.ts';
import { createHttpTransport, type HttpTransportOptions } from './http-transport.ts';
import {
  type Authority,
  createAuthority,
  type Handler,
  issue,
  startHttps,
  startTcp,
  type TestServer,
} from './test-server.spec-helper.ts';
import type { KubeTransport } from './transport.ts';

let authority: Authority;
let leaf: { readonly cert: string; readonly key: string };
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  leaf = await issue(authority);
});

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

describe('connections', () => {
  it('carries a thousand requests, one after the other, over one', async () => {
    const { server, transport } = await connect((_, response) => response.end('{}'));
    for (let count = 0; count < 1000; count++) {
      expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
    }
    expect(server.connections).toBe(1);
  });

  it('shares at most 32 among any number of requests at once', async () => {
    const { server, transport } = await connect((_, response) => response.end('{}'));
    await Promise.all(Array.from({ length: 200 }, () => transport.request({ method: 'GET', path: '/x' })));
    expect(server.connections).toBeLessThanOrEqual(32);
  });

  it('gives each stream one that no request waits for', async () => {
    const { transport } = await connect((request, response) => {
      if (request.url === '/x') response.end('{}');
      else response.write('first');
    });
    const streams = await Promise.all(
      Array.from({ length: 40 }, () => transport.stream({ method: 'GET', path: '/watch' })),
    );
    expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
    for (const stream of streams) stream.close();
  });

  it('does not follow a redirect, and asks for no compression', async () => {
    let encodings: string | string[] | undefined;
    const { server, transport } = await connect((request, response) => {
      encodings = request.headers['accept-encoding'];
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const answer = await transport.request({ method: 'GET', path: '/x' });
    expect([answer.status, answer.headers['location'], encodings, server.connections]).toEqual([
      302,
      '/elsewhere',
      undefined,
      1,
    ]);
  });
});

describe('a request', () => {
  it('arrives with its method, path, query, headers and body', async () => {
    const seen: unknown[] = [];
    const { transport } = await connect((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { 'content-type': type, 'user-agent': agent, authorization } = request.headers;
        seen.push(request.method, request.url, type, agent, authorization, body);
        response.writeHead(201, { 'X-One': 'a' }).end('{"ü":1}');
      });
    });
    const answer = await transport.request({
      method: 'PATCH',
      path: '/api/v1/pods/a%2Fb',
      query: { force: 'true', absent: undefined, labelSelector: 'a in (b,c)' },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: '{"ü":1}',
    });
    expect(seen).toEqual([
      'PATCH',
      '/api/v1/pods/a%2Fb?force=true&labelSelector=a+in+%28b%2Cc%29',
      'application/apply-patch+yaml',
      'spec/1',
      'Bearer one',
      '{"ü":1}',
    ]);
    expect([answer.status, answer.headers['x-one'], Buffer.from(answer.body).toString()]).toEqual([
      201,
      'a',
      '{"ü":1}',
    ]);
  });

  it('goes below the path of the server URL', async () => {
    let url: string | undefined;
    const { server } = await connect((request, response) => {
      url = request.url;
      response.end('{}');
    });
    const below = open({ server: `${server.url}/clusters/one` });
    await below.request({ method: 'GET', path: '/api' });
    expect(url).toBe('/clusters/one/api');
  });

  it('is reported with its status, or as an error when there was no answer', async () => {
    const codes: string[] = [];
    const metrics: RequestMetrics = {
      requestDone: ({ code, responseBytes }) => codes.push(`${code}/${responseBytes}`),
      requestRetried: () => undefined,
    };
    const { transport } = await connect(
      (request, response) => {
        if (request.url === '/reset') request.socket.destroy();
        else response.writeHead(404).end('{}');
      },
      { metrics },
    );
    await transport.request({ method: 'GET', path: '/x' });
    await failure(transport.request({ method: 'DELETE', path: '/reset' }));
    expect(codes).toEqual(['404/2', '<error>/0']);
  });
});

describe('a deadline', () => {
  const slow: readonly (readonly [string, Handler])[] = [
    ['an answer that does not come', () => undefined],
    ['a body that does not end', (_, response) => response.write('{')],
  ];

  it.each(slow)('ends %s, and the connection with it', async (_, handle) => {
    const clock = new VirtualClock();
    const arrived = gate();
    const { server, transport } = await connect(
      (request, response) => {
        handle(request, response);
        arrived.open();
      },
      { clock },
    );
    const failed = failure(transport.request({ method: 'GET', path: '/x' }));
    await arrived.opened;
    await clock.advance(30_000);
    expect(await failed).toMatchObject({ reason: 'DeadlineExceeded', request: 'GET /x' });
    await server.idle();
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends a connection that is never made', async () => {
    const clock = new VirtualClock();
    const accepted = gate();
    const server = await track(startTcp(accepted.open));
    const transport = open({ server: server.url.replace('http:', 'https:') }, { clock });
    const failed = failure(transport.request({ method: 'GET', path: '/x', deadlineMs: 500 }));
    await accepted.opened;
    await clock.advance(500);
    expect(await failed).toMatchObject({ reason: 'DeadlineExceeded' });
    await server.idle();
  });

  it('ends a request that waits for a free connection', async () => {
    const clock = new VirtualClock();
    const { server, transport } = await connect(() => undefined, { clock });
    const blocked = Array.from({ length: 32 }, () =>
      failure(transport.request({ method: 'GET', path: '/x' })),
    );
    const failed = failure(transport.request({ method: 'GET', path: '/y', deadlineMs: 100 }));
    await until(() => server.sockets.size === 32);
    await clock.advance(100);
    expect(await failed).toMatchObject({ reason: 'DeadlineExceeded', request: 'GET /y' });
    await transport.close();
    await Promise.all(blocked);
  });

  it('ends a request whose credentials do not come', async () => {
    const clock = new VirtualClock();
    const transport = open({ loadIdentity: () => new Promise(() => undefined) }, { clock });
    const failed = failure(transport.request({ method: 'GET', path: '/x' }));
    await clock.advance(30_000);
    expect(await failed).toMatchObject({ reason: 'DeadlineExceeded' });
  });

  it('spans only the headers of a stream', async () => {
    const clock = new VirtualClock();
    const { transport } = await connect((_, response) => response.write('first'), { clock });
    const stream = await transport.stream({ method: 'GET', path: '/watch' });
    await clock.advance(3_600_000);
    expect(await next(stream.chunks)).toBe('first');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a request that needs admission', () => {
  const change = { method: 'PATCH', path: '/y', query: { force: 'true' }, body: '{}' } as const;
  const denied = new KubeError('closed', { reason: 'WriteDenied' });

  /** A transport all of whose connections are taken, until `free` is called, which answers what is under way. */
  async function busy(clock: VirtualClock) {
    const seen: (string | undefined)[] = [];
    const held: ServerResponse[] = [];
    const { server, transport } = await connect(
      (request, response) => {
        if (request.url === '/slow') {
          held.push(response);
          return;
        }
        seen.push(request.url);
        response.end('{}');
      },
      { clock },
    );
    const slow = Array.from({ length: 32 }, () => transport.request({ method: 'GET', path: '/slow' }));
    await until(() => held.length === 32);
    const free = async (): Promise<void> => {
      for (const response of held) response.end('{}');
      await Promise.all(slow);
    };
    return { server, transport, seen, free };
  }

  it('asks when a connection is free, and gives the server the time that is left then', async () => {
    const clock = new VirtualClock();
    const { transport, seen, free } = await busy(clock);
    const asked: number[] = [];
    const admit = (leftMs: number): void => {
      asked.push(leftMs);
    };
    const answer = transport.request({ ...change, deadlineMs: 10_000.5, admit });
    await clock.advance(7_000);
    expect(asked).toEqual([]);
    await free();
    expect((await answer).status).toBe(200);
    expect(asked).toEqual([3000]);
    expect(seen).toEqual(['/y?force=true&timeout=3000ms']);
  });

  it('is not sent if it is refused after it has waited', async () => {
    const clock = new VirtualClock();
    const { server, transport, seen, free } = await busy(clock);
    let isOpen = true;
    const admit = (): void => {
      if (!isOpen) throw denied;
    };
    const failed = failure(transport.request({ ...change, admit }));
    isOpen = false;
    await free();
    expect(await failed).toBe(denied);
    expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
    expect(seen).toEqual(['/x']);
    expect(clock.pendingTimers).toBe(0);
    await transport.close();
    await server.idle();
  });

  it('does not ask before the connection is trusted', async () => {
    const clock = new VirtualClock();
    const accepted = gate();
    const server = await track(startTcp(accepted.open));
    const transport = open({ server: server.url.replace('http:', 'https:') }, { clock });
    let asked = 0;
    const admit = (): void => {
      asked++;
    };
    const failed = failure(transport.request({ ...change, admit }));
    await accepted.opened;
    await clock.advance(30_000);
    expect(await failed).toMatchObject({ reason: 'DeadlineExceeded' });
    expect(asked).toBe(0);
  });

  it('is not sent with less than a millisecond, which the server would take for no limit', async () => {
    const clock = new VirtualClock();
    const { transport, seen, free } = await busy(clock);
    const failed = failure(transport.request({ ...change, deadlineMs: 5000, admit: () => undefined }));
    await clock.advance(4999.5);
    await free();
    expect(await failed).toMatchObject({ reason: 'DeadlineExceeded' });
    expect(seen).toEqual([]);
  });

  it('asks again when it is repeated with other credentials', async () => {
    const clock = new VirtualClock();
    const seen: (string | undefined)[] = [];
    const { identity, transport } = await connect(
      (request, response) => {
        seen.push(request.url);
        identity.token = 'two';
        const repeat = (): unknown =>
          response.writeHead(request.headers.authorization === 'Bearer two' ? 200 : 401).end('{}');
        void clock.advance(4000).then(repeat);
      },
      { clock },
    );
    const asked: number[] = [];
    const admit = (leftMs: number): void => {
      if (asked.push(leftMs) === 3) throw denied;
    };
    expect((await transport.request({ ...change, deadlineMs: 10_000, admit })).status).toBe(200);
    expect(asked).toEqual([10_000, 6000]);
    expect(seen).toEqual(['/y?force=true&timeout=10000ms', '/y?force=true&timeout=6000ms']);
    expect(await failure(transport.request({ ...change, admit }))).toBe(denied);
    expect(seen).toHaveLength(2);
  });
});

describe('an abort', () => {
  it('before the request is sent sends nothing', async () => {
    const { server, transport } = await connect((_, response) => response.end('{}'));
    const signal = AbortSignal.abort();
    expect(await failure(transport.request({ method: 'GET', path: '/x', signal }))).toMatchObject({
      reason: 'Aborted',
    });
    expect(await failure(transport.stream({ method: 'GET', path: '/x', signal }))).toMatchObject({
      reason: 'Aborted',
    });
    await server.idle();
  });

  it.each(['request', 'stream'] as const)(
    'of a %s whose answer has not come closes its connection',
    async (kind) => {
      const arrived = gate();
      const { server, transport } = await connect(arrived.open);
      const controller = new AbortController();
      const failed = failure(transport[kind]({ method: 'GET', path: '/x', signal: controller.signal }));
      await arrived.opened;
      controller.abort();
      expect(await failed).toMatchObject({ reason: 'Aborted' });
      await server.idle();
    },
  );

  it('while a connection is being made closes it', async () => {
    const accepted = gate();
    const server = await track(startTcp(accepted.open));
    const transport = open({ server: server.url.replace('http:', 'https:') });
    const controller = new AbortController();
    const failed = failure(transport.stream({ method: 'GET', path: '/x', signal: controller.signal }));
    await accepted.opened;
    controller.abort();
    expect(await failed).toMatchObject({ reason: 'Aborted' });
    await server.idle();
  });

  it('of a stream that is read ends the loop with an error', async () => {
    const { server, transport } = await connect((_, response) => response.write('first'));
    const controller = new AbortController();
    const stream = await transport.stream({ method: 'GET', path: '/x', signal: controller.signal });
    expect(await next(stream.chunks)).toBe('first');
    const waiting = failure(next(stream.chunks));
    controller.abort();
    expect(await waiting).toMatchObject({ reason: 'Aborted' });
    await server.idle();
  });
});

describe('a stream', () => {
  it('delivers nothing after it was closed, though more has come', async () => {
    const { server, transport } = await connect((_, response) => {
      response.write('first');
      response.write('second');
    });
    const stream = await transport.stream({ method: 'GET', path: '/x' });
    expect(await next(stream.chunks)).toMatch(/^first/);
    stream.close();
    stream.close();
    expect(await next(stream.chunks)).toBeUndefined();
    await server.idle();
  });

  it('ends a read that waits when it is closed', async () => {
    const { server, transport } = await connect((_, response) => response.write('first'));
    const stream = await transport.stream({ method: 'GET', path: '/x' });
    await next(stream.chunks);
    const waiting = next(stream.chunks);
    stream.close();
    expect(await waiting).toBeUndefined();
    await server.idle();
  });

  it('closes its connection when the reading loop is left', async () => {
    const { server, transport } = await connect((_, response) => response.write('first'));
    const stream = await transport.stream({ method: 'GET', path: '/x' });
    for await (const chunk of stream.chunks) {
      expect(chunk.length).toBe(5);
      break;
    }
    await server.idle();
  });

  it('ends with the body', async () => {
    const { transport } = await connect((_, response) => response.end('all'));
    const stream = await transport.stream({ method: 'GET', path: '/x' });
    expect(await next(stream.chunks)).toBe('all');
    expect(await next(stream.chunks)).toBeUndefined();
  });

  it.each(['end', 'resetAndDestroy'] as const)(
    'throws when the connection breaks off within the body (%s)',
    async (how) => {
      const server = await track(
        startTcp((socket) => {
          socket.once('data', () => {
            socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n');
          });
        }),
      );
      const transport = open({ server: server.url });
      const stream = await transport.stream({ method: 'GET', path: '/x' });
      expect(await next(stream.chunks)).toBe('first');
      for (const socket of server.sockets) socket[how]();
      expect(await failure(next(stream.chunks))).toMatchObject({
        reason: 'ConnectionLost',
        request: 'GET /x',
      });
    },
  );

  it('harms nobody when it breaks while it is not read', async () => {
    const { server, transport } = await connect((_, response) => response.write('first'));
    const stream = await transport.stream({ method: 'GET', path: '/x' });
    for (const socket of server.sockets) socket.resetAndDestroy();
    await server.idle();
    await failure(next(stream.chunks).then(() => next(stream.chunks)));
  });

  it('holds the server back while it is not read', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const total = 64 * 1024 * 1024;
    let written = 0;
    const { transport } = await connect((_, response) => {
      const write = (): void => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    });
    const stream = await transport.stream({ method: 'GET', path: '/x' });
    await next(stream.chunks);
    const stalled = await settled(() => written);
    expect(stalled).toBeLessThan(total / 2);
    let received = 0;
    for await (const each of stream.chunks) received += each.length;
    expect(written).toBe(total);
    expect(received).toBeGreaterThan(total / 2);
  });
});

describe('a pooled connection that the server has closed meanwhile', () => {
  /** Answers the first request of each connection and resets the connection on the next. */
  function oneEach(): Promise<TestServer> {
    return track(
      startTcp((socket: Socket) => {
        let requests = 0;
        socket.on('data', () => {
          if (++requests > 1) socket.resetAndDestroy();
          else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        });
      }),
    );
  }

  it('costs a GET nothing but a new connection', async () => {
    const server = await oneEach();
    const transport = open({ server: server.url });
    for (let count = 0; count < 5; count++) {
      expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
    }
    expect(server.connections).toBe(5);
  });

  it('fails a request that changes something, since it may have arrived', async () => {
    const server = await oneEach();
    const transport = open({ server: server.url });
    await transport.request({ method: 'GET', path: '/x' });
    const failed = await failure(transport.request({ method: 'POST', path: '/x', body: '{}' }));
    expect(failed).toMatchObject({ reason: 'ConnectionLost', outcomeUnknown: true });
    expect(server.connections).toBe(1);
  });
});

describe('a server that cannot be reached or trusted', () => {
  it('is a failed connection when nobody listens', async () => {
    const server = await startTcp(() => undefined);
    await server.close();
    const failed = await failure(
      open({ server: server.url }).request({ method: 'POST', path: '/x', body: '{}' }),
    );
    expect(failed).toMatchObject({ reason: 'ConnectionFailed', outcomeUnknown: false });
    expect(failed.message).toContain(server.url);
  });

  it('is a lost connection when it goes away after the request was sent', async () => {
    const { transport } = await connect((request) => request.socket.destroy());
    expect(await failure(transport.request({ method: 'POST', path: '/x', body: '{}' }))).toMatchObject({
      reason: 'ConnectionLost',
      request: 'POST /x',
    });
  });

  it('is named when its certificate has expired', async () => {
    const { server, transport } = await connect((_, response) => response.end('{}'), {
      tls: await issue(authority, { notAfter: new Date('2021-01-01T00:00:00Z') }),
    });
    const failed = await failure(transport.request({ method: 'GET', path: '/x' }));
    expect(failed).toMatchObject({ reason: 'TlsFailed' });
    expect(failed.message).toContain(server.url);
    expect(failed.message).toMatch(/expired.*: renew/);
  });

  it('is named when another authority signed its certificate', async () => {
    const { server, transport } = await connect((_, response) => response.end('{}'), {
      tls: await issue(await createAuthority()),
    });
    const failed = await failure(transport.request({ method: 'GET', path: '/x' }));
    expect(failed).toMatchObject({ reason: 'TlsFailed' });
    expect(failed.message).toContain(server.url);
    expect(failed.message).toMatch(/CA.*certificate-authority-data/);
  });

  it('is named when its certificate is for another name, unless that name is expected', async () => {
    const { server, transport } = await connect((_, response) => response.end('{}'), {
      tls: await issue(authority, { dns: 'kubernetes.example' }),
    });
    const failed = await failure(transport.request({ method: 'GET', path: '/x' }));
    expect(failed).toMatchObject({ reason: 'TlsFailed' });
    expect(failed.message).toMatch(/another name.*tls-server-name/);
    const renamed = open({ server: server.url, serverName: 'kubernetes.example' });
    expect((await renamed.request({ method: 'GET', path: '/x' })).status).toBe(200);
  });

  it('is a TLS failure when it speaks plain text', async () => {
    const server = await track(startTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const transport = open({ server: server.url.replace('http:', 'https:') });
    expect(await failure(transport.request({ method: 'GET', path: '/x' }))).toMatchObject({
      reason: 'TlsFailed',
    });
  });

  it('is accepted unverified only when that is asked for', async () => {
    const { server } = await connect((_, response) => response.end('{}'), {
      tls: await issue(await createAuthority()),
    });
    const transport = open({ server: server.url, insecureSkipTlsVerify: true });
    expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
  });

  it('is a malformed answer when it does not speak HTTP', async () => {
    const server = await track(
      startTcp((socket) => socket.once('data', () => socket.write('SSH-2.0-x\r\n'))),
    );
    expect(await failure(open({ server: server.url }).request({ method: 'GET', path: '/x' }))).toMatchObject({
      reason: 'MalformedResponse',
    });
  });

  it('is a TLS failure when our certificate and key do not fit', async () => {
    const { server } = await connect((_, response) => response.end('{}'));
    const transport = open({
      server: server.url,
      loadIdentity: async () => ({ cert: leaf.cert, key: (await issue(authority)).key }),
    });
    expect(await failure(transport.request({ method: 'GET', path: '/x' }))).toMatchObject({
      reason: 'TlsFailed',
    });
  });
});

describe('rotation', () => {
  const onlyToken =
    (token: string): Handler =>
    (request, response) => {
      response.writeHead(request.headers.authorization === `Bearer ${token}` ? 200 : 401).end('{}');
    };

  it.each(['request', 'stream'] as const)(
    'of the token is noticed by a 401, and the %s repeated',
    async (kind) => {
      const { identity, transport } = await connect(onlyToken('two'));
      expect((await transport[kind]({ method: 'GET', path: '/x' })).status).toBe(401);
      identity.token = 'two';
      expect((await transport[kind]({ method: 'GET', path: '/x' })).status).toBe(200);
    },
  );

  it('leaves no connection behind whose refusal never ends', async () => {
    const { server, identity, transport } = await connect((request, response) => {
      if (request.headers.authorization === 'Bearer two') response.end('{}');
      else response.writeHead(401).write('{');
      identity.token = 'two';
    });
    expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
    await transport.close();
    await server.idle();
  });

  it('sends a request again only if there is another token', async () => {
    const seen: (string | undefined)[] = [];
    const { transport } = await connect((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end('{}');
    });
    expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(401);
    expect(seen).toEqual(['Bearer one']);
  });

  it('of the token is noticed within a minute without a 401', async () => {
    const clock = new VirtualClock();
    const seen: (string | undefined)[] = [];
    const { identity, transport } = await connect(
      (request, response) => {
        seen.push(request.headers.authorization);
        response.end('{}');
      },
      { clock },
    );
    await transport.request({ method: 'GET', path: '/x' });
    identity.token = 'two';
    await clock.advance(59_000);
    await transport.request({ method: 'GET', path: '/x' });
    await clock.advance(1_000);
    await transport.request({ method: 'GET', path: '/x' });
    expect(seen).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });

  it('of the CA makes new connections and leaves what is under way alone', async () => {
    const clock = new VirtualClock();
    const { server, identity, transport } = await connect(
      (request, response) => {
        if (request.url === '/watch') response.write('first');
        else response.end('{}');
      },
      { clock },
    );
    const stream = await transport.stream({ method: 'GET', path: '/watch' });
    await transport.request({ method: 'GET', path: '/x' });
    expect(server.connections).toBe(2);

    identity.ca = (await createAuthority()).ca;
    await clock.advance(60_000);
    expect(await failure(transport.request({ method: 'GET', path: '/x' }))).toMatchObject({
      reason: 'TlsFailed',
    });
    await until(() => server.sockets.size === 1);
    expect(await next(stream.chunks)).toBe('first');

    identity.ca = authority.ca;
    await clock.advance(60_000);
    expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
    stream.close();
  });

  it('that fails leaves the last good credentials in use', async () => {
    const clock = new VirtualClock();
    let broken = false;
    const { server } = await connect((_, response) => response.end('{}'));
    const transport = open(
      {
        server: server.url,
        loadIdentity: () =>
          broken ? Promise.reject(new Error('gone')) : Promise.resolve({ ca: authority.ca, token: 'one' }),
      },
      { clock },
    );
    await transport.request({ method: 'GET', path: '/x' });
    broken = true;
    await clock.advance(60_000);
    expect((await transport.request({ method: 'GET', path: '/x' })).status).toBe(200);
  });
});

describe('closing', () => {
  it('ends all that is under way with Aborted, and leaves no connection', async () => {
    const { server, transport } = await connect((request, response) => {
      if (request.url === '/watch') response.write('first');
      else if (request.url === '/quick') response.end('{}');
    });
    await transport.request({ method: 'GET', path: '/quick' });
    const stream = await transport.stream({ method: 'GET', path: '/watch' });
    await next(stream.chunks);
    const ends = [
      failure(transport.request({ method: 'GET', path: '/slow' })),
      failure(transport.stream({ method: 'GET', path: '/slow' })),
      failure(next(stream.chunks)),
    ];
    await until(() => server.connections === 3);
    await transport.close();
    for (const failed of ends) expect(await failed).toMatchObject({ reason: 'Aborted' });
    await server.idle();
    expect(await failure(transport.request({ method: 'GET', path: '/quick' }))).toMatchObject({
      reason: 'Aborted',
    });
    expect(server.connections).toBe(3);
  });
});

interface ConnectOptions extends Partial<HttpTransportOptions> {
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** An HTTPS server and a transport that trusts it and shows it the token `one`; `identity` may be changed. */
async function connect(
  handle: Handler,
  { tls, ...options }: ConnectOptions = {},
): Promise<{ server: TestServer; transport: KubeTransport; identity: { ca: string; token: string } }> {
  const server = await track(startHttps(tls ?? leaf, handle));
  const identity = { ca: authority.ca, token: 'one' };
  const loadIdentity = (): Promise<Identity> => Promise.resolve({ ...identity });
  return { server, identity, transport: open({ server: server.url, loadIdentity }, options) };
}

function open(config: Partial<ClusterConfig>, options: Partial<HttpTransportOptions> = {}): KubeTransport {
  const transport = createHttpTransport({
    clock: systemClock,
    userAgent: 'spec/1',
    ...options,
    config: {
      source: 'spec',
      server: 'https://localhost:1',
      namespace: 'default',
      insecureSkipTlsVerify: false,
      loadIdentity: () => Promise.resolve({ ca: authority.ca }),
      ...config,
    },
  });
  opened.push(transport);
  return transport;
}

async function track(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting;
  opened.push(server);
  return server;
}

async function next(chunks: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const result = await chunks[Symbol.asyncIterator]().next();
  return result.done === true ? undefined : Buffer.from(result.value).toString();
}

/** The error that the work fails with. */
async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return {
    opened: promise,
    open: () => {
      resolve(undefined);
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => systemClock.setTimer(1, resolve));
}

/** The value once it has not changed for 100 ms. */
async function settled(read: () => number): Promise<number> {
  for (;;) {
    const before = read();
    await new Promise<void>((resolve) => systemClock.setTimer(100, resolve));
    if (read() === before) return before;
  }
}
