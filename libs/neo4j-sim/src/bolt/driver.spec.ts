import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import neo4j, {
  type Config,
  type Driver,
  type QueryConfig,
  type Session,
  type SessionConfig,
} from 'neo4j-driver';
import { createIdentity, type Identity } from './authority.spec-helper.ts';
import { FakeEndpoint, remark, syntaxError } from './endpoint.spec-helper.ts';
import type { Listener } from './listener.ts';
import { listenBolt } from './server.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bolt-'));
const listeners: Listener[] = [];
const drivers: Driver[] = [];

/** The driver declares its options as classes; they are plain records. */
type Plain<T> = Pick<T, keyof T>;

interface Options {
  readonly version?: string;
  readonly scheme?: 'bolt' | 'neo4j';
  readonly user?: string;
  readonly password?: string;
  readonly identity?: Identity;
  readonly config?: Plain<Config>;
}

/** A server and the real driver connected to it. */
async function setUp(options: Options = {}): Promise<{ endpoint: FakeEndpoint; driver: Driver }> {
  const endpoint = new FakeEndpoint(options.version ?? '2026.08.1');
  const { identity } = options;
  const server = await listenBolt(endpoint, {
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    ...(identity === undefined ? {} : { tls: identity }),
  });
  listeners.push(server);
  endpoint.advertisedAddress = `127.0.0.1:${server.port}`;
  const config: Plain<Config> = { maxTransactionRetryTime: 0, connectionTimeout: 5_000, ...options.config };
  const driver = neo4j.driver(
    `${options.scheme ?? 'bolt'}://${endpoint.advertisedAddress}`,
    neo4j.auth.basic(options.user ?? 'neo4j', options.password ?? 'correct horse'),
    config,
  );
  drivers.push(driver);
  return { endpoint, driver };
}

function execute(driver: Driver, text: string, parameters: Record<string, unknown> = {}, database = 'neo4j') {
  const config: Plain<QueryConfig> = { database };
  return driver.executeQuery(text, parameters, config);
}

function open(driver: Driver): Session {
  const config: Plain<SessionConfig> = { database: 'neo4j' };
  return driver.session(config);
}

/** The driver reads authorities from files only. */
function trusting(ca: string): Plain<Config> {
  const file = join(scratch, `${randomUUID()}.pem`);
  writeFileSync(file, ca);
  return {
    encrypted: 'ENCRYPTION_ON',
    trust: 'TRUST_CUSTOM_CA_SIGNED_CERTIFICATES',
    trustedCertificates: [file],
  };
}

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  await Promise.all(listeners.splice(0).map((server) => server.close()));
});

describe.each(['bolt', 'neo4j'] as const)('the driver over %s://', (scheme) => {
  it.each([
    ['5.26.30', 5.8],
    ['2025.01.0', 5.8],
    ['2025.10.1', 6],
    ['2026.08.1', 6.1],
  ])('agrees with %s on Bolt %d', async (version, protocolVersion) => {
    const { driver } = await setUp({ version, scheme });
    const info = await driver.getServerInfo({ database: 'system' });
    expect(info.agent).toBe(`Neo4j/${version}`);
    expect(info.protocolVersion?.toString()).toBe(protocolVersion === 6 ? '6.0' : `${protocolVersion}`);
  });

  it('is told that the password is wrong', async () => {
    const { driver } = await setUp({ scheme, password: 'wrong' });
    await expect(driver.verifyConnectivity()).rejects.toMatchObject({
      code: 'Neo.ClientError.Security.Unauthorized',
      gqlStatus: '42NFF',
    });
  });

  it('reads 2500 rows in pages of its own size', async () => {
    const { driver } = await setUp({ scheme });
    const { records, summary } = await execute(driver, 'ROWS', { count: 2_500n });
    expect(records).toHaveLength(2_500);
    expect(records.at(-1)?.toObject()).toEqual({ n: neo4j.int(2_499) });
    expect(summary.database.name).toBe('neo4j');
  });

  it('gets back what it has sent', async () => {
    const { driver } = await setUp({ scheme, config: { useBigInt: true } });
    const value = { texts: ['é', ''], none: null, yes: true, large: 2n ** 62n, half: 0.5 };
    const { records } = await execute(driver, 'ECHO', { value });
    expect(records[0]?.toObject()).toEqual({ value });
    const date = new Date('2026-08-01T12:30:15.250Z');
    const time = neo4j.types.DateTime.fromStandardDate(date);
    const dated = await execute(driver, 'ECHO', { value: time });
    const back: unknown = dated.records[0]?.get('value');
    expect(neo4j.isDateTime(back) && back.toStandardDate()).toEqual(date);
  });

  it('commits and rolls back', async () => {
    const { endpoint, driver } = await setUp({ scheme });
    const session = open(driver);
    const first = await session.beginTransaction({ timeout: 7_000 });
    await first.run('WRITE');
    await first.commit();
    expect(session.lastBookmarks()).toEqual(['after-commit']);
    const second = await session.beginTransaction();
    await second.run('WRITE');
    await second.rollback();
    await session.close();
    expect(endpoint.log).toEqual(['WRITE', 'commit', 'WRITE', 'rollback']);
    expect(endpoint.requests).toMatchObject([
      { timeoutMs: 7_000, bookmarks: [], database: 'neo4j', access: 'write' },
      { timeoutMs: undefined, bookmarks: ['after-commit'] },
    ]);
  });

  it('goes on after a failure, on the same connection', async () => {
    const { driver } = await setUp({ scheme, config: { maxConnectionPoolSize: 1 } });
    const session = open(driver);
    await expect(session.run('NONSENSE')).rejects.toMatchObject({
      code: syntaxError.code,
      gqlStatus: '42001',
      cause: { gqlStatus: '42I06' },
    });
    const result = await session.run('ROWS', { count: 1n });
    expect(result.records).toHaveLength(1);
    expect(session.lastBookmarks()).toEqual(['after-run']);
    await session.close();
  });

  it.each(['5.26.30', '2026.08.1'])('sees counters and remarks of %s', async (version) => {
    const { driver } = await setUp({ scheme, version });
    const written = await execute(driver, 'WRITE');
    expect(written.summary.counters.systemUpdates()).toBe(1);
    expect(written.summary.counters.updates()).toMatchObject({ nodesCreated: 2, propertiesSet: 3 });
    const noticed = await execute(driver, 'NOTICE');
    expect(noticed.summary.gqlStatusObjects).toMatchObject([
      { gqlStatus: '02000' },
      { gqlStatus: remark.gqlStatus, classification: 'PERFORMANCE', severity: 'INFORMATION' },
    ]);
  });

  it('comes through TLS with the right authority, and not with another', async () => {
    const identity = await createIdentity();
    const { driver } = await setUp({ scheme, identity, config: trusting(identity.ca) });
    const { records } = await execute(driver, 'ROWS', { count: 1n });
    expect(records).toHaveLength(1);
    const stranger = await createIdentity();
    const other = await setUp({ scheme, identity, config: trusting(stranger.ca) });
    await expect(execute(other.driver, 'WRITE')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    expect(other.endpoint.log).toEqual([]);
  });

  it('learns of a connection that broke in the middle of a result', async () => {
    const { endpoint, driver } = await setUp({ scheme });
    await driver.verifyConnectivity();
    endpoint.break({ resetAfterRecords: 3 });
    const seen: unknown[] = [];
    const session = open(driver);
    const reading = (async () => {
      for await (const record of session.run('ROWS', { count: 5n })) seen.push(record);
    })();
    await expect(reading).rejects.toMatchObject({ retriable: true });
    expect(seen).toHaveLength(3);
    await session.close();
  });

  it('does not learn what became of a statement whose answer was lost', async () => {
    const { endpoint, driver } = await setUp({ scheme });
    await driver.verifyConnectivity();
    endpoint.break({ loseAnswers: true });
    const session = open(driver);
    await expect(session.run('WRITE')).rejects.toMatchObject({ retriable: true });
    expect(endpoint.log).toEqual(['WRITE']);
    endpoint.break({});
    await session.close();
  });
});

describe('the driver', () => {
  it('logs in with a password that has to be changed', async () => {
    const { driver } = await setUp({ user: 'expired' });
    await execute(driver, 'WRITE', {}, 'system');
  });

  it('is told by the routing table that there is no such database', async () => {
    const { driver } = await setUp({ scheme: 'neo4j' });
    await expect(execute(driver, 'WRITE', {}, 'missing')).rejects.toMatchObject({
      code: 'Neo.ClientError.Database.DatabaseNotFound',
      gqlStatus: '22000',
      cause: { gqlStatus: '22N51' },
    });
  });

  it('gets no real status from 5.26 for most failures', async () => {
    const { driver } = await setUp({ version: '5.26.30' });
    await expect(execute(driver, 'NONSENSE')).rejects.toMatchObject({
      code: syntaxError.code,
      gqlStatus: '50N42',
    });
  });

  it('runs hundreds of statements over a few connections', async () => {
    const { endpoint, driver } = await setUp({ scheme: 'neo4j', config: { maxConnectionPoolSize: 4 } });
    const all = Array.from({ length: 300 }, () => execute(driver, 'WRITE'));
    await Promise.all(all);
    expect(endpoint.log.filter((entry) => entry === 'commit')).toHaveLength(300);
    expect(listeners[0]?.connections()).toBe(4);
  });
});
