import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock, VirtualClock, type Clock } from '@neo4j-operator/clock';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createIdentity } from './authority.spec-helper.ts';
import { FakeEndpoint } from './endpoint.spec-helper.ts';
import type { Listener } from './listener.ts';
import { connectRaw, login, message, run } from './raw-client.spec-helper.ts';
import { listenBolt } from './server.ts';

const open: Listener[] = [];

async function listen(
  endpoint: FakeEndpoint,
  options: { readonly clock?: Clock; readonly tls?: { readonly key: string; readonly cert: string } } = {},
): Promise<Listener> {
  const server = await listenBolt(endpoint, { host: '127.0.0.1', port: 0, clock: systemClock, ...options });
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe('a Bolt port', () => {
  it('breaks its connections when it is closed, and is free then', async () => {
    const endpoint = new FakeEndpoint();
    const server = await listen(endpoint);
    const clients = [await login(server.port), await login(server.port)];
    expect(server.connections()).toBe(2);
    await server.close();
    await Promise.all(clients.map((client) => client.closed()));
    expect(server.connections()).toBe(0);
    expect(endpoint.stopListeners).toBe(0);
    const again = await listenBolt(endpoint, { host: '127.0.0.1', port: server.port, clock: systemClock });
    open.push(again);
    expect(again.port).toBe(server.port);
  });

  it('goes with the server behind it', async () => {
    const endpoint = new FakeEndpoint();
    const server = await listen(endpoint);
    const client = await login(server.port);
    endpoint.stop();
    await client.closed();
    await server.close();
    await expect(
      new Promise((resolve, reject) => {
        connect(server.port, '127.0.0.1', () => {
          resolve('connected');
        }).on('error', reject);
      }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('tells when it cannot be opened', async () => {
    const { port } = await listen(new FakeEndpoint());
    const second = listenBolt(new FakeEndpoint(), { host: '127.0.0.1', port, clock: systemClock });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('hangs up on one who offers no version that it speaks', async () => {
    const { port } = await listen(new FakeEndpoint());
    const client = await connectRaw(port);
    client.write('6060b017 00020404 00000003 00000000 00000000');
    expect(await client.closed()).toBe('\0\0\0\0');
  });

  it('answers GET of HTTP with nothing, and no other method', async () => {
    const { port } = await listen(new FakeEndpoint());
    const client = await connectRaw(port);
    client.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    const poster = await connectRaw(port);
    poster.socket.write('POST / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await poster.closed()).toBe('');
  });

  it('hangs up on TLS where it speaks none, and on plain Bolt where it speaks TLS', async () => {
    const plain = await listen(new FakeEndpoint());
    const refused = new Promise((resolve) => connectTls(plain.port, '127.0.0.1').on('error', resolve));
    expect(await refused).toHaveProperty('code', 'ECONNRESET');
    const encrypted = await listen(new FakeEndpoint(), { tls: await createIdentity() });
    const client = await connectRaw(encrypted.port);
    client.write('6060b017 00000805 00000000 00000000 00000000');
    await client.closed();
    expect(plain.connections() + encrypted.connections()).toBe(0);
  });
});

describe('a fault of the wire', () => {
  it('mute: takes messages, also the handshake, and answers none', async () => {
    const clock = new VirtualClock();
    const endpoint = new FakeEndpoint();
    const { port } = await listen(endpoint, { clock });
    const client = await login(port);
    const late = await connectRaw(port);
    endpoint.break({ mute: true });
    const before = endpoint.faultReads;
    client.send(run('WRITE'));
    late.write('6060b017 00000805 00000000 00000000 00000000');
    while (endpoint.faultReads < before + 2) await clock.yield();
    endpoint.break({});
    client.send(message.reset);
    expect(await client.answers(1)).toMatchObject([{ type: 'SUCCESS' }]);
    expect(endpoint.log).toEqual([]);
    expect(late.socket.bytesRead).toBe(0);
  });

  it('slow: each answer takes its time by the clock, after the statement has been carried out', async () => {
    const clock = new VirtualClock();
    const endpoint = new FakeEndpoint();
    const { port } = await listen(endpoint, { clock });
    const client = await login(port);
    const before = client.socket.bytesRead;
    endpoint.break({ slowMs: 1_000 });
    client.send(run('WRITE'), message.pullAll);
    while (clock.pendingTimers === 0) await clock.yield();
    expect(endpoint.log).toEqual(['WRITE']);
    await clock.advance(999);
    expect(client.socket.bytesRead).toBe(before);
    await clock.advance(1);
    while (clock.pendingTimers === 0) await clock.yield();
    await clock.advance(1_000);
    expect(await client.answers(2)).toHaveLength(2);
    expect(clock.monotonic()).toBe(2_000);
  });

  it('slow: no timer stays when the client has gone', async () => {
    const clock = new VirtualClock();
    const endpoint = new FakeEndpoint();
    const { port } = await listen(endpoint, { clock });
    const client = await login(port);
    endpoint.break({ slowMs: 1_000 });
    client.send(run('WRITE'));
    while (clock.pendingTimers === 0) await clock.yield();
    client.socket.destroy();
    while (clock.pendingTimers > 0) await clock.yield();
    expect(clock.monotonic()).toBe(0);
  });

  it.each([
    [0, 0],
    [3, 3],
    [5, 5],
  ])('reset after %d records: of five come %d and nothing else, over all pages', async (limit, expected) => {
    const endpoint = new FakeEndpoint();
    const { port } = await listen(endpoint);
    const client = await login(port);
    endpoint.break({ resetAfterRecords: limit });
    client.send(run('ROWS', { count: 5n }), [0x3f, { n: 2n }], [0x3f, { n: 2n }], [0x3f, { n: 2n }]);
    const types: string[] = [];
    await expect(
      (async () => {
        for (;;) types.push(...(await client.answers(1)).map(({ type }) => type));
      })(),
    ).rejects.toThrow('hung up');
    expect(types.filter((type) => type === 'RECORD')).toHaveLength(expected);
    expect(types.at(-1)).toBe(expected === 0 ? 'SUCCESS' : 'RECORD');
  });

  it('reset after more records than there are: nothing happens', async () => {
    const endpoint = new FakeEndpoint();
    const { port } = await listen(endpoint);
    const client = await login(port);
    endpoint.break({ resetAfterRecords: 6 });
    client.send(run('ROWS', { count: 5n }), message.pullAll);
    expect(await client.answers(7)).toHaveLength(7);
  });

  it('lost answers: what outlasts the connection is done, and nobody hears of it', async () => {
    const endpoint = new FakeEndpoint();
    const { port } = await listen(endpoint);
    const [alone, inTransaction] = [await login(port), await login(port)];
    inTransaction.send(message.begin, run('WRITE'), message.pullAll);
    await inTransaction.answers(3);
    endpoint.break({ loseAnswers: true });
    alone.send(run('WRITE'), message.pullAll);
    expect(await alone.closed()).toBe('');
    inTransaction.send(message.commit);
    expect(await inTransaction.closed()).toBe('');
    expect(endpoint.log).toEqual(['WRITE', 'WRITE', 'commit']);
  });

  it('lost answers: a failure arrives, as nothing has been done', async () => {
    const endpoint = new FakeEndpoint();
    const { port } = await listen(endpoint);
    const client = await login(port);
    endpoint.break({ loseAnswers: true });
    client.send(run('NONSENSE'));
    expect(await client.answers(1)).toMatchObject([{ type: 'FAILURE' }]);
  });
});
