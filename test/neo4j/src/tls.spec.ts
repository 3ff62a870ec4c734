// Trust, on real servers that speak TLS.
import { type AddressInfo, connect as netConnect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readComponents, showComponents } from '@neo4j-operator/neo4j-admin';
import { createAuthority } from '../../controlplane/src/pki.ts';
import { connect, type ConnectOptions, reasonOf } from './connections.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import { type RealServer, startRealServer } from './real-server.ts';

describeEachServer('A server that speaks TLS', (version) => {
  let server: RealServer;

  beforeAll(async () => {
    server = await startRealServer({ version, tls: true });
  });
  afterAll(() => server.stop());

  async function verdicts(options: ConnectOptions = {}): Promise<readonly string[]> {
    const connections = connect(server, options);
    try {
      return [
        await reasonOf(connections.read(showComponents)),
        await reasonOf(connections.direct(server.boltAddress, showComponents)),
      ];
    } finally {
      await connections.close();
    }
  }

  it('is talked to, routed and direct, if the authority is given', async () => {
    const connections = connect(server);
    const { rows } = await connections.read(showComponents);
    expect(readComponents(rows).version).toBe(version);
    await connections.close();
    expect(await verdicts()).toEqual(['none', 'none']);
  });

  it('is not talked to if another authority is given', async () => {
    const other = await createAuthority('another');
    expect(await verdicts({ trust: { authorities: [other.cert] } })).toEqual([
      'TlsNotTrusted',
      'TlsNotTrusted',
    ]);
  });

  it('is not taken for one that is down if plain text was tried', async () => {
    expect(await verdicts({ trust: 'plaintext' })).toEqual(['TlsExpected', 'TlsExpected']);
  });
});

describeEachServer('A server that takes TLS and plain text', (version) => {
  it('is not said to have run nothing when the connection breaks before the answer', async () => {
    const server = await startRealServer({
      version,
      tls: true,
      settings: { 'server.bolt.tls_level': 'OPTIONAL' },
    });
    const marker = 'CREATE (:Cut)';
    const proxy = await listenCuttingAfter(marker, server.boltAddress);
    const connections = connect({ ...proxy, credentials: server.credentials }, { trust: 'plaintext' });
    const direct = connect(server, { trust: 'plaintext' });
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
      await server.stop();
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
