import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { ApiAnswer, ApiRequest } from '../api/request.ts';
import {
  type Action,
  type RequestRecord,
  Script,
  blackhole,
  fin,
  reset,
  resetAfterEvents,
} from '../faults/index.ts';
import { type ApiServer, listen } from './listen.ts';

type Sink = Parameters<Extract<ApiAnswer, { watch: unknown }>['watch']['open']>[0];

let server: ApiServer;
let script: Script;
let seen: ApiRequest[];
let records: RequestRecord[];
let watchers: Set<Sink>;
let initial: readonly string[];

function handle(asked: ApiRequest): ApiAnswer {
  seen.push(asked);
  const headers = { 'content-type': 'application/json' };
  if (asked.query.has('watch')) {
    const open = (sink: Sink): (() => void) => {
      watchers.add(sink);
      for (const line of initial) sink.line(line);
      return () => watchers.delete(sink);
    };
    return { status: 200, headers, watch: { open } };
  }
  if (asked.path === '/big') return { status: 200, headers, body: 'x'.repeat(200_000) };
  return { status: 201, headers, body: `{"name":"größer","body":${JSON.stringify(asked.body ?? null)}}` };
}

beforeEach(async () => {
  script = new Script();
  seen = [];
  watchers = new Set();
  initial = [];
  records = [];
  server = await listen(
    { handler: handle, faults: script, clock: systemClock },
    { backlogBytes: 1_000_000, onRequest: (record) => records.push(record) },
  );
});
afterEach(async () => {
  await server.close();
});

async function send(
  path: string,
  options: RequestOptions = {},
  body?: string | Buffer,
): Promise<IncomingMessage> {
  const url = new URL(path, server.address.server);
  const sent = request(url, { ca: server.address.ca, agent: false, ...options });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  // What happens to the connection later is seen in the answer.
  sent.on('error', () => undefined);
  return answer;
}

const bearer = (token: string): RequestOptions => ({ headers: { authorization: `Bearer ${token}` } });

async function until(holds: () => boolean): Promise<void> {
  const deadline = systemClock.monotonic() + 5000;
  while (!holds()) {
    if (systemClock.monotonic() > deadline) throw new Error('it did not come about within 5 s');
    await sleep(systemClock, 5);
  }
}

describe('A request over HTTPS', () => {
  it('reaches the model with all that it says, and its answer comes back', async () => {
    const options = { method: 'POST', headers: { 'User-Agent': 'me', 'Content-Type': 'application/json' } };
    const answer = await send('/api/v1/things%2F1?dryRun=All', options, '{"a":"größer"}');
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/api/v1/things%2F1',
        headers: { 'user-agent': 'me', 'content-type': 'application/json' },
        body: '{"a":"größer"}',
      },
    ]);
    expect(seen[0]?.query.get('dryRun')).toBe('All');
    expect(records).toMatchObject([
      { number: 1, method: 'POST', userAgent: 'me', user: 'system:anonymous', status: 201 },
    ]);
    expect(answer).toMatchObject({ statusCode: 201, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(await text(answer))).toEqual({ name: 'größer', body: '{"a":"größer"}' });
  });

  it('that a client in Go sends as protobuf is JSON for the model', async () => {
    const body = Buffer.from('6b3873000a0f0a02763112094e616d65737061636512070a050a03616263', 'hex');
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    await send('/', { method: 'POST', headers }, body);
    expect(seen[0]).toMatchObject({
      headers: { 'content-type': 'application/json' },
      body: '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"abc"}}',
    });
  });

  it('may have question marks in its query', async () => {
    await send('/?a=b?c&d=?');
    expect([...(seen[0]?.query ?? [])]).toEqual([
      ['a', 'b?c'],
      ['d', '?'],
    ]);
  });

  it('without a body has none', async () => {
    await send('/');
    expect(seen[0]?.body).toBeUndefined();
  });

  it('may be as long as the real server takes it, and no longer', async () => {
    const limit = 3 * 1024 * 1024;
    expect((await send('/', { method: 'POST' }, 'x'.repeat(limit))).statusCode).toBe(201);
    const answer = await send('/', { method: 'POST' }, 'x'.repeat(3 * limit));
    expect(JSON.parse(await text(answer))).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    });
    expect(seen).toHaveLength(1);
  });

  it('is compressed in its answer if that is long and the client likes it', async () => {
    const packed = await send('/big', { headers: { 'accept-encoding': 'deflate, gzip' } });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(await buffer(packed))).toHaveLength(200_000);
    for (const accepted of ['identity', 'gzip;q=0', '']) {
      const plain = await send('/big', { headers: { 'accept-encoding': accepted } });
      expect(plain.headers).toMatchObject({ 'content-length': '200000' });
      expect(await text(plain)).toHaveLength(200_000);
    }
    const small = await send('/', { headers: { 'accept-encoding': 'gzip' } });
    expect(small.headers['content-encoding']).toBeUndefined();
  });

  it('shares a connection with the next', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 3; count++) await text(await send('/', { agent }));
    expect([server.connections.open, server.connections.total]).toEqual([1, 1]);
    agent.destroy();
  });
});

describe('The user of a request', () => {
  it('is known by token', async () => {
    const { identity } = server.tokenUser('alice', ['devs']);
    await send('/', bearer(identity.token));
    expect(seen[0]?.user).toEqual({ name: 'alice', groups: ['devs', 'system:authenticated'] });
    expect(server.tokenUser('bob', [], 'chosen').identity.token).toBe('chosen');
  });

  it('is known by client certificate, on each request of a connection', async () => {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      ...server.certificateUser('carol', ['a', 'b']).identity,
    });
    for (let count = 0; count < 2; count++) await text(await send('/', { agent }));
    for (const { user } of seen) {
      expect(user).toEqual({ name: 'carol', groups: ['a', 'b', 'system:authenticated'] });
    }
    agent.destroy();
  });

  it('is nobody without proof', async () => {
    await send('/');
    expect(seen[0]?.user.name).toBe('system:anonymous');
  });

  it('is refused with a wrong token, or a certificate of somebody else', async () => {
    const other = await listen({ handler: handle, faults: script, clock: systemClock });
    const { identity } = other.certificateUser('carol');
    await other.close();
    for (const options of [bearer('wrong'), identity]) {
      const answer = await send('/', options);
      expect(answer.statusCode).toBe(401);
      expect(JSON.parse(await text(answer))).toMatchObject({ kind: 'Status', reason: 'Unauthorized' });
    }
    expect(seen).toEqual([]);
  });

  it('finds everything to prove itself in a kubeconfig', () => {
    const config = JSON.parse(server.tokenUser('alice', [], 't').kubeconfig('d')) as unknown;
    expect(config).toMatchObject({
      clusters: [{ cluster: { server: server.address.server } }],
      users: [{ user: { token: 't' } }],
      contexts: [{ context: { namespace: 'd' } }],
    });
    expect(server.certificateUser('bob').kubeconfig()).toContain('client-key-data');
  });
});

describe('A watch over HTTPS', () => {
  it('stands before its first event, passes on what comes, and ends with its client', async () => {
    const answer = await send('/?watch=1');
    expect(answer.statusCode).toBe(200);
    const pieces: string[] = [];
    answer.on('data', (piece: Buffer) => pieces.push(piece.toString()));
    for (const sink of watchers) sink.line('one\n');
    await until(() => pieces.join('') === 'one\n');
    answer.destroy();
    await until(() => watchers.size === 0);
  });

  it('ends when the model ends it', async () => {
    initial = ['one\n', 'two\n'];
    const answer = await send('/?watch=1');
    for (const sink of watchers) sink.end();
    expect(await text(answer)).toBe('one\ntwo\n');
  });

  it('may begin with more than a slow client can take, without loss', async () => {
    const line = `${'x'.repeat(999)}\n`;
    initial = Array.from({ length: 20_000 }, () => line);
    const answer = await send('/?watch=1');
    await sleep(systemClock, 50);
    for (const sink of watchers) {
      sink.line('last\n');
      sink.end();
    }
    const received = await text(answer);
    expect(received).toHaveLength(20_000_005);
    expect(received.endsWith('\nlast\n')).toBe(true);
  });

  it('that is not read is cut off before it takes much memory', async () => {
    const answer = await send('/?watch=1');
    answer.once('error', () => undefined);
    const line = `${'x'.repeat(99_999)}\n`;
    let sent = 0;
    await until(() => {
      for (const sink of watchers) sink.line(line);
      sent++;
      return watchers.size === 0;
    });
    // What the systems of both sides buffer comes on top of the limit of 1 MB.
    expect(sent * line.length).toBeLessThan(30_000_000);
  });
});

describe('A fault over HTTPS', () => {
  const fault = async (action: Action, patienceMs: number): Promise<string> => {
    script.add({ action });
    const { hostname: host, port } = new URL(server.address.server);
    const socket = connect({ host, port: Number(port), ca: server.address.ca });
    socket.write(`GET /?watch=1 HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    const over = new AbortController();
    let received = '';
    socket.on('data', (data: Buffer) => (received += data.toString()));
    const ended = await Promise.race([
      once(socket, 'end').then(
        () => 'FIN',
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      ),
      sleep(systemClock, patienceMs, over.signal).then(() => 'open'),
    ]);
    over.abort();
    socket.destroy();
    return `${received.includes('one') ? 'events, ' : ''}${ended ?? ''}`;
  };

  it.each([
    ['reset', reset(), 'ECONNRESET'],
    ['fin', fin(), 'FIN'],
    ['blackhole', blackhole(), 'open'],
    ['resetAfterEvents', resetAfterEvents(1), 'events, ECONNRESET'],
  ])('is seen on the wire: %s', async (_name, action, expected) => {
    initial = ['one\n', 'two\n'];
    expect(await fault(action, expected === 'open' ? 150 : 4000)).toBe(expected);
    await until(() => server.connections.open === 0 && watchers.size === 0);
  });
});

describe('A server', () => {
  it('that is closed ends its watches and frees its port', async () => {
    const answer = await send('/?watch=1');
    answer.once('error', () => undefined);
    await server.close();
    await server.close();
    await until(() => watchers.size === 0);
    const socket = connectTcp(Number(new URL(server.address.server).port), '127.0.0.1');
    await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
  });
});
