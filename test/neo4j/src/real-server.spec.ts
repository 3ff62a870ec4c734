import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuthority } from '../../controlplane/src/pki.ts';
import { describeEachServer } from './describe.ts';
import { newSession, openDriver } from './driver.ts';
import type { ServerUnderTest } from './harness.ts';
import { type RealServer, startRealServer } from './real-server.ts';

async function query(server: ServerUnderTest, text: string): Promise<readonly unknown[]> {
  const connection = openDriver(server);
  const session = newSession(connection, 'neo4j');
  try {
    return (await session.run(text)).records.flatMap((record) => [...record.values()]);
  } finally {
    await session.close();
    await connection.close();
  }
}

function accepts(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect(Number(port), hostname);
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

describeEachServer('A real server', (version) => {
  describe('with TLS', () => {
    let server: RealServer;
    beforeAll(async () => {
      server = await startRealServer({ version, tls: true, password: 'some-password' });
    });
    afterAll(() => server.stop());

    it('says who it is, and lets the user in with the given password', async () => {
      expect(server).toMatchObject({ version, edition: 'community', name: `Neo4j ${version} community` });
      expect(server.credentials).toEqual({ username: 'neo4j', password: 'some-password' });
      expect(await query(server, "RETURN 'answer'")).toEqual(['answer']);
    });

    it('is known by its authority and by no other', async () => {
      const other = await createAuthority('Other authority');
      const { name, boltAddress, credentials } = server;
      const known = {
        name,
        version,
        edition: server.edition,
        boltAddress,
        credentials,
        stop: () => server.stop(),
      };
      await expect(query({ ...known, authorities: [other.cert] }, 'RETURN 1')).rejects.toThrow('certificate');
      const authorities = [other.cert, ...(server.authorities ?? [])];
      expect(await query({ ...known, authorities }, "RETURN 'x'")).toEqual(['x']);
    });

    it('keeps its data, address and certificate when it is terminated and when it is killed', async () => {
      await query(server, "CREATE (:Kept {since: 'first'})");
      expect(await server.terminate()).toBe('exit code 0');
      expect([server.pid, await accepts(server.boltAddress)]).toEqual([undefined, false]);
      await expect(server.terminate()).rejects.toThrow('does not run');

      await server.start();
      expect(await query(server, 'MATCH (n:Kept) RETURN n.since')).toEqual(['first']);
      await expect(server.start()).rejects.toThrow('runs already');

      await query(server, "CREATE (:Kept {since: 'second'})");
      expect(await server.kill()).toBe('SIGKILL');
      await server.start();
      expect(await query(server, 'MATCH (n:Kept) RETURN n.since ORDER BY n.since')).toEqual([
        'first',
        'second',
      ]);
    });

    it('leaves nothing when it is stopped', async () => {
      expect(existsSync(server.home)).toBe(true);
      await server.stop();
      expect([existsSync(server.home), await accepts(server.boltAddress)]).toEqual([false, false]);
      await server.stop();
    });
  });

  it('tells why it did not start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
    const settings = { 'server.bolt.listen_address': address };
    const start = startRealServer({ version, settings });
    await expect(start).rejects.toThrow(new RegExp(`did not start: .*exit code 1.*${address}`, 's'));
    taken.close();
    await expect(startRealServer({ version, password: 'short' })).rejects.toThrow(/password was not set/);
  });
});
