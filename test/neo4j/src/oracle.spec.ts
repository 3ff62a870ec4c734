import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachServer } from './describe.ts';
import { newSession, openDriver } from './driver.ts';
import type { ServerUnderTest } from './harness.ts';
import { inLanguage } from './language.ts';
import { type Oracle, openOracle } from './oracle.ts';
import { sharedServer } from './shared-server.ts';
import { traitsOf } from './versions.ts';

const here = { accepted: true, supportedHere: true };
const elsewhere = { accepted: true, supportedHere: false };
const syntaxError = 'Neo.ClientError.Statement.SyntaxError';

describeEachServer('The oracle', (version) => {
  let server: ServerUnderTest;
  let oracle: Oracle;
  beforeAll(async () => {
    server = await sharedServer(version);
    oracle = openOracle(server);
  });
  afterAll(() => oracle.close());

  for (const language of traitsOf[version].languages) {
    it.each([
      ['ENABLE SERVER $id OPTIONS $opts', elsewhere],
      ['SHOW SERVERS', elsewhere],
      ['SHOW ALIASES FOR DATABASE', elsewhere],
      ['CREATE USER $name IF NOT EXISTS SET PASSWORD $password CHANGE NOT REQUIRED', here],
      ['ENABLE SERVER x', { accepted: false, code: syntaxError, message: expect.stringContaining("'x'") }],
      [
        "ENABLE SERVER 'a'; DROP SERVER 'b'",
        { accepted: false, code: syntaxError, message: expect.stringContaining('exactly one statement') },
      ],
      [
        'CALL no.such($a)',
        { accepted: false, code: 'Neo.ClientError.Procedure.ProcedureNotFound', message: expect.any(String) },
      ],
    ])(`judges %s in Cypher ${language}`, async (statement, verdict) => {
      expect(await oracle.explain(inLanguage(statement, language))).toEqual(verdict);
    });
  }

  it('knows the languages of its version', async () => {
    const knows25 = traitsOf[version].languages.includes('25');
    expect((await oracle.explain('CYPHER 25 SHOW USERS')).accepted).toBe(knows25);
    const statement = 'CREATE DATABASE foo SET TOPOLOGY 3 PRIMARIES';
    expect((await oracle.explain(inLanguage(statement, '5'))).accepted).toBe(false);
    expect((await oracle.explain(inLanguage(statement, '25'))).accepted).toBe(knows25);
  });

  it('judges statements on data in a database for them', async () => {
    const statement = 'MERGE (n:Probe {id: $id})';
    expect(await oracle.explain(statement, 'neo4j')).toEqual(here);
    expect((await oracle.explain(statement, 'system')).accepted).toBe(false);
  });

  it('carries nothing out', async () => {
    expect(await oracle.explain("CREATE USER explained SET PASSWORD 'some-password'")).toEqual(here);
    const connection = openDriver(server);
    const session = newSession(connection, 'system');
    const { records } = await session.run('SHOW USERS YIELD user');
    expect(records.map((record) => record.get('user') as string)).not.toContain('explained');
    await session.close();
    await connection.close();
  });

  it('does not take a failure to ask for a verdict', async () => {
    const stranger = openOracle({
      ...server,
      credentials: { username: 'nobody', password: 'wrong-password' },
    });
    await expect(stranger.explain('SHOW USERS')).rejects.toThrow('gave no verdict on SHOW USERS');
    await stranger.close();
  });
});
