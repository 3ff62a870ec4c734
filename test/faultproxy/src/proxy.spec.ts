import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { fetchFrom, until } from './client.spec-helper.ts';
import { type FaultProxy, reset, startFaultProxy, status } from './index.ts';
import { type Upstream, bigBody, events, startUpstream } from './upstream.spec-helper.ts';

let upstream: Upstream;
let proxy: FaultProxy;
beforeEach(async () => {
  upstream = await startUpstream();
  proxy = await startFaultProxy(upstream.address);
});
afterEach(async () => {
  await proxy.stop();
  await upstream.stop();
});

describe('A fault proxy without rules', () => {
  it('passes requests and answers through, uncompressed, and writes them down', async () => {
    const seen = await fetchFrom(proxy.address, 'POST', '/api/v1/things?dryRun=All');
    expect(seen).toMatchObject({
      status: 201,
      text: '{"count":1}',
      end: 'end',
      headers: { 'audit-id': 'id' },
    });
    expect(upstream.arrived).toEqual(['POST /api/v1/things?dryRun=All']);
    expect(upstream.lastHeaders).toMatchObject({
      authorization: 'Bearer t',
      'user-agent': 'client',
      'accept-encoding': 'identity',
    });
    expect(proxy.requests).toMatchObject([
      {
        number: 1,
        method: 'POST',
        path: '/api/v1/things',
        userAgent: 'client',
        body: '{"kind":"Thing"}',
        watch: false,
        upstreamStatus: 201,
        status: 201,
      },
    ]);
    expect(proxy.requests[0]?.query.get('dryRun')).toBe('All');
  });

  it('leaves a body alone that is no text, such as protobuf', async () => {
    const body = Buffer.from('6b3873000afffe8001', 'hex');
    const sent = request(new URL('/echo', proxy.address.server), {
      method: 'POST',
      ca: proxy.address.ca,
      agent: false,
    });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    expect(await buffer(answer)).toEqual(body);
  });

  it('passes a watch on as it comes, and ends it with its client', async () => {
    const seen = await fetchFrom(proxy.address, 'GET', '/things?watch=true');
    expect(seen).toMatchObject({ end: 'open', text: events.map((event) => `${event}\n`).join('') });
    expect(proxy.requests[0]?.watch).toBe(true);
    await until(() => upstream.watches === 0);
    expect(proxy.requests[0]?.error).toBeUndefined();
  });

  it('holds the API server back while the client does not read', async () => {
    const sent = request(new URL('/big', proxy.address.server), { ca: proxy.address.ca, agent: false });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    await sleep(systemClock, 200);
    const sentUnread = bigBody.sent;
    expect(sentUnread).toBeLessThan(bigBody.chunks / 2);
    let bytes = 0;
    for await (const chunk of answer) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(bigBody.chunks * bigBody.chunkBytes);
  });

  it('counts connections, which clients may keep', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 3; count++) {
      const sent = request(new URL('/', proxy.address.server), { ca: proxy.address.ca, agent });
      sent.end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      await text(answer);
    }
    expect([proxy.connections.open, proxy.connections.total]).toEqual([1, 1]);
    agent.destroy();
    await until(() => proxy.connections.open === 0);
    await fetchFrom(proxy.address, 'GET', '/');
    expect(proxy.connections.total).toBe(2);
  });

  it('resets a client whose request finds no API server, and says so in its log', async () => {
    await upstream.stop();
    expect((await fetchFrom(proxy.address, 'GET', '/')).end).toBe('ECONNRESET');
    expect(proxy.requests[0]?.error).toContain('ECONNREFUSED');
    upstream = await startUpstream();
  });
});

describe('Rules', () => {
  const get = async (path: string): Promise<number | string> => {
    const seen = await fetchFrom(proxy.address, 'GET', path);
    return seen.status ?? seen.end;
  };

  it('act on the requests they match, from the nth on, as often as they say', async () => {
    const rule = proxy.script({ method: 'GET', path: /^\/a$/, nth: 2, times: 2, action: status(503) });
    expect([await get('/a'), await get('/b'), await get('/a'), await get('/a?x=1'), await get('/a')]).toEqual(
      [201, 201, 503, 503, 201],
    );
    expect(rule.hits).toBe(2);
    expect(proxy.requests.map((seen) => seen.status)).toEqual([201, 201, 503, 503, 201]);
  });

  it('for the same requests act one after the other', async () => {
    proxy.script({ action: reset() });
    proxy.script({ action: status(500) });
    expect([await get('/'), await get('/'), await get('/')]).toEqual(['ECONNRESET', 500, 201]);
  });

  it('tell watches from other requests, and take any other condition', async () => {
    proxy.script({ watch: true, times: Infinity, action: status(410) });
    proxy.script({ where: ({ query }) => query.has('continue'), action: status(429) });
    expect([await get('/?watch=true'), await get('/?continue=x'), await get('/')]).toEqual([410, 429, 201]);
  });

  it('can be removed, alone and all at once', async () => {
    const rule = proxy.script({ times: Infinity, action: status(500) });
    proxy.script({ times: Infinity, action: status(409) });
    expect(await get('/')).toBe(500);
    rule.remove();
    expect(await get('/')).toBe(409);
    proxy.clear();
    expect(await get('/')).toBe(201);
  });

  it('may hold an action of the test; what it throws is in the log', async () => {
    proxy.script({
      action: () => {
        throw new Error('broken action');
      },
    });
    expect(await get('/')).toBe('ECONNRESET');
    expect(proxy.requests[0]?.error).toContain('broken action');
  });
});

describe('Hooks', () => {
  it('stop a request before it takes effect, or its answer after', async () => {
    const seen: string[] = [];
    const removeFirst = proxy.onRequest((sent) => {
      seen.push(`request ${sent.number}`);
      return sent.number === 1 ? 'drop' : undefined;
    });
    proxy.onResponse(async (sent) => {
      await systemClock.yield();
      seen.push(`answer ${sent.number} ${String(sent.upstreamStatus)}`);
      return sent.number === 2 ? 'drop' : undefined;
    });
    expect((await fetchFrom(proxy.address, 'POST', '/')).end).toBe('ECONNRESET');
    expect(upstream.arrived).toHaveLength(0);
    expect((await fetchFrom(proxy.address, 'POST', '/')).end).toBe('ECONNRESET');
    expect(upstream.arrived).toHaveLength(1);
    removeFirst();
    expect((await fetchFrom(proxy.address, 'POST', '/')).status).toBe(201);
    expect(seen).toEqual(['request 1', 'request 2', 'answer 2 201', 'answer 3 201']);
    expect(proxy.requests.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  });
});

describe('The doorway', () => {
  it('resets new connections or leaves them without a byte', async () => {
    proxy.setDoorway('reset');
    expect((await fetchFrom(proxy.address, 'GET', '/')).end).toBe('ECONNRESET');
    proxy.setDoorway('blackhole');
    expect(await fetchFrom(proxy.address, 'GET', '/')).toMatchObject({ end: 'open', headers: {} });
    expect(proxy.requests).toEqual([]);
    proxy.setDoorway('accept');
    expect((await fetchFrom(proxy.address, 'GET', '/')).status).toBe(201);
  });
});

describe('stop', () => {
  it('ends every connection and frees the port', async () => {
    const watch = fetchFrom(proxy.address, 'GET', '/things?watch=true');
    await until(() => upstream.watches === 1);
    await proxy.stop();
    await proxy.stop();
    expect((await watch).end).toBe('ECONNRESET');
    await until(() => upstream.watches === 0);
    const socket = connect(Number(new URL(proxy.address.server).port), '127.0.0.1');
    await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
  });
});
