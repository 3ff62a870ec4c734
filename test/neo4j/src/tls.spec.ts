// Trust, on real servers that speak TLS.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
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

describeEachServer('A server that starts again', (version) => {
  it('is waited for until it answers, whatever it says before', async () => {
    const server = await startRealServer({ version });
    // No circuit breaker, to see every answer.
    const connections = connect(server, { limits: { breakerFailures: Number.MAX_SAFE_INTEGER } });
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
      await server.stop();
    }
  });

  it('refuses TLS where it speaks plain Bolt, and that is told', async () => {
    const server = await startRealServer({ version });
    const authority = await createAuthority('ours');
    const connections = connect(server, { trust: { authorities: [authority.cert] } });
    try {
      expect(await reasonOf(connections.read(showComponents))).toBe('TlsExpected');
    } finally {
      await connections.close();
      await server.stop();
    }
  });
});
