import fc from 'fast-check';
import { can } from '../catalogue/index.ts';
import type { Neo4jVersion } from '../catalogue/index.ts';
import type { Statement } from '../connection/bolt-connector.ts';
import { InvalidInputError } from '../cypher/invalid-input.ts';
import { nastyText } from '../cypher/nasty.spec-helper.ts';
import * as build from './index.ts';

/** A statement by the name of what built it. */
export type Sample = readonly [name: string, statement: Statement];

/** Every builder in every form that its text can take in a version, with harmless values. */
export function everyStatement(version: Neo4jVersion): readonly Sample[] {
  const id = '11111111-2222-4333-8444-555555555555';
  const topology = { primaries: 3, secondaries: 1 };
  const password = { password: 'secret-password', changeRequired: false };
  const externalAuth = [{ provider: 'oidc-okta', id: 'abc' }];
  const wait = { seconds: 30 };
  const seed = { uri: 's3://bucket/movies.backup', config: 'region=eu-west-1' };
  const ifLanguages: readonly Sample[] = can(version, 'defaultLanguage')
    ? [
        [
          'createDatabase, language',
          build.createDatabase(version, { name: 'movies', defaultLanguage: 'CYPHER 5' }),
        ],
        ['alterDatabase, language', build.alterDatabase(version, 'movies', { defaultLanguage: 'CYPHER 25' })],
      ]
    : [];
  const ifRestoreUntil: readonly Sample[] = can(version, 'seedRestoreUntil')
    ? [
        [
          'createDatabase, seed up to a transaction',
          build.createDatabase(version, { name: 'movies', seed: { ...seed, restoreUntil: 123n } }),
        ],
      ]
    : [];
  return [
    ['showComponents', build.showComponents],
    ['showServers', build.showServers(version)],
    ['enableServer', build.enableServer(version, id, { modeConstraint: 'NONE' })],
    ['alterServer', build.alterServer(version, id, { modeConstraint: 'PRIMARY', tags: ['ssd'] })],
    ['renameServer', build.renameServer(version, id, 'graph-1')],
    ['cordonServer', build.cordonServer(version, id)],
    ['dryRunDeallocate', build.dryRunDeallocate(version, [id, 'graph-2'])],
    ['deallocate', build.deallocate(version, [id])],
    ['dropServer', build.dropServer(version, id)],
    ['showDatabases', build.showDatabases(version)],
    ['showDatabases, one', build.showDatabases(version, 'movies')],
    ['createDatabase', build.createDatabase(version, { name: 'movies' })],
    ['createDatabase, topology', build.createDatabase(version, { name: 'movies', topology }, wait)],
    [
      'createDatabase, options',
      build.createDatabase(version, {
        name: 'movies',
        topology,
        storeFormat: 'block',
        txLogEnrichment: 'FULL',
      }),
    ],
    ['createDatabase, seed', build.createDatabase(version, { name: 'movies', seed })],
    [
      'createDatabase, seed from a server',
      build.createDatabase(version, { name: 'movies', seed: { serverId: id } }),
    ],
    ...ifRestoreUntil,
    ...ifLanguages,
    ['alterDatabase, topology', build.alterDatabase(version, 'movies', { topology }, wait)],
    ['alterDatabase, read-only', build.alterDatabase(version, 'movies', { access: 'read-only' })],
    [
      'alterDatabase, several',
      build.alterDatabase(version, 'movies', { access: 'read-write', topology, txLogEnrichment: 'DIFF' }),
    ],
    ['alterDatabase, unset', build.alterDatabase(version, 'movies', { txLogEnrichment: 'unset' })],
    ['startDatabase', build.startDatabase(version, 'movies')],
    ['startDatabase, wait', build.startDatabase(version, 'movies', wait)],
    ['stopDatabase', build.stopDatabase(version, 'movies')],
    ['stopDatabase, wait', build.stopDatabase(version, 'movies', wait)],
    ['dropDatabase', build.dropDatabase(version, 'movies', 'destroy', 'keep')],
    ['dropDatabase, dump', build.dropDatabase(version, 'movies', 'dump', 'drop', wait)],
    ['recreateDatabase', build.recreateDatabase(version, 'movies', { kind: 'surviving' }, topology)],
    ['recreateDatabase, seed', build.recreateDatabase(version, 'movies', { kind: 'seed', uri: seed.uri })],
    ['setDefaultAllocation', build.setDefaultAllocation(version, topology)],
    ['showDefaultAllocation', build.showDefaultAllocation(version)],
    ['statusCheck', build.statusCheck(version, ['system', 'movies'], 1_000)],
    ['showUsers', build.showUsers(version)],
    ['showUsers, with auth', build.showUsers(version, { withAuth: true })],
    ['showCurrentUser', build.showCurrentUser(version)],
    ['createUser', build.createUser(version, { username: 'alice', password })],
    [
      'createUser, all',
      build.createUser(version, {
        username: 'alice',
        password,
        externalAuth,
        suspended: true,
        homeDatabase: 'movies',
      }),
    ],
    ['createUser, external', build.createUser(version, { username: 'alice', externalAuth })],
    [
      'alterUser, password',
      build.alterUser(version, 'alice', { password: { ...password, changeRequired: true } }),
    ],
    [
      'alterUser, all',
      build.alterUser(version, 'alice', {
        password,
        externalAuth,
        removeAuth: ['ldap'],
        suspended: false,
        homeDatabase: null,
      }),
    ],
    ['alterUser, home', build.alterUser(version, 'alice', { homeDatabase: 'movies' })],
    ['dropUser', build.dropUser(version, 'alice')],
    ['changeOwnPassword', build.changeOwnPassword(version, 'secret-password', 'other-password')],
    ['grantRoles', build.grantRoles(version, ['reader', 'editor'], 'alice')],
    ['revokeRoles', build.revokeRoles(version, ['reader'], 'alice')],
    ['showSettings', build.showSettings(version)],
    [
      'showSettings, some',
      build.showSettings(version, ['db.transaction.timeout', 'server.memory.heap.max_size']),
    ],
    ['setSetting', build.setSetting(version, 'db.transaction.timeout', '10s')],
    ['showTransactions', build.showTransactions(version)],
    ['terminateTransactions', build.terminateTransactions(version, ['neo4j-transaction-1'])],
  ];
}

/**
 * Any statement with any texts in it, as they come from users who do not know the rules, or know them too well. Inputs that a builder
 * refuses come as the field that it named.
 */
export function anyStatement(version: Neo4jVersion): fc.Arbitrary<Statement | { readonly refused: string }> {
  const text = nastyText();
  const texts = fc.array(text, { maxLength: 3 });
  const number = fc.oneof(fc.integer({ min: -2, max: 25 }), fc.double());
  const topology = fc.record({ primaries: number, secondaries: number });
  const password = fc.record({ password: text, changeRequired: fc.boolean() });
  const externalAuth = fc.array(fc.record({ provider: text, id: text }), { maxLength: 2 });
  const wait = fc.option(fc.record({ seconds: number }), { nil: undefined });
  const enrichment = fc.constantFrom('OFF', 'DIFF', 'FULL', undefined);
  const language = fc.constantFrom('CYPHER 5', 'CYPHER 25', undefined);
  const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(arbitrary, { nil: undefined });
  const mode = fc.constantFrom('NONE', 'PRIMARY', 'SECONDARY');
  const serverOptions = fc
    .record({ modeConstraint: mode, allowedDatabases: texts, deniedDatabases: texts, tags: texts })
    .map((options) => options as build.ServerOptions);

  const builders: readonly fc.Arbitrary<() => Statement>[] = [
    fc.tuple(text, serverOptions).map((args) => () => build.enableServer(version, ...args)),
    fc.tuple(text, serverOptions).map((args) => () => build.alterServer(version, ...args)),
    fc.tuple(text, text).map((args) => () => build.renameServer(version, ...args)),
    text.map((server) => () => build.cordonServer(version, server)),
    text.map((server) => () => build.dropServer(version, server)),
    texts.map((servers) => () => build.dryRunDeallocate(version, servers)),
    texts.map((servers) => () => build.deallocate(version, servers)),
    text.map((name) => () => build.showDatabases(version, name)),
    fc
      .tuple(text, maybe(topology), language, enrichment, maybe(fc.record({ uri: text, config: text })), wait)
      .map(
        ([name, counts, defaultLanguage, txLogEnrichment, seed, until]) =>
          () =>
            build.createDatabase(
              version,
              defined<build.NewDatabase>({
                name,
                topology: counts,
                defaultLanguage,
                txLogEnrichment,
                seed,
              }),
              until,
            ),
      ),
    fc.tuple(text, maybe(topology), language, enrichment, wait).map(
      ([name, counts, defaultLanguage, txLogEnrichment, until]) =>
        () =>
          build.alterDatabase(
            version,
            name,
            defined<build.DatabaseChange>({ topology: counts, defaultLanguage, txLogEnrichment }),
            until,
          ),
    ),
    fc.tuple(text, wait).map((args) => () => build.startDatabase(version, ...args)),
    fc.tuple(text, wait).map((args) => () => build.stopDatabase(version, ...args)),
    fc
      .tuple(
        text,
        fc.constantFrom('destroy' as const, 'dump' as const),
        fc.constantFrom('keep' as const, 'drop' as const),
        wait,
      )
      .map((args) => () => build.dropDatabase(version, ...args)),
    fc.tuple(text, texts).map(
      ([name, ids]) =>
        () =>
          build.recreateDatabase(version, name, { kind: 'servers', ids }),
    ),
    topology.map((counts) => () => build.setDefaultAllocation(version, counts)),
    fc.tuple(texts, number).map((args) => () => build.statusCheck(version, ...args)),
    fc.tuple(text, maybe(password), externalAuth, maybe(fc.boolean()), maybe(text)).map(
      ([username, secret, auths, suspended, homeDatabase]) =>
        () =>
          build.createUser(
            version,
            defined<build.NewUser>({
              username,
              password: secret,
              externalAuth: auths,
              suspended,
              homeDatabase,
            }),
          ),
    ),
    fc.tuple(text, maybe(password), externalAuth, texts, maybe(fc.option(text))).map(
      ([username, secret, auths, removeAuth, homeDatabase]) =>
        () =>
          build.alterUser(
            version,
            username,
            defined<build.UserChange>({ password: secret, externalAuth: auths, removeAuth, homeDatabase }),
          ),
    ),
    text.map((username) => () => build.dropUser(version, username)),
    fc.tuple(text, text).map((args) => () => build.changeOwnPassword(version, ...args)),
    fc.tuple(texts, text).map((args) => () => build.grantRoles(version, ...args)),
    fc.tuple(texts, text).map((args) => () => build.revokeRoles(version, ...args)),
    texts.map((names) => () => build.showSettings(version, names)),
    fc.tuple(text, text).map((args) => () => build.setSetting(version, ...args)),
    texts.map((ids) => () => build.terminateTransactions(version, ids)),
  ];
  return fc.oneof(...builders).map((builder) => {
    try {
      return builder();
    } catch (error) {
      if (error instanceof InvalidInputError) return { refused: error.field };
      throw error;
    }
  });
}

/** The record without what is `undefined`, as `exactOptionalPropertyTypes` wants it. */
function defined<T extends object>(record: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
