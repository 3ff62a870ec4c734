// The way from a statement of neo4j-admin through the driver to real servers and back.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import {
  alterUser,
  changeOwnPassword,
  type ClusterConnections,
  createUser,
  dropUser,
  enableServer,
  type Neo4jVersion,
  readComponents,
  readDatabases,
  readSettings,
  readTransactions,
  readUsers,
  setSetting,
  showComponents,
  showCurrentUser,
  showDatabases,
  showServers,
  showSettings,
  showTransactions,
  showUsers,
  terminateTransactions,
  versionOf,
} from '@neo4j-operator/neo4j-admin';
import { connect, reasonOf } from './connections.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import type { ServerUnderTest } from './harness.ts';
import { sharedServer } from './shared-server.ts';

const first = { password: 'first-password', changeRequired: false };
const opened: ClusterConnections[] = [];
let serial = 0;

function open(...args: Parameters<typeof connect>): ClusterConnections {
  const connections = connect(...args);
  opened.push(connections);
  return connections;
}

describeEachServer('Through the driver', (versionText) => {
  let server: ServerUnderTest;
  let version: Neo4jVersion;
  let admin: ClusterConnections;

  beforeAll(async () => {
    server = await sharedServer(versionText);
    version = versionOf(versionText);
    admin = open(server);
  });
  afterAll(async () => {
    await Promise.all(opened.splice(0).map((connections) => connections.close()));
  });

  /** A user that no other test has. */
  function newName(): string {
    return `user${versionText.replaceAll('.', '')}x${++serial}`;
  }

  it('version and edition are read, routed and direct', async () => {
    const expected = { version: versionText, edition: 'community' };
    expect(readComponents((await admin.read(showComponents)).rows)).toEqual(expected);
    expect(readComponents((await admin.direct(server.boltAddress, showComponents)).rows)).toEqual(expected);
  });

  it('databases are read', async () => {
    const databases = readDatabases((await admin.read(showDatabases(version))).rows);
    expect(databases.map(({ name }) => name).toSorted()).toEqual(['neo4j', 'system']);
    expect(databases.find(({ name }) => name === 'neo4j')).toMatchObject({
      type: 'standard',
      isDefault: true,
      access: 'read-write',
      requestedStatus: 'online',
      copies: [{ status: 'online', writer: true }],
    });
    const one = await admin.read(showDatabases(version, 'neo4j'));
    expect(readDatabases(one.rows)).toHaveLength(1);
  });

  it('a user is made once, changed and dropped, and each tells whether anything changed', async () => {
    const username = newName();
    const made = await admin.admin(createUser(version, { username, password: first }));
    const again = await admin.admin(createUser(version, { username, password: first }));
    expect([made.systemUpdates, again.systemUpdates]).toEqual([1, 0]);
    const users = readUsers((await admin.read(showUsers(version))).rows);
    // Community does not tell roles, suspension and home; nothing must be made of that.
    expect(users.find((user) => user.username === username)).toMatchObject({
      passwordChangeRequired: false,
      roles: undefined,
      suspended: undefined,
    });
    await admin.admin(dropUser(version, username));
    expect((await admin.admin(dropUser(version, username))).systemUpdates).toBe(0);
    expect(readUsers((await admin.read(showUsers(version))).rows).map((user) => user.username)).not.toContain(
      username,
    );
  });

  it('providers are read', async () => {
    const users = readUsers((await admin.read(showUsers(version, { withAuth: true }))).rows);
    expect(users.find(({ username }) => username === 'neo4j')?.auth).toEqual([
      { provider: 'native', id: undefined },
    ]);
    const [current] = readUsers((await admin.read(showCurrentUser(version))).rows);
    expect(current?.username).toBe('neo4j');
  });

  it('a password is rotated under running connections', async () => {
    const username = newName();
    let password = first.password;
    await admin.admin(createUser(version, { username, password: first }));
    const user = open(server, { credentials: () => ({ username, password }) });
    await user.read(showCurrentUser(version));
    const second = { password: 'second-password', changeRequired: false };
    await admin.admin(alterUser(version, username, { password: second }));
    // A step that was interrupted and is repeated finds its work done.
    expect(await reasonOf(admin.admin(alterUser(version, username, { password: second })))).toBe(
      'SamePassword',
    );
    password = 'second-password';
    expect(await reasonOf(user.read(showCurrentUser(version)))).toBe('none');
    await admin.admin(dropUser(version, username));
  });

  it('a password that is too short is told as that', async () => {
    const short = { password: 'short', changeRequired: false };
    const creation = createUser(version, { username: newName(), password: short });
    expect(await reasonOf(admin.admin(creation))).toBe('PasswordTooShort');
  });

  it('an expired password lets nothing through but its change', async () => {
    const username = newName();
    let password = first.password;
    await admin.admin(createUser(version, { username, password: { ...first, changeRequired: true } }));
    const user = open(server, { credentials: () => ({ username, password }) });
    expect(await reasonOf(user.read(showDatabases(version)))).toBe('PasswordExpired');
    expect(await reasonOf(user.admin(changeOwnPassword(version, 'wrong-password', 'third-password')))).toBe(
      'InvalidArgument',
    );
    await user.admin(changeOwnPassword(version, first.password, 'third-password'));
    password = 'third-password';
    expect(await reasonOf(user.read(showDatabases(version)))).toBe('none');
    await admin.admin(dropUser(version, username));
  });

  it('a wrong password, even in a burst, does not lock the user', async () => {
    const username = newName();
    await admin.admin(createUser(version, { username, password: first }));
    const wrong = open(server, { credentials: { username, password: 'wrong-password' } });
    const burst = await Promise.all(Array.from({ length: 30 }, () => reasonOf(wrong.read(showComponents))));
    expect(new Set(burst)).toEqual(new Set(['Unauthorized']));
    const right = open(server, { credentials: { username, password: first.password } });
    expect(await reasonOf(right.read(showComponents))).toBe('none');
    await admin.admin(dropUser(version, username));
  });

  it('a password that was changed behind our back does not lock the user, even in a burst', async () => {
    const username = newName();
    await admin.admin(createUser(version, { username, password: first }));
    const stale = open(server, { credentials: { username, password: first.password } });
    await stale.read(showComponents);
    const second = { password: 'second-password', changeRequired: false };
    await admin.admin(alterUser(version, username, { password: second }));
    for (let burst = 0; burst < 3; burst++) {
      await Promise.all(Array.from({ length: 12 }, () => reasonOf(stale.read(showComponents))));
    }
    const right = open(server, { credentials: { username, password: second.password } });
    expect(await reasonOf(right.read(showComponents))).toBe('none');
    await admin.admin(dropUser(version, username));
  });

  it('a user that others have locked is told from a wrong password, and is tried again when the lock is over', async () => {
    const username = newName();
    await admin.admin(createUser(version, { username, password: first }));
    for (let attempt = 0; attempt < 3; attempt++) {
      const wrong = open(server, { credentials: { username, password: `wrong-password-${attempt}` } });
      expect(await reasonOf(wrong.direct(server.boltAddress, showComponents))).toBe('Unauthorized');
    }
    const right = open(server, { credentials: { username, password: first.password } });
    expect(await reasonOf(right.direct(server.boltAddress, showComponents))).toBe('LockedOut');
    await sleep(systemClock, 6_500);
    expect(await reasonOf(right.direct(server.boltAddress, showComponents))).toBe('none');
    await admin.admin(dropUser(version, username));
  });

  it('what Enterprise has and this server has not is told as that', async () => {
    const server = enableServer(version, 'some-id', { modeConstraint: 'NONE' });
    expect(await reasonOf(admin.admin(server))).toBe('UnsupportedEdition');
    expect(await reasonOf(admin.admin(setSetting(version, 'db.transaction.timeout', '10s')))).toBe(
      'UnsupportedVersion',
    );
    expect(await reasonOf(admin.read(showServers(version)))).toMatch(/^(UnsupportedEdition|WrongDatabase)$/);
  });

  it('data are written and read, with the bookmark between', async () => {
    const options = { timeoutMs: 20_000 };
    const write = { text: 'MERGE (p:Probe {id: $id})', parameters: { id: 42n } };
    const read = { text: 'MATCH (p:Probe {id: $id}) RETURN p.id AS id', parameters: { id: 42n } };
    await admin.data('neo4j', write, { ...options, access: 'write' });
    expect((await admin.data('neo4j', read, { ...options, access: 'read' })).rows).toEqual([{ id: 42n }]);
  });

  it('values come back as they were sent', async () => {
    const values = {
      big: 2n ** 62n,
      float: 1.5,
      whole: 2,
      text: "ä`'\\",
      list: [1n, null, true],
      map: { inner: ['x'] },
      time: new Date('2026-11-24T10:11:12.345Z'),
    };
    const statement = { text: 'RETURN $values AS values', parameters: { values } };
    const { rows } = await admin.data('neo4j', statement, { access: 'read', timeoutMs: 5_000 });
    expect(rows).toEqual([{ values }]);
  });

  it('a statement that takes too long is ended by the server', async () => {
    const slow = {
      text: 'UNWIND range(1, 100000000) AS a UNWIND range(1, 1000) AS b RETURN count(a + b)',
      parameters: {},
    };
    expect(await reasonOf(admin.data('neo4j', slow, { access: 'read', timeoutMs: 500 }))).toBe('TimedOut');
  });

  it('transactions are seen and ended', async () => {
    const slow = {
      text: 'UNWIND range(1, 100000000) AS a UNWIND range(1, 1000) AS b RETURN count(a + b) AS endless',
      parameters: {},
    };
    const running = reasonOf(admin.data('neo4j', slow, { access: 'read', timeoutMs: 60_000 }));
    let ids: readonly string[] = [];
    while (ids.length === 0) {
      await sleep(systemClock, 50);
      const { rows } = await admin.direct(server.boltAddress, showTransactions(version));
      ids = readTransactions(rows)
        .filter(({ currentQuery }) => currentQuery.includes('AS endless'))
        .map(({ id }) => id);
    }
    await admin.direct(server.boltAddress, terminateTransactions(version, ids));
    expect(await running).toBe('TransactionTerminated');
  });

  it('settings are read, all and some', async () => {
    const all = readSettings((await admin.direct(server.boltAddress, showSettings(version))).rows);
    expect(all.length).toBeGreaterThan(150);
    const name = 'db.transaction.timeout';
    const some = readSettings((await admin.direct(server.boltAddress, showSettings(version, [name]))).rows);
    expect(some).toMatchObject([{ name, isDynamic: true, isExplicitlySet: false }]);
  });

  it('a burst of statements opens no more connections than its share', async () => {
    const many = open(server);
    await Promise.all(Array.from({ length: 100 }, () => many.read(showCurrentUser(version))));
    expect(many.counts().connections).toBeLessThanOrEqual(20);
    await many.close();
    expect(many.counts()).toEqual({ connections: 0, links: 0, running: 0, waiting: 0 });
  });
});
