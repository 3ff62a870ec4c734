import { describe, expect, it } from '@jest/globals';
import { formedCluster } from '../lifecycle.spec-helper.ts';
import { failureOf, resultOf, rows, run } from '../session.spec-helper.ts';
import type { SimServer } from '../model/server.ts';
import { ServerEndpoint } from './endpoint.ts';

function login(server: SimServer, principal: string, credentials: string): string {
  const answer = new ServerEndpoint(server).login({ scheme: 'basic', principal, credentials });
  if (!answer.ok) return answer.failure.code.split('.').at(-1) ?? '';
  return answer.credentialsExpired ? 'expired' : 'ok';
}

describe('users', () => {
  it('are locked out after three failures, the right password too, on that server only', async () => {
    const { clock, cluster } = await formedCluster();
    const [one, other] = [cluster.server(0), cluster.server(1)];
    for (let attempt = 0; attempt < 3; attempt++) expect(login(one, 'neo4j', 'wrong')).toBe('Unauthorized');
    expect(login(one, 'neo4j', cluster.password)).toBe('AuthenticationRateLimit');
    expect(login(other, 'neo4j', cluster.password)).toBe('ok');
    await clock.advance(5000);
    expect(login(one, 'neo4j', cluster.password)).toBe('ok');
    await cluster.close();
  });

  it('have to change a password before anything else', async () => {
    const { admin, cluster, done } = await formedCluster();
    await done('CREATE USER $u IF NOT EXISTS SET PASSWORD $p CHANGE REQUIRED', {
      u: 'ann',
      p: 'first-password',
    });
    expect(login(admin(), 'ann', 'first-password')).toBe('expired');
    const as = { user: 'ann' };
    expect(failureOf(await run(admin(), 'SHOW CURRENT USER', {}, as)).code).toContain('CredentialsExpired');
    const change = 'ALTER CURRENT USER SET PASSWORD FROM $from TO $to';
    expect(
      failureOf(await run(admin(), change, { from: 'wrong-password', to: 'second-password' }, as)).gqlStatus,
    ).toBe('42NFF');
    expect(
      failureOf(await run(admin(), change, { from: 'first-password', to: 'first-password' }, as)).code,
    ).toContain('ArgumentError');
    expect(
      failureOf(await run(admin(), change, { from: 'first-password', to: 'short' }, as)).cause?.gqlStatus,
    ).toBe('22N85');
    resultOf(await run(admin(), change, { from: 'first-password', to: 'second-password' }, as));
    expect(rows(await run(admin(), 'SHOW CURRENT USER YIELD *', {}, as))).toEqual([
      {
        user: 'ann',
        roles: ['PUBLIC'],
        passwordChangeRequired: false,
        suspended: false,
        home: null,
        tags: [],
      },
    ]);
    await cluster.close();
  });

  it('do not get the password that they have already, nor a number or nothing for one', async () => {
    const { admin, cluster, done } = await formedCluster();
    await done('CREATE USER $u SET PASSWORD $p CHANGE NOT REQUIRED', { u: 'ann', p: 'first-password' });
    const change = 'ALTER USER $u SET PASSWORD $p CHANGE NOT REQUIRED';
    const failures = [];
    for (const p of ['first-password', 1n, '']) {
      failures.push(failureOf(await run(admin(), change, { u: 'ann', p })));
    }
    expect(failures).toMatchObject([
      { gqlStatus: '22N05', cause: { gqlStatus: '22N89' } },
      { code: 'Neo.ClientError.Statement.TypeError', gqlStatus: '42N51' },
      { gqlStatus: '22NB6' },
    ]);
    await done(change, { u: 'ann', p: 'second-password' });
    await cluster.close();
  });

  it('are not made together with data, nor by who only reads', async () => {
    const { admin, cluster } = await formedCluster({ servers: 1 });
    const request = {
      user: 'neo4j',
      database: 'neo4j',
      access: 'write',
      bookmarks: [],
      timeoutMs: undefined,
    } as const;
    const create = 'CREATE USER ann SET PASSWORD $p';
    const endpoint = new ServerEndpoint(admin());
    const begun = await endpoint.begin(request);
    if (!begun.ok) throw new Error(begun.failure.message);
    resultOf(await begun.transaction.run('MERGE (p:Probe {id: $id})', { id: 'one' }));
    expect(failureOf(await begun.transaction.run(create, { p: 'a-password' })).gqlStatus).toBe('25N01');
    const reading = await endpoint.run({ ...request, access: 'read' }, create, { p: 'a-password' });
    expect(failureOf(reading)).toMatchObject({ gqlStatus: '08N03', cause: { gqlStatus: '42N02' } });
    expect(await endpoint.begin({ ...request, bookmarks: ['nonsense'] })).toMatchObject({
      ok: false,
      failure: { gqlStatus: '08N12' },
    });
    await cluster.close();
  });

  it('administer only with the role admin, which can be granted and revoked', async () => {
    const { admin, cluster, done, seen } = await formedCluster({ roles: ['auditor'] });
    await done('CREATE USER $u SET PASSWORD $p CHANGE NOT REQUIRED', {
      u: 'operator',
      p: 'operator-password',
    });
    const as = { user: 'operator' };
    expect(failureOf(await run(admin(), 'SHOW USERS', {}, as)).code).toContain('Forbidden');
    expect(rows(await run(admin(), 'SHOW DATABASES YIELD name', {}, as))).toContainEqual({ name: 'neo4j' });
    await done('GRANT ROLES $r, $s TO $u', { r: 'admin', s: 'auditor', u: 'operator' });
    expect(
      resultOf(await run(admin(), 'GRANT ROLE $r TO $u', { r: 'admin', u: 'operator' })).systemUpdates,
    ).toBe(0);
    expect(resultOf(await run(admin(), 'SHOW USERS', {}, as)).rows).toHaveLength(2);
    expect(await seen('SHOW USERS YIELD user, roles')).toContainEqual({
      user: 'operator',
      roles: ['admin', 'auditor', 'PUBLIC'],
    });
    expect(failureOf(await run(admin(), 'GRANT ROLE nobody TO operator')).cause?.gqlStatus).toBe('42N10');
    expect(failureOf(await run(admin(), 'GRANT ROLE admin TO nobody')).cause?.gqlStatus).toBe('42N09');
    await done('REVOKE ROLES $r FROM $u', { r: 'admin', u: 'operator' });
    expect(failureOf(await run(admin(), 'SHOW USERS', {}, as)).code).toContain('Forbidden');
    await cluster.close();
  });

  it('cannot suspend or drop themselves, and keep one way to log in', async () => {
    const { admin, cluster, done, seen } = await formedCluster();
    expect(failureOf(await run(admin(), 'DROP USER neo4j')).code).toContain('ArgumentError');
    expect(failureOf(await run(admin(), 'ALTER USER neo4j SET STATUS SUSPENDED')).code).toContain(
      'ArgumentError',
    );
    await done("CREATE USER bob SET AUTH 'oidc-okta' { SET ID $id } SET HOME DATABASE neo4j", { id: 'b-1' });
    expect(
      failureOf(await run(admin(), 'ALTER USER bob REMOVE AUTH $p', { p: ['oidc-okta'] })).code,
    ).toContain('ArgumentError');
    await done('ALTER USER bob REMOVE HOME DATABASE SET PASSWORD $p CHANGE NOT REQUIRED', {
      p: 'bobs-password',
    });
    expect(await seen('SHOW USERS WITH AUTH YIELD user, provider, auth, home')).toEqual([
      {
        user: 'neo4j',
        provider: 'native',
        auth: { password: '*********', changeRequired: false },
        home: null,
      },
      { user: 'bob', provider: 'native', auth: { password: '*********', changeRequired: false }, home: null },
      { user: 'bob', provider: 'oidc-okta', auth: { id: 'b-1' }, home: null },
    ]);
    expect(login(admin(), 'bob', 'bobs-password')).toBe('ok');
    await done('ALTER USER bob SET STATUS SUSPENDED');
    expect(login(admin(), 'bob', 'bobs-password')).toBe('Unauthorized');
    await done('DROP USER bob IF EXISTS');
    expect(resultOf(await run(admin(), 'DROP USER bob IF EXISTS')).systemUpdates).toBe(0);
    await cluster.close();
  });

  it('of the initial password act once: a restart with another one changes nothing', async () => {
    const { clock, cluster } = await formedCluster({ password: 'the-first-one' });
    cluster.crash(0);
    await cluster.start(0);
    await clock.advance(30_000);
    expect(login(cluster.server(0), 'neo4j', 'the-first-one')).toBe('ok');
    await cluster.close();
  });
});

describe('the Community edition', () => {
  it.each([
    ['5.26.30', 'SHOW SERVERS', 'NotSystemDatabaseError'],
    ['2026.08.1', 'SHOW SERVERS', 'UnsupportedAdministrationCommand'],
    ['2026.08.1', 'CREATE DATABASE abc', 'UnsupportedAdministrationCommand'],
    ['2026.08.1', 'GRANT ROLE admin TO neo4j', 'UnsupportedAdministrationCommand'],
    ['2026.08.1', 'ALTER USER neo4j SET STATUS ACTIVE', 'ExecutionFailed'],
    ['2026.08.1', 'CALL dbms.cluster.statusCheck($a, $b)', 'ProcedureNotFound'],
  ])('of %s refuses %s', async (version, text, code) => {
    const { admin, cluster } = await formedCluster({ servers: 1, edition: 'community', version });
    const failure = failureOf(await run(admin(), text, { a: [], b: 1n }));
    expect(failure.code.split('.').at(-1)).toBe(code);
    await cluster.close();
  });

  it('shows users without what it does not know', async () => {
    const { cluster, seen } = await formedCluster({ servers: 1, edition: 'community' });
    expect(await seen('SHOW USERS')).toEqual([
      { user: 'neo4j', roles: null, passwordChangeRequired: false, suspended: null, home: null },
    ]);
    await cluster.close();
  });
});
