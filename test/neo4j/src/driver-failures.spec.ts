import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import {
  type BoltAnswer,
  type BoltEndpoint,
  type BoltLink,
  driverConnector,
} from '@neo4j-operator/neo4j-admin';
import { createAuthority } from '../../controlplane/src/pki.ts';

const statement = { text: 'RETURN 1', parameters: {} };
const options = { database: 'system', access: 'write', bookmarks: [], timeoutMs: 300 } as const;
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A port on the loopback interface, and what comes in there. */
async function listen(server: Server): Promise<{ address: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      }),
  );
  return { address: `localhost:${(server.address() as AddressInfo).port}`, sockets };
}

function link(address: string, changes: Partial<BoltEndpoint> = {}): BoltLink {
  const opened = driverConnector({ clock: systemClock }).open({
    scheme: 'bolt',
    addresses: () => [address],
    credentials: { username: 'neo4j', password: 'secret-password' },
    mayLogIn: () => true,
    loginRefused: () => undefined,
    trust: 'plaintext',
    maxConnections: 2,
    connectTimeoutMs: 300,
    acquisitionTimeoutMs: 300,
    ...changes,
  });
  open.push(() => opened.close());
  return opened;
}

function verdict(answer: BoltAnswer): string {
  if (answer.ok) return 'ok';
  const { failure } = answer;
  return failure.origin === 'server'
    ? failure.code
    : `${failure.kind}${failure.mayHaveRun ? ', may have run' : ''}`;
}

describe.each(['bolt', 'neo4j'] as const)('a statement over %s://', (scheme) => {
  it('to a port where nobody listens cannot have run', async () => {
    const server = createServer();
    const { address } = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(verdict(await link(address, { scheme }).run(statement, options))).toBe('unreachable');
  });

  it('to a name that does not exist cannot have run', async () => {
    expect(verdict(await link('no-such-host.invalid:7687', { scheme }).run(statement, options))).toBe(
      'unreachable',
    );
  });

  it('to a web server says that this is none', async () => {
    const { address } = await listen(
      createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    );
    expect(verdict(await link(address, { scheme }).run(statement, options))).toBe('protocol');
  });

  it('to a server that hangs up at once is not taken for a matter of TLS', async () => {
    const { address } = await listen(createServer((socket) => socket.end()));
    const answer = await link(address, { scheme }).run(statement, options);
    expect(verdict(answer)).toMatch(/^(lost, may have run|unreachable)$/);
  });

  it('to a server that does not even answer the handshake cannot have run, and leaves no connection', async () => {
    const { address, sockets } = await listen(createServer((socket) => socket.resume()));
    const opened = link(address, { scheme });
    expect(verdict(await opened.run(statement, options))).toBe('unreachable');
    expect(opened.connections()).toBe(0);
    while (sockets.size > 0) await systemClock.yield();
  }, 10_000);

  it('is not sent to a server whose certificate somebody else has signed', async () => {
    const [ours, theirs] = await Promise.all([createAuthority('ours'), createAuthority('theirs')]);
    const { address } = await listen(createTlsServer(await theirs.issueServer(['localhost'])));
    const trust = { authorities: [ours.cert] };
    expect(verdict(await link(address, { scheme, trust }).run(statement, options))).toBe('tls-untrusted');
  });

  it('is not sent to a server whose certificate is for another name', async () => {
    const ours = await createAuthority('ours');
    const { address } = await listen(createTlsServer(await ours.issueServer(['other.example'])));
    const trust = { authorities: [ours.cert] };
    expect(verdict(await link(address, { scheme, trust }).run(statement, options))).toBe('tls-untrusted');
  });

  it('in plain text to a server that speaks TLS says so', async () => {
    const ours = await createAuthority('ours');
    const { address } = await listen(createTlsServer(await ours.issueServer(['localhost'])));
    expect(verdict(await link(address, { scheme }).run(statement, options))).toBe('tls-expected');
  });

  it('through TLS to a server that speaks plain Bolt says so', async () => {
    const ours = await createAuthority('ours');
    const { address } = await listen(
      createServer((socket) => {
        socket.once('data', (bytes) => {
          // As a Neo4j server does: it hangs up on what is no Bolt.
          if (bytes[0] === 0x60) socket.write(Uint8Array.of(0, 0, 4, 5));
          else socket.destroy();
        });
      }),
    );
    const trust = { authorities: [ours.cert] };
    expect(verdict(await link(address, { scheme, trust }).run(statement, options))).toBe('tls-expected');
  });
});

describe('a link', () => {
  it('that is closed while a statement waits ends it', async () => {
    const { address } = await listen(createServer((socket) => socket.resume()));
    const opened = link(address);
    const running = opened.run(statement, { ...options, timeoutMs: 60_000 });
    await systemClock.yield();
    await opened.close();
    expect(verdict(await running)).toBe('closed, may have run');
    expect(verdict(await opened.run(statement, options))).toBe('closed');
  });
});
