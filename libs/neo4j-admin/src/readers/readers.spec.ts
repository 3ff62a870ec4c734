import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BoltResult, Row } from '../connection/bolt-connector.ts';
import {
  type DatabaseView,
  isSettled,
  leaderOf,
  readComponents,
  readDatabases,
  readMoves,
  readRaftStatus,
  readServers,
  readStatusCheck,
  readUsers,
  readWait,
  stopBlockers,
} from './index.ts';

const serverRow: Row = {
  serverId: '11111111-2222-4333-8444-555555555555',
  name: 'graph-1',
  address: 'graph-1.example:7687',
  httpAddress: null,
  state: 'Enabled',
  health: 'Available',
  hosting: ['system', 'neo4j'],
  requestedHosting: ['system', 'neo4j'],
  tags: [],
  allowedDatabases: [],
  deniedDatabases: [],
  modeConstraint: 'NONE',
  version: '2026.08.1',
};

function databaseRow(server: string, changes: Row = {}): Row {
  return {
    name: 'movies',
    type: 'standard',
    aliases: [],
    access: 'read-write',
    databaseID: 'ID',
    serverID: server,
    address: `${server}:7687`,
    role: 'primary',
    writer: server === 's1',
    requestedStatus: 'online',
    currentStatus: 'online',
    statusMessage: '',
    default: false,
    requestedPrimariesCount: 3n,
    requestedSecondariesCount: 0n,
    lastCommittedTxn: 7n,
    replicationLag: 0n,
    options: {},
    ...changes,
  };
}

function database(rows: readonly Row[]): DatabaseView {
  const [view, ...more] = readDatabases(rows);
  if (view === undefined || more.length > 0) throw new Error(`${more.length + 1} databases`);
  return view;
}

describe('readServers', () => {
  it('reads a row', () => {
    expect(readServers([serverRow])).toMatchObject([
      { id: serverRow['serverId'], name: 'graph-1', state: 'Enabled', hosting: ['system', 'neo4j'] },
    ]);
  });

  it('does not mind columns that are missing, NULL or new', () => {
    const [server] = readServers([{ serverId: 'id', state: 'Enabled', health: null, later: 1n }]);
    expect(server).toMatchObject({
      id: 'id',
      name: 'id',
      address: undefined,
      health: 'unknown',
      hosting: [],
    });
  });

  it('takes no new state for an old one', () => {
    expect(readServers([{ ...serverRow, state: 'Hibernating' }])[0]?.state).toBe('unknown');
  });

  it.each([
    [{ ...serverRow, serverId: null }, "SHOW SERVERS: the column 'serverId' is missing"],
    [{ ...serverRow, hosting: 'system' }, "SHOW SERVERS: the column 'hosting' is not a list of texts"],
  ])('refuses what no version sends', (row, message) => {
    expect(() => readServers([row])).toThrow(message);
  });

  it('reads the moves of a dry run', () => {
    const move = { database: 'movies', fromServerId: 'a', toServerId: 'b', mode: 'primary' };
    expect(readMoves([move])).toEqual([move]);
  });
});

describe('readDatabases', () => {
  it('folds the rows of the copies, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['s1', 's2', 's3'], { minLength: 3 }), (servers) => {
        const view = database(servers.map((server) => databaseRow(server)));
        expect(view.copies.map((copy) => copy.server)).toEqual(servers);
        expect(view).toMatchObject({ name: 'movies', requested: { primaries: 3, secondaries: 0 } });
        expect(isSettled(view)).toBe(true);
      }),
    );
  });

  it('knows what the row of an unavailable server leaves out from the others', () => {
    const gone = { name: 'movies', serverID: 's3', address: null, currentStatus: 'unknown', writer: null };
    const view = database([gone, databaseRow('s1'), databaseRow('s2')]);
    expect(view).toMatchObject({ type: 'standard', access: 'read-write', requested: { primaries: 3 } });
    expect(isSettled(view)).toBe(false);
  });

  it.each<readonly [string, Row, boolean]>([
    ['a copy is still being made', { currentStatus: 'store copying' }, false],
    ['a copy cannot start', { currentStatus: 'offline', statusMessage: 'Unable to start' }, false],
    ['a copy has another role than wanted', { role: 'secondary' }, false],
    ['the status is one that nobody knows', { currentStatus: 'hibernating' }, false],
    ['all is well', {}, true],
  ])('when %s', (_, changes, settled) => {
    expect(isSettled(database([databaseRow('s1'), databaseRow('s2'), databaseRow('s3', changes)]))).toBe(
      settled,
    );
  });

  it('needs a writer, unless the database takes no writes', () => {
    const rows = ['s2', 's3', 's4'].map((server) => databaseRow(server));
    expect(isSettled(database(rows))).toBe(false);
    expect(isSettled(database(rows.map((row) => ({ ...row, access: 'read-only' }))))).toBe(true);
  });

  it('needs an online primary that takes writes even if nobody says how many there should be', () => {
    const alone = { requestedPrimariesCount: null, requestedSecondariesCount: null };
    expect(isSettled(database([databaseRow('s1', alone)]))).toBe(true);
    expect(isSettled(database([databaseRow('s2', alone)]))).toBe(false);
    expect(isSettled(database([databaseRow('s2', { ...alone, role: 'secondary' })]))).toBe(false);
    const composite = { ...alone, type: 'composite', role: null, access: 'read-only', writer: null };
    expect(isSettled(database([databaseRow('s1', composite)]))).toBe(true);
  });

  it('is settled when it was stopped and is', () => {
    const stopped = { requestedStatus: 'offline', currentStatus: 'offline', writer: false };
    expect(isSettled(database([databaseRow('s1', stopped)]))).toBe(true);
    expect(isSettled(database([databaseRow('s1', stopped), databaseRow('s2')]))).toBe(false);
  });
});

describe('readUsers', () => {
  it('leaves out PUBLIC and does not mind the order of roles', () => {
    const [user] = readUsers([{ user: 'alice', roles: ['PUBLIC', 'reader', 'admin'], suspended: false }]);
    expect(user?.roles).toEqual(new Set(['admin', 'reader']));
  });

  it('does not take "nobody knows" for "none"', () => {
    const [user] = readUsers([{ user: 'alice', roles: null, suspended: null, home: null }]);
    expect(user).toMatchObject({ roles: undefined, suspended: undefined });
  });

  it('folds the providers of a user', () => {
    const users = readUsers([
      { user: 'alice', roles: [], provider: 'native', auth: { password: '***', changeRequired: false } },
      { user: 'alice', roles: [], provider: 'oidc-okta', auth: { id: 'x' } },
    ]);
    expect(users).toMatchObject([
      {
        auth: [
          { provider: 'native', id: undefined },
          { provider: 'oidc-okta', id: 'x' },
        ],
      },
    ]);
  });
});

describe('readComponents', () => {
  it('finds the kernel among the languages', () => {
    expect(
      readComponents([
        { name: 'Cypher', versions: ['5', '25'], edition: '' },
        { name: 'Neo4j Kernel', versions: ['2026.08.1'], edition: 'enterprise' },
      ]),
    ).toEqual({ version: '2026.08.1', edition: 'enterprise' });
  });

  it('refuses an answer without a kernel', () => {
    expect(() => readComponents([])).toThrow('is missing');
  });
});

describe('readWait', () => {
  const result: BoltResult = {
    columns: [],
    rows: [],
    bookmarks: [],
    systemUpdates: 1,
    notifications: [],
    server: { address: '', agent: '' },
  };

  it('reads rows of Cypher 5 and notifications of Cypher 25 alike', () => {
    const rows = [{ address: 'a', state: 'CaughtUp', message: 'caught up', success: true }];
    const code = 'Neo.ClientNotification.Cluster.ServerCaughtUp';
    const expected = [{ state: 'CaughtUp', message: 'caught up' }];
    expect(readWait({ ...result, rows })).toEqual(expected);
    expect(
      readWait({ ...result, notifications: [{ code, gqlStatus: '03N85', description: 'caught up' }] }),
    ).toEqual(expected);
  });
});

describe('leaderOf', () => {
  it('believes the highest term', () => {
    const rows = [4n, 6n, 5n].map((term, index) => ({
      database: 'movies',
      serverId: `s${index}`,
      memberStatus: 'APPLYING',
      replicationSuccessful: true,
      recognisedLeader: `leader of term ${term}`,
      recognisedLeaderTerm: term,
    }));
    expect(leaderOf('movies', readStatusCheck(rows))).toBe('leader of term 6');
    expect(leaderOf('other', readStatusCheck(rows))).toBeUndefined();
  });
});

describe('stopBlockers', () => {
  const voters = ['a', 'b', 'c'];

  function status(memberId: string, changes: Readonly<Record<string, unknown>> = {}): unknown {
    return {
      memberId,
      isHealthy: true,
      core: true,
      votingMembers: voters,
      leader: 'a',
      lastAppliedRaftIndex: 100,
      ...changes,
    };
  }

  function blockers(bodies: readonly unknown[], primaries = 3): readonly string[] {
    const statuses = bodies.map(readRaftStatus).filter((entry) => entry !== undefined);
    return stopBlockers('c', primaries, statuses, 10n);
  }

  it('lets a member of three go when all is well', () => {
    expect(blockers([status('a'), status('b'), status('c')])).toEqual([]);
  });

  it.each<readonly [string, readonly unknown[]]>([
    ['NotEveryPrimaryAnswered', [status('a'), status('c')]],
    ['NotEveryPrimaryAnswered', [status('a'), status('b'), { error: 'not found' }]],
    ['Unhealthy', [status('a'), status('b', { isHealthy: false }), status('c')]],
    ['VotersDiffer', [status('a'), status('b', { votingMembers: ['a', 'b'] }), status('c')]],
    ['NoLeader', [status('a'), status('b', { leader: undefined }), status('c')]],
    ['LeadersDiffer', [status('a'), status('b', { leader: 'b' }), status('c')]],
    ['FarBehind', [status('a'), status('b', { lastAppliedRaftIndex: 80 }), status('c')]],
    ['MemberMissing', voters.map((id) => status(id, { votingMembers: ['a', 'c'] }))],
    // Two that vote and are down: without the third there is no majority of five.
    ['VoterUnknown', voters.map((id) => status(id, { votingMembers: [...voters, 'd', 'e'] }))],
    ['LeaderUnknown', voters.map((id) => status(id, { leader: 'd' }))],
  ])('reports %s', (blocker, bodies) => {
    expect(blockers(bodies)).toContain(blocker);
  });

  it.each([1, 2])('never lets one of %i go', (primaries) => {
    expect(
      blockers(
        voters.slice(3 - primaries).map((id) => status(id)),
        primaries,
      ),
    ).toEqual(['NoQuorumWithout']);
  });

  it('reads the spelling of the combined endpoint too', () => {
    const { isHealthy, ...rest } = status('a') as Record<string, unknown>;
    expect(readRaftStatus({ ...rest, healthy: isHealthy })?.isHealthy).toBe(true);
  });

  it('does not count secondaries', () => {
    expect(blockers([status('a'), status('b'), status('c'), status('d', { core: false })])).toEqual([]);
  });
});
