import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { versionOf } from '../catalogue/index.ts';
import type { Statement } from '../connection/bolt-connector.ts';
import { InvalidInputError } from '../cypher/invalid-input.ts';
import { tokens } from '../cypher/lexer.spec-helper.ts';
import { nastyText } from '../cypher/nasty.spec-helper.ts';
import * as build from './index.ts';
import { anyStatement, everyStatement } from './samples.spec-helper.ts';

const lts = versionOf('5.26.30');
const newest = versionOf('2026.08.1');
const id = '11111111-2222-4333-8444-555555555555';

describe('statements', () => {
  it.each([
    [
      build.enableServer(newest, id, { modeConstraint: 'SECONDARY', tags: ['ssd'] }),
      'CYPHER 25 ENABLE SERVER $server OPTIONS $options',
      { server: id, options: { modeConstraint: 'SECONDARY', tags: ['ssd'] } },
    ],
    [
      build.deallocate(newest, ['a', 'b']),
      'CYPHER 25 DEALLOCATE DATABASES FROM SERVERS $server0, $server1',
      { server0: 'a', server1: 'b' },
    ],
    [
      build.createDatabase(newest, {
        name: 'Movies',
        topology: { primaries: 3, secondaries: 1 },
        defaultLanguage: 'CYPHER 25',
        seed: { uri: 's3://b/k' },
      }),
      'CYPHER 25 CREATE DATABASE $name IF NOT EXISTS DEFAULT LANGUAGE CYPHER 25 ' +
        'TOPOLOGY $primaries PRIMARIES $secondaries SECONDARIES OPTIONS $options NOWAIT',
      { name: 'movies', primaries: 3n, secondaries: 1n, options: { seedURI: 's3://b/k' } },
    ],
    [
      build.createDatabase(lts, { name: 'movies', seed: { uri: 's3://b/k' } }, { seconds: 30 }),
      'CREATE DATABASE $name IF NOT EXISTS OPTIONS $options WAIT 30 SECONDS',
      { name: 'movies', options: { existingData: 'use', seedURI: 's3://b/k' } },
    ],
    [
      build.alterUser(lts, 'alice', {
        password: { password: 'secret-password', changeRequired: false },
        externalAuth: [{ provider: 'ldap', id: 'cn=alice' }],
        suspended: true,
        homeDatabase: null,
        removeAuth: ['native'],
      }),
      'ALTER USER $username REMOVE HOME DATABASE REMOVE AUTH $removeAuth SET PASSWORD $password CHANGE NOT REQUIRED ' +
        "SET STATUS SUSPENDED SET AUTH 'ldap' { SET ID $authId0 }",
      { username: 'alice', removeAuth: ['native'], password: 'secret-password', authId0: 'cn=alice' },
    ],
    [
      build.recreateDatabase(lts, 'movies', { kind: 'surviving' }),
      'CALL dbms.cluster.recreateDatabase($name, $options)',
      {
        name: 'movies',
        options: { seedingServers: [] },
      },
    ],
    [
      build.recreateDatabase(newest, 'movies', { kind: 'empty' }, { primaries: 3, secondaries: 0 }),
      'CYPHER 25 CALL dbms.recreateDatabase($name, $options)',
      { name: 'movies', options: { clearData: true, primaries: 3n, secondaries: 0n } },
    ],
  ])('%j', (statement, text, parameters) => {
    expect(statement).toEqual({ text, parameters });
  });

  it.each(['5.26.0', '2025.01.0', '2025.06.0', '2026.08.1'])('never replace, in %s', (version) => {
    for (const [, { text }] of everyStatement(versionOf(version))) expect(text).not.toMatch(/OR\s+REPLACE/i);
  });

  it('carry a language from the version on that knows two', () => {
    expect(build.showServers(versionOf('2025.05.0')).text).toBe('SHOW SERVERS YIELD *');
    expect(build.showServers(versionOf('2025.06.0')).text).toBe('CYPHER 25 SHOW SERVERS YIELD *');
  });

  it.each<readonly [string, () => unknown]>([
    ["name: 'ab' has 2 characters, 3 to 63 are possible", () => build.createDatabase(lts, { name: 'ab' })],
    ["name: '1movies' is no database name", () => build.createDatabase(lts, { name: '1movies' })],
    ["names that start with 'system' are reserved", () => build.createDatabase(lts, { name: 'System2' })],
    [
      'topology.primaries: 12 is not a whole number from 1 to 11',
      () => build.createDatabase(lts, { name: 'movies', topology: { primaries: 12, secondaries: 0 } }),
    ],
    [
      'defaultLanguage: Neo4j before 2025.06 knows Cypher 5 only: leave it out',
      () => build.createDatabase(lts, { name: 'movies', defaultLanguage: 'CYPHER 25' }),
    ],
    ["username: 'a:b' is no user name", () => build.dropUser(lts, 'a:b')],
    ['password: give a password or an external provider', () => build.createUser(lts, { username: 'alice' })],
    ['change: name at least one change', () => build.alterUser(lts, 'alice', {})],
    ["every user has the role 'PUBLIC': leave it out", () => build.grantRoles(lts, ['public'], 'alice')],
    ['roles: name at least one role', () => build.grantRoles(lts, [], 'alice')],
    [
      'either allowedDatabases or deniedDatabases',
      () =>
        build.alterServer(lts, id, {
          modeConstraint: 'NONE',
          allowedDatabases: ['a'],
          deniedDatabases: ['b'],
        }),
    ],
    [
      "externalAuth[0].provider: 'native' has passwords instead of ids: give a password",
      () => build.createUser(lts, { username: 'alice', externalAuth: [{ provider: 'native', id: 'a' }] }),
    ],
    [
      "externalAuth[1].provider: 'ldap' is there already: name each provider once",
      () =>
        build.alterUser(lts, 'alice', {
          externalAuth: [
            { provider: 'ldap', id: 'a' },
            { provider: 'ldap', id: 'b' },
          ],
        }),
    ],
    [
      "homeDatabase: 'movies.' is no name of a database or alias",
      () => build.alterUser(lts, 'alice', { homeDatabase: 'movies.' }),
    ],
    [
      "homeDatabase: 'mov*' is no name of a database or alias",
      () => build.alterUser(lts, 'alice', { homeDatabase: 'mov*' }),
    ],
    [
      "tags[0]: 'a,b' has a comma: give each tag as an item of its own",
      () => build.enableServer(newest, id, { modeConstraint: 'NONE', tags: ['a,b'] }),
    ],
    [
      "tags[2]: 'a' is there already: name each tag once",
      () => build.alterServer(newest, id, { modeConstraint: 'NONE', tags: ['a', 'b', 'a'] }),
    ],
    [
      "allowedDatabases[1]: 'ab': Neo4j before 2025.12 takes names of at least 3 characters",
      () => build.enableServer(lts, id, { modeConstraint: 'NONE', allowedDatabases: ['movies', 'ab'] }),
    ],
    [
      "deniedDatabases[0]: 'mov*': Neo4j before 2025.12 takes names of at least 3 characters without wildcards",
      () =>
        build.alterServer(versionOf('2025.11.0'), id, { modeConstraint: 'NONE', deniedDatabases: ['mov*'] }),
    ],
    ['seed.restoreUntil: the time is invalid', () => seededUntil(new Date(Number.NaN))],
    ['seed.restoreUntil: 9223372036854775808 is no transaction id', () => seededUntil(2n ** 63n)],
    ['seed.restoreUntil: 0 is no transaction id', () => seededUntil(0n)],
    [
      'timeoutMs: NaN is not a whole number from 1 to 600000',
      () => build.statusCheck(newest, ['movies'], Number.NaN),
    ],
    [
      'primaries: Infinity is not a whole number from 1 to 11',
      () => build.setDefaultAllocation(newest, { primaries: Number.POSITIVE_INFINITY, secondaries: 0 }),
    ],
    ['wait.seconds: 0.5 is not a whole number', () => build.startDatabase(lts, 'movies', { seconds: 0.5 })],
  ])('refuse what cannot be meant: %s', (message, work) => {
    expect(work).toThrow(message);
  });

  it.each(['allowedDatabases', 'deniedDatabases'] as const)('take patterns in %s from 2025.12 on', (list) => {
    const options = { modeConstraint: 'NONE', [list]: ['*', 'm?', 'movies'] } as const;

    expect(build.enableServer(versionOf('2025.12.0'), id, options).parameters['options']).toEqual(options);
  });

  it('seed up to the last transaction id that there can be, or up to a time', () => {
    const time = new Date('2026-01-01T00:00:00Z');
    const last = 2n ** 63n - 1n;

    for (const until of [1n, last, time]) {
      expect(seededUntil(until).parameters['options']).toMatchObject({ seedRestoreUntil: until });
    }
  });

  it('take system in whatever letters where it may be meant', () => {
    expect(build.showDatabases(lts, 'SYSTEM').parameters).toEqual({ name: 'system' });
    expect(build.statusCheck(lts, ['System'], 1_000).parameters).toMatchObject({ databases: ['system'] });
    expect(() => build.dropDatabase(lts, 'SYSTEM', 'destroy', 'keep')).toThrow('reserved');
  });

  it.each(['my_alias', 'a', '2024movies', 'Composite.Alias', 'Übersicht', 'system'])(
    'take the alias %s for a home database',
    (name) => {
      for (const user of [
        build.alterUser(lts, 'alice', { homeDatabase: name }),
        build.createUser(lts, {
          username: 'alice',
          password: { password: 'secret-password', changeRequired: false },
          homeDatabase: name,
        }),
      ]) {
        expect(user.parameters).toMatchObject({ homeDatabase: name.toLowerCase() });
      }
    },
  );

  it.each<readonly [string, (value: string) => Statement]>([
    ['server', (value) => build.enableServer(newest, value, { modeConstraint: 'NONE' })],
    ['name', (value) => build.renameServer(newest, id, value)],
    ['username', (value) => build.dropUser(newest, value)],
    ['role0', (value) => build.grantRoles(newest, [value], 'alice')],
    ['to', (value) => build.changeOwnPassword(newest, 'secret-password', value)],
    ['value', (value) => build.setSetting(newest, 'db.transaction.timeout', value)],
  ])('send a %s as it was given, or not at all', (parameter, work) => {
    fc.assert(
      fc.property(nastyText(), (value) => {
        const statement = built(() => work(value));
        if (statement !== undefined) expect(statement.parameters[parameter]).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('have a text that no value changes, but for a provider that stands there as itself: 100,000 inputs', () => {
    const fixed = [...everyStatement(newest), ...everyStatement(lts)];
    const vocabulary = new Set(fixed.flatMap(([, { text }]) => wordsOf(text)));
    let count = 0;
    fc.assert(
      fc.property(anyStatement(newest), (outcome) => {
        if ('refused' in outcome) return;
        count++;
        const cut = tokens(outcome.text);
        const parameters = cut.filter(({ kind }) => kind === 'parameter').map(({ value }) => value);
        expect(parameters.toSorted()).toEqual(Object.keys(outcome.parameters).toSorted());
        // A value that got out of its quotes would bring words of its own.
        expect(wordsOf(outcome.text).filter((word) => !vocabulary.has(word))).toEqual([]);
        for (const value of Object.values(outcome.parameters)) {
          if (typeof value === 'string') expect(value.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 100_000 },
    );
    expect(count).toBeGreaterThan(20_000);
  }, 120_000);
});

function seededUntil(restoreUntil: Date | bigint): Statement {
  return build.createDatabase(newest, { name: 'movies', seed: { uri: 's3://b/k', restoreUntil } });
}

function wordsOf(text: string): readonly string[] {
  return tokens(text)
    .filter(({ kind }) => kind === 'word')
    .map(({ value }) => value);
}

function built(work: () => Statement): Statement | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
