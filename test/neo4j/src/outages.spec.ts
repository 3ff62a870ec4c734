// What becomes of connections when a real server goes down, falls silent or comes back.
import { type AddressInfo, connect as netConnect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { showComponents } from '@neo4j-operator/neo4j-admin';
import { connect, reasonOf } from './connections.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import { type RealServer, startRealServer } from './real-server.ts';

const trust = 'plaintext';

describeEachServer('A server', (version) => {
  let server: RealServer;

  beforeAll(async () => {
    // It takes plain text too. What breaks is then not to be taken for a server that wants TLS.
    const settings = { 'server.bolt.tls_level': 'OPTIONAL' };
    server = await startRealServer({ version, tls: true, settings });
  });
  afterAll(() => server.stop());

  it('that starts again is waited for until it answers, whatever it says before', async () => {
    // No circuit breaker, to see every answer.
    const connections = connect(server, { trust, limits: { breakerFailures: Number.MAX_SAFE_INTEGER } });
    try {
      expect(await reasonOf(connections.read(showComponents))).toBe('none');
      await server.terminate();
      const seen = new Set<string>();
      const started = server.start();
      for (;;) {
        const reason = await reasonOf(connections.read(showComponents));
        if (reason === 'none') break;
        seen.add(reason);
        await sleep(systemClock, 50);
      }
      await started;
      const harmless = ['Unreachable', 'ConnectionLost', 'NoRoute', 'DatabaseUnavailable', 'Transient'];
      expect([...seen].filter((reason) => !harmless.includes(reason))).toEqual([]);
      expect(seen).toContain('Unreachable');
    } finally {
      await connections.close();
    }
  });

  it('that falls silent is given up in time, with its connections, and taken up when it speaks again', async () => {
    const limits = { acquisitionMs: 500, connectMs: 500, queryMs: 500 };
    const connections = connect(server, { trust, limits });
    const pid = server.pid ?? NaN;
    try {
      expect(await reasonOf(connections.direct(server.boltAddress, showComponents))).toBe('none');
      expect(connections.counts().connections).toBe(1);
      process.kill(pid, 'SIGSTOP');
      try {
        const error = await connections
          .direct(server.boltAddress, showComponents)
          .catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ reason: 'TimedOut', outcomeUnknown: true });
        expect(connections.counts()).toMatchObject({ connections: 0, running: 0 });
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      expect(await reasonOf(connections.direct(server.boltAddress, showComponents))).toBe('none');
    } finally {
      await connections.close();
    }
  });

  it('whose connection breaks before the answer is not said to have run nothing', async () => {
    const marker = 'CREATE (:Cut)';
    const proxy = await listenCuttingAfter(marker, server.boltAddress);
    const connections = connect({ ...proxy, credentials: server.credentials }, { trust });
    const direct = connect(server, { trust });
    try {
      const write = { access: 'write', timeoutMs: 5_000 } as const;
      const error = await connections
        .direct(proxy.boltAddress, { text: marker, parameters: {} }, 'write', 'neo4j')
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ reason: 'ConnectionLost', outcomeUnknown: true });
      const count = { text: 'MATCH (n:Cut) RETURN count(n) AS count', parameters: {} };
      expect((await direct.data('neo4j', count, { ...write, access: 'read' })).rows).toEqual([{ count: 1n }]);
    } finally {
      await Promise.all([connections.close(), direct.close(), proxy.close()]);
    }
  });
});

/** A way to a server that breaks when the bookmark comes, which tells that a text was carried out. */
async function listenCuttingAfter(
  marker: string,
  to: string,
): Promise<{ readonly boltAddress: string; close(): Promise<void> }> {
  const [host = '', port = ''] = to.split(':');
  const proxy = createServer((client) => {
    let hasPassed = false;
    const upstream = netConnect(Number(port), host);
    client.on('data', (bytes) => {
      hasPassed ||= bytes.includes(marker);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (hasPassed && bytes.includes('bookmark')) client.destroy();
      else client.write(bytes);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.end());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    boltAddress: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => {
          resolve();
        });
      }),
  };
}
