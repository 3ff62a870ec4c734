import { describe, expect, it } from '@jest/globals';
import { type ParserOptions, parse } from './parser.ts';

const modern: ParserOptions = { languages: ['5', '25'], defaultLanguage: '5' };
const lts: ParserOptions = { languages: ['5'], defaultLanguage: '5' };

const accepted = [
  'SHOW SERVERS YIELD *',
  'show servers',
  'ENABLE SERVER $server OPTIONS $options',
  "ENABLE SERVER 'a' OPTIONS {modeConstraint: 'PRIMARY', tags: ['x', \"y\"]}",
  'ALTER SERVER $server SET OPTIONS $options',
  'RENAME SERVER $server TO $name',
  'DROP SERVER $server',
  'DEALLOCATE DATABASES FROM SERVERS $server0, $server1',
  'DRYRUN DEALLOCATE DATABASE FROM SERVER $server0',
  'SHOW DATABASE $name YIELD *',
  'SHOW DATABASES YIELD name, serverID',
  'CREATE DATABASE $name IF NOT EXISTS TOPOLOGY $primaries PRIMARIES $secondaries SECONDARIES OPTIONS $options NOWAIT',
  'CREATE DATABASE `foo-bar` TOPOLOGY 1 SECONDARY 1 PRIMARY WAIT 30 SECONDS',
  'ALTER DATABASE $name SET ACCESS READ ONLY SET TOPOLOGY 3 PRIMARIES SET OPTION txLogEnrichment $txLogEnrichment NOWAIT',
  'ALTER DATABASE $name REMOVE OPTION txLogEnrichment WAIT',
  'START DATABASE $name NOWAIT',
  'STOP DATABASE a.b',
  'DROP DATABASE $name IF EXISTS CASCADE ALIASES DESTROY DATA NOWAIT',
  'SHOW USERS WITH AUTH YIELD *',
  'SHOW CURRENT USER YIELD *',
  'CREATE USER $username IF NOT EXISTS SET PASSWORD $password CHANGE NOT REQUIRED SET STATUS ACTIVE SET HOME DATABASE $homeDatabase',
  "ALTER USER $username REMOVE HOME DATABASE REMOVE AUTH $removeAuth SET AUTH 'oidc-x' { SET ID $authId0 }",
  'DROP USER $username IF EXISTS',
  'ALTER CURRENT USER SET PASSWORD FROM $from TO $to',
  'GRANT ROLES $role0, $role1 TO $username',
  'REVOKE ROLE admin FROM $username',
  'CALL dbms.components() YIELD name, versions, edition',
  'CALL dbms.cluster.statusCheck($databases, $timeoutMs)',
  'SHOW SETTINGS $names YIELD *',
  'SHOW TRANSACTIONS YIELD *',
  'TERMINATE TRANSACTIONS $ids',
  'MERGE (p:Probe {id: $id})',
  'MATCH (p:Probe {id: $id}) RETURN p.id AS id',
  'SHOW /* all of them */ DATABASES // and no more',
];

const refused = [
  '',
  'RETURN 1 AS x',
  'ENABLE SERVER x',
  'DEALLOCATE DATABASE foo FROM SERVERS $a',
  'CREATE DATABASE foo-bar',
  'CREATE DATABASE foo TOPOLOGY 3 PRIMARYS',
  'CREATE DATABASE foo TOPOLOGY 3 PRIMARIES 2 PRIMARIES',
  'CREATE DATABASE foo NOWAIT OPTIONS {}',
  'CREATE DATABASE foo WAIT 30 MINUTES',
  'ALTER DATABASE foo',
  'ALTER DATABASE foo SET OPTION a 1 REMOVE OPTION b',
  'CREATE USER u',
  "CREATE USER u SET AUTH $provider { SET ID 'x' }",
  'MERGE (p:Other {id: $id})',
  "MERGE (p:Probe {id: 'x'})",
  'MERGE (p:probe {id: $id})',
  'MATCH (p:Probe {id: $id}) RETURN p.id',
  'SHOW SERVERS SHOW SERVERS',
  'CREATE USER `u SET PASSWORD $p',
];

describe('the parser', () => {
  it.each(accepted)('takes %s', (text) => {
    expect(parse(text, modern)).toMatchObject({ ok: true, language: '5' });
    expect(parse(`CYPHER 25 ${text}`, modern)).toMatchObject({ ok: true, language: '25' });
  });

  it.each(refused)('refuses %s', (text) => {
    expect(parse(text, modern)).toMatchObject({ ok: false, problem: 'syntax' });
  });

  it('says where a text goes wrong', () => {
    expect(parse('ENABLE SERVER x', lts)).toMatchObject({
      message: "Invalid input 'x': expected a parameter or a string (line 1, column 15 (offset: 14))",
    });
  });

  it('knows which language a version has', () => {
    expect(parse('CYPHER 25 SHOW SERVERS', lts)).toMatchObject({ ok: false, problem: 'language' });
    expect(parse('CYPHER 5 SHOW SERVERS', lts)).toMatchObject({ ok: true });
  });

  it('takes DEFAULT LANGUAGE only where it exists, and SET before it only in Cypher 25', () => {
    const old = 'CREATE DATABASE x DEFAULT LANGUAGE CYPHER 25';
    expect(parse(old, lts)).toMatchObject({ ok: false });
    expect(parse(old, modern)).toMatchObject({ statement: { language: '25' } });
    const set = 'CREATE DATABASE x SET DEFAULT LANGUAGE CYPHER 25';
    expect(parse(set, modern)).toMatchObject({ ok: false });
    expect(parse(`CYPHER 25 ${set}`, modern)).toMatchObject({ ok: true });
  });

  it('reads quotes and escapes as Cypher does', () => {
    expect(parse("DROP SERVER 'a\\'b\\\\c\\u0041'", modern)).toMatchObject({
      statement: { server: { value: "a'b\\cA" } },
    });
    expect(parse('DROP USER `a``b`', modern)).toMatchObject({ statement: { name: { value: 'a`b' } } });
  });

  it('resolves unicode escapes before quotes in Cypher 5, not in Cypher 25', () => {
    const text = 'DROP USER `a\\u0060 IF EXISTS';
    expect(parse(text, modern)).toMatchObject({ statement: { name: { value: 'a' }, ifExists: true } });
    expect(parse(`CYPHER 25 ${text}`, modern)).toMatchObject({ ok: false });
  });
});
