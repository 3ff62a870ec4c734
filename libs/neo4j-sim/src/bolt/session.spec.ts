import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import type { SimValue } from '../contract.ts';
import { FakeEndpoint, remark, syntaxError } from './endpoint.spec-helper.ts';
import type { Listener } from './listener.ts';
import {
  type Answer,
  connectRaw,
  login,
  message,
  pull,
  type RawClient,
  run,
} from './raw-client.spec-helper.ts';
import { listenBolt } from './server.ts';

const open: Listener[] = [];
let endpoint: FakeEndpoint;
let port: number;

async function serve(version: string): Promise<void> {
  endpoint = new FakeEndpoint(version);
  const server = await listenBolt(endpoint, { host: '127.0.0.1', port: 0, clock: systemClock });
  open.push(server);
  port = server.port;
}

beforeEach(() => serve('2026.08.1'));

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function types(answers: readonly Answer[]): string {
  return answers.map(({ type }) => type).join(' ');
}

const invalid = { neo4j_code: 'Neo.ClientError.Request.Invalid' };

describe('login', () => {
  it('names the server and the connection, then takes the password', async () => {
    const client = await connectRaw(port, '00000805');
    client.send(message.hello, message.logon);
    expect(await client.answers(2)).toEqual([
      {
        type: 'SUCCESS',
        body: { server: 'Neo4j/2026.08.1', connection_id: 'bolt-1', hints: { 'ssr.enabled': true } },
      },
      { type: 'SUCCESS', body: { advertised_address: '127.0.0.1:7687' } },
    ]);
  });

  it('tells the version that was agreed by the manifest', async () => {
    const client = await connectRaw(port);
    client.write('6060b017 000001ff 00000000 00000000 00000000');
    await client.bytes(18);
    client.write('00000106 00');
    client.send(message.hello);
    const [hello] = await client.answers(1);
    expect(hello?.body).toMatchObject({ protocol_version: '6.1' });
  });

  it('is a part of HELLO in Bolt 5.0', async () => {
    const client = await connectRaw(port, '00000005');
    const [, credentials] = message.logon;
    client.send([0x01, { user_agent: 'test/1', ...credentials }], run('ROWS', { count: 0n }));
    expect(types(await client.answers(2))).toBe('SUCCESS SUCCESS');
    const late = await connectRaw(port, '00000005');
    late.send([0x01, { user_agent: 'test/1', ...message.wrongLogon[1] }]);
    expect(await late.answers(1)).toMatchObject([
      { body: { code: 'Neo.ClientError.Security.Unauthorized' } },
    ]);
    await late.closed();
  });

  it('with the wrong password is refused, and the server hangs up', async () => {
    const client = await connectRaw(port, '00000805');
    client.send(message.hello, message.wrongLogon, run('WRITE'));
    const [, refusal] = await client.answers(2);
    expect(refusal).toMatchObject({
      type: 'FAILURE',
      body: { neo4j_code: 'Neo.ClientError.Security.Unauthorized', gql_status: '42NFF' },
    });
    expect(await client.closed()).toBe('');
    expect(endpoint.log).toEqual([]);
  });

  it('tells that the password has to be changed', async () => {
    const client = await connectRaw(port, '00000805');
    client.send(message.hello, [0x6a, { ...message.logon[1], principal: 'expired' }]);
    const [, logon] = await client.answers(2);
    expect(logon).toMatchObject({ type: 'SUCCESS', body: { credentials_expired: true } });
  });

  it('has to be repeated when the password has been changed that had to be', async () => {
    const client = await connectRaw(port, '00000805');
    const expired: readonly [number, SimValue] = [0x6a, { ...message.logon[1], principal: 'expired' }];
    client.send(message.hello, expired, run('WRITE'), pull(-1n), run('WRITE'));
    const answers = await client.answers(5);
    expect(types(answers)).toBe('SUCCESS SUCCESS SUCCESS SUCCESS FAILURE');
    expect(answers[4]?.body).toMatchObject({
      neo4j_code: 'Neo.ClientError.Security.CredentialsExpired',
      cause: { gql_status: '42NFD' },
    });
    client.send(message.reset, message.logoff, message.logon, run('WRITE'));
    expect(types(await client.answers(4))).toBe('SUCCESS SUCCESS SUCCESS SUCCESS');
  });

  it('can be done again after LOGOFF', async () => {
    const client = await login(port);
    client.send(message.logoff, [0x6a, { ...message.logon[1], principal: 'other' }], run('WRITE'));
    expect(types(await client.answers(3))).toBe('SUCCESS SUCCESS SUCCESS');
    expect(endpoint.requests).toMatchObject([{ user: 'other' }]);
  });
});

describe('a statement', () => {
  it('hands out its rows in pages, and says at the end what it did', async () => {
    const client = await login(port);
    client.send(run('ROWS', { count: 3n }), pull(2n), pull(2n));
    const answers = await client.answers(6);
    expect(types(answers)).toBe('SUCCESS RECORD RECORD SUCCESS RECORD SUCCESS');
    expect(answers[0]?.body).toMatchObject({ fields: ['n'] });
    expect(answers[3]?.body).toEqual({ has_more: true });
    expect(answers[5]?.body).toMatchObject({ type: 'r', db: 'neo4j', bookmark: 'after-run' });
  });

  it('passes on what came along', async () => {
    const client = await login(port);
    const extra = { db: 'system', mode: 'r', bookmarks: ['a', 'b'], tx_timeout: 7_000n };
    client.send([0x10, 'WRITE', {}, extra]);
    await client.answers(1);
    expect(endpoint.requests).toEqual([
      { user: 'neo4j', database: 'system', access: 'read', bookmarks: ['a', 'b'], timeoutMs: 7_000 },
    ]);
  });

  it('without a database runs in the home database, which the server names since Bolt 5.8', async () => {
    for (const [version, named] of [
      ['00000805', { db: 'neo4j' }],
      ['00000705', {}],
    ] as const) {
      const client = await login(port, version);
      client.send([0x10, 'WRITE', {}, {}]);
      const [answer] = await client.answers(1);
      expect(answer?.body).toEqual({ fields: [], t_first: expect.any(BigInt), ...named });
    }
    expect(endpoint.requests.map(({ database }) => database)).toEqual([null, null]);
  });

  it('can be thrown away without its rows', async () => {
    const client = await login(port);
    client.send(run('ROWS', { count: 3n }), message.discardAll, run('WRITE'), message.pullAll);
    expect(types(await client.answers(4))).toBe('SUCCESS SUCCESS SUCCESS SUCCESS');
  });

  it('that fails lets everything be ignored until RESET', async () => {
    const client = await login(port);
    client.send(run('NONSENSE'), message.pullAll, run('WRITE'), message.pullAll);
    expect(types(await client.answers(4))).toBe('FAILURE IGNORED IGNORED IGNORED');
    client.send(message.reset, run('WRITE'), message.pullAll);
    expect(types(await client.answers(3))).toBe('SUCCESS SUCCESS SUCCESS');
    expect(endpoint.log).toEqual(['NONSENSE', 'WRITE']);
  });

  it('ends as a failure when RESET comes while it runs', async () => {
    const client = await login(port);
    client.send(run('HANG'), message.pullAll);
    client.send(message.reset, run('WRITE'), message.pullAll);
    const answers = await client.answers(5);
    expect(types(answers)).toBe('FAILURE IGNORED SUCCESS SUCCESS SUCCESS');
    expect(answers[0]?.body).toMatchObject({ neo4j_code: 'Neo.TransientError.Transaction.Terminated' });
    endpoint.release();
    client.send(run('WRITE'));
    expect(types(await client.answers(1))).toBe('SUCCESS');
  });

  it('is ignored when RESET has come before it could begin', async () => {
    const client = await login(port);
    client.send(run('WRITE'), message.pullAll, message.reset);
    expect(types(await client.answers(3))).toBe('IGNORED IGNORED SUCCESS');
    expect(endpoint.log).toEqual([]);
  });

  it('that breaks the model is a failure of the server', async () => {
    const client = await login(port);
    client.send(run('PANIC'));
    const [failure] = await client.answers(1);
    expect(failure?.body).toMatchObject({ message: 'the model is broken' });
  });

  it('cannot be run in the name of another user', async () => {
    const client = await login(port);
    client.send([0x10, 'WRITE', {}, { imp_user: 'other' }]);
    const [failure] = await client.answers(1);
    expect(failure?.body).toMatchObject({ neo4j_code: 'Neo.ClientError.Security.Forbidden' });
    expect(endpoint.log).toEqual([]);
  });
});

describe('a transaction', () => {
  it('has several results open, told apart by qid, and ends with a bookmark', async () => {
    const client = await login(port);
    client.send(message.begin, run('ROWS', { count: 2n }), run('ROWS', { count: 1n }));
    const [, first, second] = await client.answers(3);
    expect([first?.body, second?.body]).toMatchObject([{ qid: 0n }, { qid: 1n }]);
    client.send(pull(-1n, 0n), pull(-1n), message.commit);
    const answers = await client.answers(6);
    expect(types(answers)).toBe('RECORD RECORD SUCCESS RECORD SUCCESS SUCCESS');
    expect(answers[2]?.body).not.toHaveProperty('bookmark');
    expect(answers[5]?.body).toEqual({ bookmark: 'after-commit' });
    expect(endpoint.log).toEqual(['ROWS', 'ROWS', 'commit']);
  });

  it.each([
    ['ROLLBACK', message.rollback],
    ['RESET', message.reset],
  ])('is rolled back by %s', async (_what, end) => {
    const client = await login(port);
    client.send(message.begin, run('WRITE'), message.pullAll);
    await client.answers(3);
    client.send(end, run('WRITE'));
    expect(types(await client.answers(2))).toBe('SUCCESS SUCCESS');
    expect(endpoint.log).toEqual(['WRITE', 'rollback', 'WRITE']);
  });

  it('is rolled back when its client goes away', async () => {
    const client = await login(port);
    client.send(message.begin);
    await client.answers(1);
    client.send(message.goodbye);
    await client.closed();
    const other = await login(port);
    other.send(run('WRITE'));
    await other.answers(1);
    expect(endpoint.log).toEqual(['rollback', 'WRITE']);
  });

  it('that begins when its client has given up is rolled back', async () => {
    const client = await login(port);
    client.send([0x11, { db: 'slow' }]);
    client.send(message.reset);
    await client.answers(2);
    client.send(run('WRITE'));
    await client.answers(1);
    endpoint.release();
    client.send(message.pullAll);
    expect(types(await client.answers(1))).toBe('SUCCESS');
    expect(endpoint.log).toEqual(['WRITE', 'rollback']);
  });

  it('of which a statement fails is rolled back', async () => {
    const client = await login(port);
    client.send(message.begin, run('NONSENSE'), message.pullAll, message.commit);
    expect(types(await client.answers(4))).toBe('SUCCESS FAILURE IGNORED IGNORED');
    client.send(message.reset);
    await client.answers(1);
    expect(endpoint.log).toEqual(['NONSENSE', 'rollback']);
  });
});

describe('a message that does not fit', () => {
  it.each<[string, (client: RawClient) => void]>([
    [
      'PULL without a result',
      (client) => {
        client.send(message.pullAll);
      },
    ],
    [
      'COMMIT without a transaction',
      (client) => {
        client.send(message.commit);
      },
    ],
    [
      'a second LOGON',
      (client) => {
        client.send(message.logon);
      },
    ],
    [
      'BEGIN in a transaction',
      (client) => {
        client.send(message.begin, message.begin);
      },
    ],
    [
      'RUN while a result is open',
      (client) => {
        client.send(run('ROWS', { count: 1n }), run('WRITE'));
      },
    ],
  ])('is refused, and the server hangs up: %s', async (_what, act) => {
    const client = await login(port);
    act(client);
    let last = await client.answers(1);
    while (last[0]?.type !== 'FAILURE') last = await client.answers(1);
    expect(last[0].body).toMatchObject(invalid);
    expect(await client.closed()).toBe('');
  });

  const wrongFields: readonly (readonly [string, readonly (readonly [number, ...SimValue[]])[]])[] = [
    ['PULL of an unknown result', [message.begin, run('WRITE'), pull(1n, 9n)]],
    ['PULL of nothing', [run('WRITE'), pull(0n)]],
    ['PULL without a number', [run('WRITE'), [0x3f, {}]]],
    ['RUN without a text', [[0x10]]],
    ['TELEMETRY of an unknown interface', [[0x54, 99n]]],
  ];
  for (const [what, messages] of wrongFields) {
    it(`is a failure like any other if only its fields are wrong: ${what}`, async () => {
      const client = await login(port);
      client.send(...messages, message.commit);
      const answers = await client.answers(messages.length + 1);
      expect(types(answers.slice(-2))).toBe('FAILURE IGNORED');
      client.send(message.reset, run('WRITE'));
      expect(types(await client.answers(2))).toBe('SUCCESS SUCCESS');
    });
  }

  it('is forgotten at once by 5.26 if only its fields are wrong', async () => {
    await serve('5.26.30');
    const client = await login(port);
    client.send([0x10], run('WRITE'));
    expect(types(await client.answers(2))).toBe('FAILURE SUCCESS');
  });

  it.each<[string, (client: RawClient) => void]>([
    [
      'an unknown message',
      (client) => {
        client.send([0x33]);
      },
    ],
    [
      'bytes that are no message',
      (client) => {
        client.write('0002 ffff 0000');
      },
    ],
  ])('is not answered, and the server hangs up: %s', async (_what, act) => {
    const client = await login(port);
    act(client);
    expect(await client.closed()).toBe('');
  });

  it.each([
    ['without a user agent', {}],
    ['without a driver', { user_agent: 'test/1' }],
  ])('is HELLO %s, which can be said again', async (_what, agent) => {
    const client = await connectRaw(port, '00000805');
    client.send([0x01, agent], message.hello, message.logon);
    expect(types(await client.answers(3))).toBe('FAILURE SUCCESS SUCCESS');
  });

  it('is RUN before the login', async () => {
    const client = await connectRaw(port, '00000805');
    client.send(message.hello, run('WRITE'));
    expect(await client.answers(2)).toMatchObject([
      {},
      { body: { ...invalid, gql_status: '08N06', cause: { gql_status: '08N10' } } },
    ]);
    expect(endpoint.log).toEqual([]);
  });

  it('is TELEMETRY before Bolt 5.4', async () => {
    const newer = await login(port, '00000405');
    newer.send(message.telemetry);
    expect(types(await newer.answers(1))).toBe('SUCCESS');
    const older = await login(port, '00000305');
    older.send(message.telemetry);
    expect(types(await older.answers(1))).toBe('FAILURE');
  });
});

describe('COMMIT while a result is open', () => {
  it('gives up what has not been read of it', async () => {
    const client = await login(port);
    client.send(message.begin, run('ROWS', { count: 2n }), pull(1n), message.commit, run('WRITE'));
    expect(types(await client.answers(6))).toBe('SUCCESS SUCCESS RECORD SUCCESS SUCCESS SUCCESS');
    expect(endpoint.log).toEqual(['ROWS', 'commit', 'WRITE']);
  });
});

describe('the shape of an answer', () => {
  const statuses = [{ gql_status: '02000' }, { gql_status: '03N90', neo4j_code: remark.code }];

  it.each([
    ['00000105', { notifications: [{ code: remark.code, severity: 'INFORMATION' }] }],
    ['00000405', { notifications: [{ code: remark.code, category: 'PERFORMANCE' }] }],
    ['00000605', { statuses }],
    ['00000006', { statuses }],
  ])('has the remarks as Bolt %s wants them', async (version, expected) => {
    const client = await login(port, version);
    client.send(run('NOTICE'), message.pullAll);
    const [, end] = await client.answers(2);
    expect(end?.body).toMatchObject(expected);
  });

  it('has no counters but those that count', async () => {
    const client = await login(port);
    client.send(run('WRITE'), message.pullAll, run('NOTICE'), message.pullAll);
    const [, written, , read] = await client.answers(4);
    expect(written?.body).toHaveProperty('stats', {
      'contains-updates': true,
      'nodes-created': 2n,
      'labels-added': 2n,
      'properties-set': 3n,
      'contains-system-updates': true,
      'system-updates': 1n,
    });
    expect(read?.body).not.toHaveProperty('stats');
  });

  it('has code and message of a failure up to Bolt 5.6, the chain of causes from 5.7 on', async () => {
    const older = await login(port, '00000605');
    older.send(run('NONSENSE'));
    expect(await older.answers(1)).toEqual([
      { type: 'FAILURE', body: { code: syntaxError.code, message: syntaxError.message } },
    ]);
    const newer = await login(port, '00000705');
    newer.send(run('NONSENSE'));
    const [failure] = await newer.answers(1);
    expect(failure?.body).toMatchObject({
      neo4j_code: syntaxError.code,
      gql_status: '42001',
      diagnostic_record: { _classification: 'CLIENT_ERROR' },
      cause: { gql_status: '42I06' },
    });
    expect(failure?.body).not.toHaveProperty('code');
  });

  it('has 50N42 for nearly every failure of 5.26', async () => {
    await serve('5.26.30');
    const client = await login(port);
    client.send(run('NONSENSE'));
    const [syntax] = await client.answers(1);
    client.send(message.reset, [0x66, {}, [], { db: 'missing' }]);
    const [, missing] = await client.answers(2);
    expect(syntax?.body).toMatchObject({ neo4j_code: syntaxError.code, gql_status: '50N42' });
    expect(syntax?.body).not.toHaveProperty('cause');
    expect(syntax?.body).not.toHaveProperty('diagnostic_record');
    expect(missing?.body).toMatchObject({ gql_status: '50N42' });
  });

  it('has the routing table', async () => {
    const client = await login(port);
    client.send([0x66, { address: 'a:1' }, [], { db: 'system' }]);
    const [answer] = await client.answers(1);
    const addresses = ['127.0.0.1:7687'];
    expect(answer?.body).toEqual({
      rt: {
        ttl: 300n,
        db: 'system',
        servers: ['WRITE', 'READ', 'ROUTE'].map((role) => ({ role, addresses })),
      },
    });
  });
});
