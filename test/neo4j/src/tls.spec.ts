// Trust, on real servers.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readComponents, showComponents } from '@neo4j-operator/neo4j-admin';
import { createAuthority } from '../../controlplane/src/pki.ts';
import { connect, type ConnectOptions, reasonOf } from './connections.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import { type RealServer, startRealServer } from './real-server.ts';
import { sharedServer } from './shared-server.ts';

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

describeEachServer('A server that speaks plain Bolt', (version) => {
  it('refuses TLS, and that is told', async () => {
    const authority = await createAuthority('ours');
    const connections = connect(await sharedServer(version), { trust: { authorities: [authority.cert] } });
    try {
      expect(await reasonOf(connections.read(showComponents))).toBe('TlsExpected');
    } finally {
      await connections.close();
    }
  });
});
