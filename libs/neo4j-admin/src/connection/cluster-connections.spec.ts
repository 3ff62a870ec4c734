import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import type { Neo4jError } from '../errors/index.ts';
import type { BoltAnswer, Credentials } from './bolt-connector.ts';
import { ClusterConnections } from './cluster-connections.ts';
import { answered, brokenBy, refusedWith, ScriptedConnector } from './scripted-connector.spec-helper.ts';

const ping = { text: 'SHOW SERVERS YIELD *', parameters: {} };
const unauthorized = 'Neo.ClientError.Security.Unauthorized';

function fixture(addresses = ['a:7687', 'b:7687', 'c:7687']): {
  clock: VirtualClock;
  connector: ScriptedConnector;
  cluster: ClusterConnections;
  secret: { credentials: Credentials };
} {
  const clock = new VirtualClock();
  const connector = new ScriptedConnector();
  const secret = { credentials: { username: 'operator', password: 'first' } };
  const cluster = new ClusterConnections({
    clock,
    connector,
    addresses: () => addresses,
    credentials: () => Promise.resolve({ ...secret.credentials }),
    trust: 'plaintext',
  });
  return { clock, connector, cluster, secret };
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error as Neo4jError).reason,
  );
}

/** Answers that the spec gives one by one. */
function heldBack(connector: ScriptedConnector): { release: () => void; count: () => number } {
  const waiting: ((answer: BoltAnswer) => void)[] = [];
  connector.answer = () => new Promise((resolve) => waiting.push(resolve));
  return {
    count: () => waiting.length,
    release: () => {
      for (const resolve of waiting.splice(0)) resolve(answered());
    },
  };
}

describe('ClusterConnections', () => {
  it('sends administration to the leader of system, with the time-out of such statements', async () => {
    const { connector, cluster } = fixture();
    await cluster.admin(ping);
    expect(connector.sent).toMatchObject([
      {
        endpoint: { scheme: 'neo4j', address: 'a:7687', acquisitionTimeoutMs: 5000 },
        options: { database: 'system', access: 'write', timeoutMs: 10_000, bookmarks: [] },
      },
    ]);
  });

  it('lets reads see what was written before, and keeps what ran at the same time apart', async () => {
    const { connector, cluster } = fixture();
    let number = 0;
    connector.answer = () => answered([`bookmark-${++number}`]);
    await cluster.admin(ping);
    await Promise.all([cluster.admin(ping), cluster.admin(ping)]);
    await cluster.read(ping);
    await cluster.read(ping);
    expect(connector.sent.map(({ options }) => options.bookmarks)).toEqual([
      [],
      ['bookmark-1'],
      ['bookmark-1'],
      ['bookmark-2', 'bookmark-3'],
      ['bookmark-4'],
    ]);
  });

  it('does not make a server wait that is asked about itself', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => answered(['bookmark']);
    await cluster.admin(ping);
    await cluster.direct('b:7687', ping);
    expect(connector.sent.at(-1)?.options.bookmarks).toEqual([]);
  });

  it('gives a statement that waits the time it needs', async () => {
    const { connector, cluster } = fixture();
    await cluster.admin(ping, 65_000);
    expect(connector.sent[0]?.options.timeoutMs).toBe(65_000);
  });

  it('gives up bookmarks that the server does not know', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => answered(['old']);
    await cluster.admin(ping);
    connector.answer = () => refusedWith('Neo.ClientError.Transaction.InvalidBookmark');
    expect(await reasonOf(cluster.read(ping))).toBe('BookmarkUnknown');
    connector.answer = () => answered();
    await cluster.read(ping);
    expect(connector.sent.at(-1)?.options.bookmarks).toEqual([]);
  });

  it('keeps the bookmarks of databases apart', async () => {
    const { connector, cluster } = fixture();
    connector.answer = ({ options }) => answered([`of ${options.database}`]);
    await cluster.admin(ping);
    await cluster.data('movies', ping, { access: 'write', timeoutMs: 60_000 });
    await cluster.data('movies', ping, { access: 'read', timeoutMs: 60_000 });
    expect(connector.sent.at(-1)?.options).toMatchObject({ bookmarks: ['of movies'], timeoutMs: 60_000 });
  });

  it('has at most 20 statements under way, the others in turn', async () => {
    const { clock, connector, cluster } = fixture();
    await cluster.admin(ping);
    const held = heldBack(connector);
    const all = Promise.all(Array.from({ length: 30 }, () => cluster.admin(ping)));
    await clock.advance(0);
    expect([held.count(), cluster.counts().waiting]).toEqual([20, 10]);
    held.release();
    await clock.advance(0);
    expect(held.count()).toBe(10);
    held.release();
    await all;
    expect(cluster.counts()).toMatchObject({ running: 0, waiting: 0 });
  });

  it('fails after 5 s without a turn, without having sent anything', async () => {
    const { clock, connector, cluster } = fixture();
    await cluster.admin(ping);
    const held = heldBack(connector);
    const busy = Promise.all(Array.from({ length: 20 }, () => cluster.admin(ping)));
    const late = reasonOf(cluster.admin(ping));
    await clock.advance(5_000);
    expect(await late).toBe('TooBusy');
    expect(connector.sent).toHaveLength(21);
    held.release();
    await busy;
  });

  it('shares its connections out over the servers: routed ones by host, six direct ones', async () => {
    const { clock, connector, cluster } = fixture();
    await cluster.admin(ping);
    expect(connector.sent[0]?.endpoint.maxConnections).toBe(4);
    for (let server = 0; server < 8; server++) {
      await cluster.direct(`s${server}:7687`, ping);
      await clock.advance(1);
    }
    expect(connector.sent.at(-1)?.endpoint).toMatchObject({ scheme: 'bolt', maxConnections: 1 });
    expect(connector.closed).toEqual(['bolt://s0:7687', 'bolt://s1:7687']);
    expect(cluster.counts().links).toBe(7);
  });

  it('closes links that are not used for 30 s', async () => {
    const { clock, connector, cluster } = fixture();
    await cluster.admin(ping);
    await clock.advance(20_000);
    await cluster.direct('b:7687', ping);
    await clock.advance(15_000);
    expect(connector.closed).toEqual(['neo4j://a:7687']);
    await clock.advance(14_000);
    expect(connector.closed).toEqual(['neo4j://a:7687']);
    await clock.advance(1_000);
    expect(connector.closed).toEqual(['neo4j://a:7687', 'bolt://b:7687']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('turns to the next server when one cannot be reached, and stays there', async () => {
    const { connector, cluster } = fixture();
    connector.answer = ({ endpoint }) =>
      endpoint.address === 'a:7687' ? brokenBy('unreachable', false) : answered();
    await cluster.admin(ping);
    await cluster.admin(ping);
    expect(connector.sent.map(({ endpoint }) => endpoint.address)).toEqual(['a:7687', 'b:7687', 'b:7687']);
  });

  it('tries once more when the leader has changed, and then says so', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => refusedWith('Neo.ClientError.Cluster.NotALeader');
    expect(await reasonOf(cluster.admin(ping))).toBe('NotLeader');
    expect(connector.sent.map(({ endpoint }) => endpoint.address)).toEqual(['a:7687', 'a:7687']);
  });

  it('never repeats a write that may have run, but does repeat a read', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => brokenBy('lost', true);
    const error = await cluster.admin(ping).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'ConnectionLost', outcomeUnknown: true });
    expect(connector.sent).toHaveLength(1);
    await cluster.read(ping).catch(() => undefined);
    expect(connector.sent).toHaveLength(3);
  });

  it('does not take an untrusted certificate for a server that is down', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => brokenBy('tls-untrusted', false);
    for (let time = 0; time < 5; time++) expect(await reasonOf(cluster.admin(ping))).toBe('TlsNotTrusted');
    expect(connector.sent).toHaveLength(5);
  });

  it('leaves a server alone that failed three times in a row, then tries it again', async () => {
    const { clock, connector, cluster } = fixture();
    connector.answer = () => brokenBy('timeout', true);
    for (let time = 0; time < 3; time++) await reasonOf(cluster.direct('b:7687', ping));
    expect(await reasonOf(cluster.direct('b:7687', ping))).toBe('CircuitOpen');
    expect(connector.sent).toHaveLength(3);
    await clock.advance(1_000);
    connector.answer = () => answered();
    expect(await reasonOf(cluster.direct('b:7687', ping))).toBe('none');
  });

  it('uses a rotated password from the next statement on', async () => {
    const { clock, connector, cluster, secret } = fixture();
    await cluster.admin(ping);
    secret.credentials = { username: 'operator', password: 'second' };
    await cluster.admin(ping);
    await clock.advance(0);
    expect(connector.sent.map(({ endpoint }) => endpoint.credentials.password)).toEqual(['first', 'second']);
    expect(connector.closed).toEqual(['neo4j://a:7687']);
  });

  it('tries a refused password twice and no more, even in a burst, so that the user is not locked', async () => {
    const { clock, connector, cluster, secret } = fixture();
    connector.answer = () => refusedWith(unauthorized);
    const burst = await Promise.all(Array.from({ length: 50 }, () => reasonOf(cluster.admin(ping))));
    expect(new Set(burst)).toEqual(new Set(['Unauthorized']));
    await clock.advance(3_600_000);
    await reasonOf(cluster.admin(ping));
    expect(connector.sent).toHaveLength(2);

    secret.credentials = { username: 'operator', password: 'right' };
    connector.answer = () => answered();
    expect(await reasonOf(cluster.admin(ping))).toBe('none');
  });

  it('tries a refused password again when it is told that it is right now', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => refusedWith(unauthorized);
    await reasonOf(cluster.admin(ping));
    await reasonOf(cluster.admin(ping));
    cluster.retryLogin();
    connector.answer = () => answered();
    expect(await reasonOf(cluster.admin(ping))).toBe('none');
  });

  it('says what is missing when no server has an address', async () => {
    const { cluster } = fixture([]);
    expect(await reasonOf(cluster.admin(ping))).toBe('Unreachable');
  });

  it('takes nothing any more once it is closed', async () => {
    const { clock, connector, cluster } = fixture();
    await cluster.admin(ping);
    await cluster.close();
    expect(await reasonOf(cluster.admin(ping))).toBe('Closed');
    expect(connector.closed).toEqual(['neo4j://a:7687']);
    expect(clock.pendingTimers).toBe(0);
  });
});
