import { describe, expect, it } from '@jest/globals';
import type { SimValue } from '../contract.ts';
import { type Lab, formedCluster } from '../lifecycle.spec-helper.ts';
import type { InProcessAnswer, InProcessLink } from './bolt-types.ts';
import { inProcessConnector } from './connector.ts';

const merge = 'MERGE (p:Probe {id: $id})';

interface Caller {
  readonly link: InProcessLink;
  call(
    text: string,
    parameters?: Readonly<Record<string, SimValue>>,
    options?: {
      readonly database?: string;
      readonly access?: 'read' | 'write';
      readonly bookmarks?: readonly string[];
    },
  ): Promise<InProcessAnswer>;
}

function caller(
  { cluster }: Lab,
  scheme: 'bolt' | 'neo4j',
  index: number,
  password = cluster.password,
): Caller {
  const link = inProcessConnector(cluster.network).open({
    scheme,
    addresses: () => [cluster.members[index]?.boltAddress ?? ''],
    credentials: { username: 'neo4j', password },
    connectTimeoutMs: 1000,
  });
  return {
    link,
    call: (text, parameters = {}, { access = 'write', bookmarks = [], database = 'system' } = {}) =>
      link.run({ text, parameters }, { database, access, bookmarks, timeoutMs: 5000 }),
  };
}

function failure(answer: InProcessAnswer): Extract<InProcessAnswer, { ok: false }>['failure'] {
  if (answer.ok) throw new Error('it has succeeded');
  return answer.failure;
}

async function after<T>({ clock }: Lab, ms: number, promise: Promise<T>): Promise<T> {
  await clock.advance(ms);
  return promise;
}

describe('the connector', () => {
  it('follows the leader under neo4j:// and stays where it is under bolt://', async () => {
    const lab = await formedCluster();
    const leader = lab.cluster.network.servers.indexOf(lab.admin());
    const follower = (leader + 1) % 3;
    const text = 'CREATE DATABASE $n';
    expect(failure(await caller(lab, 'bolt', follower).call(text, { n: 'abc' }))).toMatchObject({
      origin: 'server',
      code: 'Neo.ClientError.Cluster.NotALeader',
      gqlStatus: '08N07',
    });
    expect(await caller(lab, 'neo4j', follower).call(text, { n: 'abc' })).toMatchObject({
      ok: true,
      result: {
        systemUpdates: 1,
        server: { address: lab.admin().configuration.boltAddress, agent: 'Neo4j/2026.08.1' },
      },
    });
    // On another database it is taken to `system`.
    expect(await caller(lab, 'bolt', leader).call(text, { n: 'def' }, { database: 'neo4j' })).toMatchObject({
      ok: true,
      result: { systemUpdates: 1 },
    });
    await lab.cluster.close();
  });

  it('has nobody to write to without a leader, and says that nothing has run', async () => {
    const lab = await formedCluster();
    const stay = lab.cluster.network.servers.findIndex((server) => server === lab.admin());
    for (const index of [0, 1, 2]) if (index !== stay) lab.cluster.crash(index);
    await lab.clock.advance(60_000);
    const answer = await caller(lab, 'neo4j', stay).call('CREATE DATABASE abc');
    expect(failure(answer)).toMatchObject({ origin: 'transport', kind: 'routing', mayHaveRun: false });
    await lab.cluster.close();
  });

  it('tells what may have run from what has not', async () => {
    const lab = await formedCluster();
    const index = lab.cluster.network.servers.indexOf(lab.cluster.leader('neo4j') ?? lab.admin());
    const server = lab.cluster.server(index);
    const { call, link } = caller(lab, 'bolt', index);
    const data = { database: 'neo4j' };
    expect(await call(merge, { id: 'a' }, data)).toMatchObject({ ok: true });
    expect(link.connections()).toBe(1);
    const wire = server.faults.wire;

    server.faults.wire = { ...wire, loseAnswers: true };
    expect(failure(await call(merge, { id: 'b' }, data))).toMatchObject({ kind: 'lost', mayHaveRun: true });
    server.faults.wire = { ...wire, mute: true };
    expect(failure(await after(lab, 10_000, call(merge, { id: 'c' }, data)))).toMatchObject({
      kind: 'timeout',
      mayHaveRun: false,
    });
    server.faults.wire = wire;
    expect(await call(merge, { id: 'c' }, data)).toMatchObject({ ok: true });
    server.faults.wire = { ...wire, mute: true };
    expect(failure(await after(lab, 10_000, call(merge, { id: 'd' }, data)))).toMatchObject({
      kind: 'timeout',
      mayHaveRun: true,
    });
    server.faults.wire = wire;
    for (const id of ['b', 'd']) {
      const found = await call('MATCH (p:Probe {id: $id}) RETURN p.id AS id', { id }, data);
      expect(found).toMatchObject({ result: { rows: [{ id }] } });
    }
    lab.cluster.network.cutFromClients(server.configuration.boltAddress);
    expect(failure(await call(merge, { id: 'e' }, data))).toMatchObject({
      kind: 'unreachable',
      mayHaveRun: false,
    });
    lab.cluster.network.heal();
    server.faults.wire = { ...wire, slowMs: 300 };
    expect(await after(lab, 300, call(merge, { id: 'f' }, data))).toMatchObject({ ok: true });
    server.faults.notLeader = true;
    server.faults.wire = wire;
    expect(failure(await call(merge, { id: 'g' }, data))).toMatchObject({
      code: 'Neo.ClientError.Cluster.NotALeader',
    });
    await link.close();
    expect(failure(await call(merge, { id: 'h' }, data))).toMatchObject({
      kind: 'closed',
      mayHaveRun: false,
    });
    await lab.cluster.close();
  });

  it.each([
    ['the server crashes', 'mute', 'lost'],
    ['the link is closed', 'mute', 'closed'],
    ['the server crashes', 'slow', 'lost'],
    ['the link is closed', 'slow', 'closed'],
  ] as const)('waits no longer when %s while the server is %s', async (_, fault, kind) => {
    const lab = await formedCluster();
    const index = lab.cluster.network.servers.indexOf(lab.admin());
    const { call, link } = caller(lab, 'bolt', index);
    expect(await call('SHOW USERS')).toMatchObject({ ok: true });
    const { wire } = lab.admin().faults;
    lab.admin().faults.wire = fault === 'mute' ? { ...wire, mute: true } : { ...wire, slowMs: 4000 };
    const waiting = call('CREATE USER u SET PASSWORD $p', { p: 'long-enough' });
    const login = caller(lab, 'bolt', index);
    const loggingIn = login.call('SHOW USERS');
    await lab.clock.advance(100);
    if (kind === 'lost') lab.cluster.crash(index);
    else await Promise.all([link.close(), login.link.close()]);
    // Without any time passing.
    expect(failure(await waiting)).toMatchObject({ kind, mayHaveRun: true });
    expect(failure(await loggingIn)).toMatchObject({
      kind: kind === 'lost' ? 'unreachable' : 'closed',
      mayHaveRun: false,
    });
    await lab.cluster.close();
    expect(lab.clock.pendingTimers).toBe(0);
  });

  it('loses what is under way when the server crashes', async () => {
    const lab = await formedCluster();
    const index = lab.cluster.network.servers.indexOf(lab.admin());
    const waiting = caller(lab, 'bolt', index).call('CREATE DATABASE abc WAIT 100 SECONDS');
    await lab.clock.advance(100);
    lab.cluster.crash(index);
    expect(failure(await waiting)).toMatchObject({ kind: 'lost', mayHaveRun: true });
    await lab.cluster.close();
  });

  it('waits on a follower for what a bookmark stands for', async () => {
    const lab = await formedCluster();
    const leader = lab.cluster.network.servers.indexOf(lab.admin());
    const follower = (leader + 1) % 3;
    lab.cluster.network.partition([lab.cluster.members[follower]?.clusterAddress ?? '']);
    const made = await caller(lab, 'bolt', leader).call('CREATE USER u SET PASSWORD $p', {
      p: 'long-enough',
    });
    const bookmarks = made.ok ? made.result.bookmarks : [];
    const read = caller(lab, 'bolt', follower);
    expect(await read.call('SHOW USERS', {}, { access: 'read' })).toMatchObject({
      result: { rows: [{ user: 'neo4j' }] },
    });
    const late = read.call('SHOW USERS', {}, { access: 'read', bookmarks });
    await lab.clock.advance(1000);
    lab.cluster.network.heal();
    await lab.clock.advance(2000);
    expect(await late).toMatchObject({ result: { rows: [{ user: 'neo4j' }, { user: 'u' }] } });
    await lab.cluster.close();
  });

  it('passes on refused logins, and on 5.26 the one status that means nothing', async () => {
    const lab = await formedCluster({ version: '5.26.30' });
    expect(failure(await caller(lab, 'neo4j', 0, 'wrong').call('SHOW USERS'))).toMatchObject({
      code: 'Neo.ClientError.Security.Unauthorized',
    });
    const answer = await caller(lab, 'neo4j', 0).call('DROP SERVER $id', { id: 'nobody' });
    expect(failure(answer)).toMatchObject({ gqlStatus: '50N42', gqlCauses: [] });
    await lab.cluster.close();
  });
});
