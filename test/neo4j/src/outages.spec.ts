// What becomes of connections when a real server goes down, falls silent or comes back.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { showComponents } from '@neo4j-operator/neo4j-admin';
import { createAuthority } from '../../controlplane/src/pki.ts';
import { connect, reasonOf } from './connections.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import { type RealServer, startRealServer } from './real-server.ts';

describeEachServer('A server', (version) => {
  let server: RealServer;

  beforeAll(async () => {
    server = await startRealServer({ version });
  });
  afterAll(() => server.stop());

  it('that starts again is waited for until it answers, whatever it says before', async () => {
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
    }
  });

  it('that falls silent is given up in time, with its connections, and taken up when it speaks again', async () => {
    const limits = { acquisitionMs: 500, connectMs: 500, queryMs: 500 };
    const connections = connect(server, { limits });
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

  it('that speaks plain Bolt refuses TLS, and that is told', async () => {
    const authority = await createAuthority('ours');
    const connections = connect(server, { trust: { authorities: [authority.cert] } });
    try {
      expect(await reasonOf(connections.read(showComponents))).toBe('TlsExpected');
    } finally {
      await connections.close();
    }
  });
});
