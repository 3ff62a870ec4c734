import { isAtLeast } from '../model/version.ts';
import type { DiscoveryService, ServerConfiguration } from './configuration.ts';
import { parseAddress, parseBoolean, parseDuration, parseList } from './values.ts';

/** A value that cannot be what it has to be. */
export class InvalidSetting extends Error {
  constructor(name: string, value: string, expected: string) {
    super(`Error evaluating value for setting '${name}'. '${value}' is not ${expected}.`);
    this.name = 'InvalidSetting';
  }
}

/**
 * What the settings of a server mean.
 *
 * @throws InvalidSetting
 */
export function readConfiguration(
  version: string,
  edition: 'enterprise' | 'community',
  settings: ReadonlyMap<string, string>,
): ServerConfiguration {
  const read = readerOf(settings);
  const host = settings.get('server.default_advertised_address') ?? 'localhost';
  const address = (name: string, port: number): string => parseAddress(settings.get(name), host, port);
  const discovery = edition === 'community' ? [] : discoveryOf(version, settings, address);
  return {
    version,
    edition,
    settings,
    boltAddress: address('server.bolt.advertised_address', 7687),
    httpAddress: read.flag('server.http.enabled', true)
      ? address('server.http.advertised_address', 7474)
      : null,
    httpsAddress: read.flag('server.https.enabled', false)
      ? address('server.https.advertised_address', 7473)
      : null,
    clusterAddress: address('server.cluster.advertised_address', 6000),
    discovery,
    minimumSystemPrimaries: minimumOf(edition, settings, discovery, read),
    systemMode: read.choice('server.cluster.system_database_mode', ['PRIMARY', 'SECONDARY'], 'PRIMARY'),
    defaultLanguage:
      read.choice('db.query.default_language', ['CYPHER_5', 'CYPHER_25'], 'CYPHER_5') === 'CYPHER_5'
        ? '5'
        : '25',
    maxDatabases: read.whole('dbms.max_databases', read.whole('server.max_databases', 100)),
    initial: {
      options: {
        modeConstraint: read.choice(
          'initial.server.mode_constraint',
          ['NONE', 'PRIMARY', 'SECONDARY'],
          'NONE',
        ),
        allowedDatabases: read.list('initial.server.allowed_databases'),
        deniedDatabases: read.list('initial.server.denied_databases'),
        tags: read.list('initial.server.tags'),
      },
      defaultDatabase: settings.get('initial.dbms.default_database') ?? 'neo4j',
      defaultPrimaries: read.whole('initial.dbms.default_primaries_count', 1),
      defaultSecondaries: read.whole('initial.dbms.default_secondaries_count', 0),
      enablesFreeServers: read.flag('initial.dbms.automatically_enable_free_servers', false),
    },
    security: {
      authEnabled: read.flag('dbms.security.auth_enabled', true),
      maxFailedAttempts: read.whole('dbms.security.auth_max_failed_attempts', 3),
      lockTimeMs: read.duration('dbms.security.auth_lock_time', 5000),
      minimumPasswordLength: read.whole('dbms.security.auth_minimum_password_length', 8),
    },
  };
}

/** A server that is not told of others, nor to wait for any, is on its own. */
function minimumOf(
  edition: 'enterprise' | 'community',
  settings: ReadonlyMap<string, string>,
  discovery: readonly DiscoveryService[],
  read: Reader,
): number {
  const name = 'dbms.cluster.minimum_initial_system_primaries_count';
  if (edition === 'community') return 1;
  const isAlone = discovery.every(({ endpoints }) => endpoints.length === 0);
  return isAlone && !settings.has(name) ? 1 : read.whole(name, 3);
}

/** Version 1 is what 5.26 uses unless it is told otherwise; the calendar versions have version 2 only. */
function discoveryOf(
  version: string,
  settings: ReadonlyMap<string, string>,
  address: (name: string, port: number) => string,
): readonly DiscoveryService[] {
  const endpoints = (name: string): readonly string[] => parseList(settings.get(name) ?? '');
  const v2: DiscoveryService = {
    protocol: 'v2',
    address: address('server.cluster.advertised_address', 6000),
    endpoints: isAtLeast(version, '2025.01')
      ? [...endpoints('dbms.cluster.endpoints'), ...endpoints('dbms.cluster.discovery.v2.endpoints')]
      : endpoints('dbms.cluster.discovery.v2.endpoints'),
  };
  if (isAtLeast(version, '2025.01')) return [v2];
  const v1: DiscoveryService = {
    protocol: 'v1',
    address: address('server.discovery.advertised_address', 5000),
    endpoints: endpoints('dbms.cluster.discovery.endpoints'),
  };
  const name = 'dbms.cluster.discovery.version';
  const which = readerOf(settings).choice(
    name,
    ['V1_ONLY', 'V1_OVER_V2', 'V2_OVER_V1', 'V2_ONLY'],
    'V1_ONLY',
  );
  if (which === 'V1_ONLY') return [v1];
  return which === 'V2_ONLY' ? [v2] : [v1, v2];
}

interface Reader {
  flag(name: string, byDefault: boolean): boolean;
  whole(name: string, byDefault: number): number;
  duration(name: string, byDefaultMs: number): number;
  list(name: string): readonly string[];
  choice<T extends string>(name: string, values: readonly T[], byDefault: T): T;
}

function readerOf(settings: ReadonlyMap<string, string>): Reader {
  function read<T>(name: string, byDefault: T, expected: string, parse: (text: string) => T | undefined): T {
    const text = settings.get(name);
    if (text === undefined) return byDefault;
    const value = parse(text);
    if (value === undefined) throw new InvalidSetting(name, text, expected);
    return value;
  }
  return {
    flag: (name, byDefault) => read(name, byDefault, 'a boolean', parseBoolean),
    whole: (name, byDefault) =>
      read(name, byDefault, 'a whole number', (text) => (/^\d+$/.test(text) ? Number(text) : undefined)),
    duration: (name, byDefaultMs) => read(name, byDefaultMs, 'a duration', parseDuration),
    list: (name) => parseList(settings.get(name) ?? ''),
    choice: (name, values, byDefault) =>
      read(name, byDefault, `one of ${values.join(', ')}`, (text) =>
        values.find((value) => value === text.toUpperCase()),
      ),
  };
}
