import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import type { Neo4jError } from '../errors/index.ts';
import type { BoltAnswer, Credentials, CypherValue } from './bolt-connector.ts';
import { ClusterConnections } from './cluster-connections.ts';
import { answered, brokenBy, refusedWith, ScriptedConnector } from './scripted-connector.spec-helper.ts';

const ping = { text: 'SHOW SERVERS YIELD *', parameters: {} };
const unauthorized = 'Neo.ClientError.Security.Unauthorized';

function fixture(addresses = ['a:7687', 'b:7687', 'c:7687']): {
  clock: VirtualClock;
  connector: ScriptedConnector;
  cluster: ClusterConnections;
  secret: { credentials: Credentials };
  gate: { readonly asked: number[]; refusal: Error | undefined };
} {
  const clock = new VirtualClock();
  const connector = new ScriptedConnector();
  const secret = { credentials: { username: 'operator', password: 'first' } };
  const gate: ReturnType<typeof fixture>['gate'] = { asked: [], refusal: undefined };
  const cluster = new ClusterConnections({
    clock,
    connector,
    addresses: () => addresses,
    credentials: () => Promise.resolve({ ...secret.credentials }),
    trust: () => 'plaintext',
    admit: (deadlineMs) => {
      if (gate.refusal !== undefined) throw gate.refusal;
      gate.asked.push(deadlineMs);
    },
  });
  return { clock, connector, cluster, secret, gate };
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
        endpoint: { scheme: 'neo4j', acquisitionTimeoutMs: 5000 },
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

  it('asks whether it may write each time right before it does, and lets reads pass', async () => {
    const { clock, connector, cluster, gate } = fixture();
    const outcomes = [brokenBy('routing', false), answered()];
    connector.answer = () => outcomes.shift() ?? answered();
    await cluster.admin(ping);
    expect([gate.asked, connector.sent.length]).toEqual([[10_000, 10_000], 2]);
    await cluster.data('movies', ping, { access: 'write', timeoutMs: 60_000 });
    await cluster.direct('b:7687', ping, 'write');
    expect(gate.asked).toEqual([10_000, 10_000, 60_000, 10_000]);

    gate.refusal = new Error('not the leader');
    await cluster.read(ping);
    await cluster.data('movies', ping, { access: 'read', timeoutMs: 60_000 });
    await cluster.direct('b:7687', ping);
    expect(gate.asked).toHaveLength(4);

    gate.refusal = undefined;
    const held = heldBack(connector);
    const busy = Promise.all(Array.from({ length: 20 }, () => cluster.read(ping)));
    const late = cluster.admin(ping).catch((error: unknown) => error);
    await clock.advance(1_000);
    const sent = connector.sent.length;
    gate.refusal = new Error('not the leader any more');
    held.release();
    expect(await late).toBe(gate.refusal);
    expect(connector.sent).toHaveLength(sent);
    await busy;
  });

  it('does not take a refused write for a failure of the server, nor for one that may have run', async () => {
    const { clock, connector, cluster, gate } = fixture();
    connector.answer = () => brokenBy('unreachable', false);
    for (let failure = 0; failure < 3; failure++) await reasonOf(cluster.direct('b:7687', ping));
    await clock.advance(1_000);
    connector.answer = () => answered();
    gate.refusal = new Error('not the leader');
    await expect(cluster.direct('b:7687', ping, 'write')).rejects.toBe(gate.refusal);
    await cluster.direct('b:7687', ping);

    await expect(cluster.admin(ping)).rejects.toBe(gate.refusal);
    await cluster.read(ping);
    expect(connector.sent.at(-1)?.options.access).toBe('read');
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
    expect(connector.sent[0]?.endpoint.maxConnections).toBe(2);
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

  it('leaves it to one link to find a server that routes, and shows it servers that come and go', async () => {
    const addresses = ['a:7687'];
    const { connector, cluster } = fixture(addresses);
    await cluster.admin(ping);
    addresses.push('b:7687');
    await cluster.admin(ping);
    expect(connector.opened).toEqual(['neo4j://a:7687']);
    expect(connector.sent.at(-1)?.endpoint.addresses()).toEqual(['a:7687', 'b:7687']);
  });

  it('tries once more when the leader has changed, and then says so', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => refusedWith('Neo.ClientError.Cluster.NotALeader');
    expect(await reasonOf(cluster.admin(ping))).toBe('NotLeader');
    expect(connector.sent.map(({ endpoint }) => endpoint.addresses()[0])).toEqual(['a:7687', 'a:7687']);
  });

  it('tries once more when a server cannot be reached, as long as there are connections to others', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => brokenBy('unreachable', false);
    connector.connectionsPerLink = 0;
    expect(await reasonOf(cluster.read(ping))).toBe('Unreachable');
    expect(connector.sent).toHaveLength(1);
    connector.connectionsPerLink = 2;
    connector.answer = () => (connector.sent.length === 2 ? brokenBy('unreachable', false) : answered());
    expect(await reasonOf(cluster.read(ping))).toBe('none');
    expect(connector.sent).toHaveLength(3);
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

  it('asks the leader after a write whose outcome is unknown, since no bookmark makes a follower wait for it', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => brokenBy('lost', true);
    await reasonOf(cluster.admin(ping));
    connector.answer = () => answered(['seen']);
    await cluster.read(ping);
    await cluster.read(ping);
    expect(connector.sent.map(({ options }) => options.access)).toEqual(['write', 'write', 'read']);
    expect(connector.sent.at(-1)?.options.bookmarks).toEqual(['seen']);
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

  it('lets a database without a leader not keep statements from the others', async () => {
    const { connector, cluster } = fixture();
    connector.answer = ({ options }) =>
      options.database === 'movies' ? brokenBy('routing', false) : answered();
    for (let time = 0; time < 10; time++) {
      expect(await reasonOf(cluster.data('movies', ping, { access: 'write', timeoutMs: 1_000 }))).toBe(
        'NoRoute',
      );
    }
    expect(await reasonOf(cluster.admin(ping))).toBe('none');
  });

  it('counts refusals by user, whatever the passwords, and knows those of several users', async () => {
    const { connector, cluster, secret } = fixture();
    connector.answer = () => refusedWith(unauthorized);
    for (let turn = 0; turn < 20; turn++) {
      secret.credentials = { username: turn % 2 === 0 ? 'operator' : 'neo4j', password: 'wrong' };
      await reasonOf(cluster.admin(ping));
    }
    expect(connector.sent).toHaveLength(4);
    secret.credentials = { username: 'operator', password: 'another wrong one' };
    await reasonOf(cluster.admin(ping));
    await reasonOf(cluster.admin(ping));
    expect(connector.sent).toHaveLength(5);
  });

  it('does not take an old connection for proof that the password is still right', async () => {
    const { connector, cluster } = fixture();
    await cluster.admin(ping);
    // Somebody has changed the password: connections that are open go on, new ones are refused.
    for (const answer of [refusedWith(unauthorized), answered(), refusedWith(unauthorized), answered()]) {
      connector.answer = () => answer;
      await reasonOf(cluster.admin(ping));
    }
    const sent = connector.sent.length;
    expect(await reasonOf(cluster.admin(ping))).toBe('Unauthorized');
    expect(connector.sent).toHaveLength(sent);
    expect(connector.sent.at(-1)?.endpoint.mayLogIn()).toBe(false);
  });

  it('lets those that find no connection free go one at a time, since each may be a login', async () => {
    const { clock, connector, cluster } = fixture();
    await cluster.admin(ping);
    connector.connectionsPerLink = 2;
    const held = heldBack(connector);
    const all = Promise.all(Array.from({ length: 10 }, () => cluster.admin(ping)));
    await clock.advance(0);
    expect(held.count()).toBe(3);
    for (let round = 0; round < 10; round++) {
      held.release();
      await clock.advance(0);
    }
    await all;
  });

  it('leaves a locked user alone until the lock is over', async () => {
    const { clock, connector, cluster } = fixture();
    connector.answer = () => refusedWith('Neo.ClientError.Security.AuthenticationRateLimit');
    expect(await reasonOf(cluster.admin(ping))).toBe('LockedOut');
    connector.answer = () => answered();
    expect(await reasonOf(cluster.admin(ping))).toBe('LockedOut');
    expect(connector.sent).toHaveLength(1);
    await clock.advance(6_000);
    expect(await reasonOf(cluster.admin(ping))).toBe('none');
  });

  it('keeps what it has seen when a server only lags', async () => {
    const { connector, cluster } = fixture();
    connector.answer = () => answered(['seen']);
    await cluster.admin(ping);
    connector.answer = () => refusedWith('Neo.TransientError.Transaction.BookmarkTimeout');
    expect(await reasonOf(cluster.read(ping))).toBe('LagsBehind');
    await reasonOf(cluster.read(ping));
    expect(connector.sent.at(-1)?.options.bookmarks).toEqual(['seen']);
  });

  it('waits for nothing without end, neither for credentials nor behind others, and close frees all', async () => {
    const { clock, connector } = fixture();
    const stuck = new ClusterConnections({
      clock,
      connector,
      addresses: () => ['a:7687'],
      credentials: () => new Promise(() => undefined),
      trust: () => 'plaintext',
    });
    const all = Promise.all(Array.from({ length: 60 }, () => reasonOf(stuck.admin(ping))));
    await clock.advance(4_000);
    await stuck.close();
    await clock.advance(1_000);
    expect(new Set(await all)).toEqual(new Set(['Closed', 'NoCredentials']));
    expect(clock.pendingTimers).toBe(0);
  });

  it('says why there are no credentials', async () => {
    const { clock, connector } = fixture();
    const cluster = new ClusterConnections({
      clock,
      connector,
      addresses: () => ['a:7687'],
      credentials: () => Promise.reject(new Error('the Secret is gone')),
      trust: () => 'plaintext',
    });
    await expect(cluster.admin(ping)).rejects.toMatchObject({
      reason: 'NoCredentials',
      message: expect.stringContaining('the Secret is gone'),
    });
  });

  it('reports the trial of a breaker even if the link throws', async () => {
    const { clock, connector, cluster } = fixture();
    connector.answer = () => brokenBy('unreachable', false);
    for (let time = 0; time < 3; time++) await reasonOf(cluster.direct('b:7687', ping));
    await clock.advance(1_000);
    connector.answer = () => {
      throw new Error('no such folder');
    };
    await cluster.direct('b:7687', ping).catch(() => undefined);
    connector.answer = () => answered();
    expect(await reasonOf(cluster.direct('b:7687', ping))).toBe('none');
  });

  it('keeps direct links that are wanted, however many there are', async () => {
    const { clock, connector, cluster } = fixture();
    for (let turn = 0; turn < 30; turn++) {
      await cluster.direct(`s${turn % 6}:7687`, ping);
      await clock.advance(1);
    }
    expect(connector.opened).toHaveLength(6);
  });

  it('lets data not keep administration waiting', async () => {
    const { clock, connector, cluster } = fixture();
    await cluster.admin(ping);
    const held = heldBack(connector);
    const data = Promise.all(
      Array.from({ length: 14 }, () => cluster.data('movies', ping, { access: 'read', timeoutMs: 60_000 })),
    );
    await clock.advance(0);
    const busy = held.count();
    const admin = cluster.admin(ping);
    await clock.advance(0);
    expect([busy, held.count()]).toEqual([14, 15]);
    held.release();
    await Promise.all([data, admin]);
  });

  it.each<readonly [string, CypherValue]>([
    ['$value: 9223372036854775808 does not fit into 64 bits', 2n ** 63n],
    ['$value: is no point in time', new Date(Number.NaN)],
    ['$value.0: has half of a surrogate pair', ['\ud800']],
  ])('sends nothing that would arrive as another value: %s', async (message, value) => {
    const { connector, cluster } = fixture();
    const statement = { text: 'RETURN $value', parameters: { value } };
    await expect(cluster.admin(statement)).rejects.toThrow(message);
    expect(connector.sent).toEqual([]);
  });

  it('trusts another authority from the next statement on', async () => {
    const { clock, connector } = fixture();
    let authority = 'old';
    const cluster = new ClusterConnections({
      clock,
      connector,
      addresses: () => ['a:7687'],
      credentials: () => Promise.resolve({ username: 'operator', password: 'first' }),
      trust: () => ({ authorities: [authority] }),
    });
    await cluster.admin(ping);
    authority = 'new';
    await cluster.admin(ping);
    expect(connector.sent.map(({ endpoint }) => endpoint.trust)).toEqual([
      { authorities: ['old'] },
      { authorities: ['new'] },
    ]);
    await clock.advance(0);
    expect(connector.closed).toHaveLength(1);
  });
});
