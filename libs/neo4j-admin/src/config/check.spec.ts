import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Edition, findSetting, ownerOf, settingNames, versionOf } from '../catalogue/index.ts';
import { checkUserSettings } from './check.ts';
import { editDistance } from './nearest-name.ts';
import { configurationReasons } from './problem.ts';

function check(
  settings: Readonly<Record<string, string>>,
  version = '2026.08.1',
  edition: Edition = 'enterprise',
) {
  return checkUserSettings(settings, { version: versionOf(version), edition });
}

describe('settings of a user', () => {
  it.each([
    ['db.logs.query.threshold', '2s'],
    ['db.tx_log.rotation.retention_policy', '2 days 2G'],
    ['dbms.security.ldap.host', 'ldaps://ldap.example.com'],
    ['dbms.security.oidc.okta.issuer', 'https://example.com'],
    ['dbms.routing.load_balancing.config.server_policies.eu', 'tags(eu)->halt();'],
    ['gds.enterprise.license_file', '/licenses/gds.license'],
    ['server.bolt.thread_pool_max_size', '800'],
  ])('%s=%s is fine', (name, value) => {
    expect(check({ [name]: value })).toEqual([]);
  });

  it.each([
    ['dbms.memory.heap.max_size', 'NameOf4', 'server.memory.heap.max_size'],
    ['causal_clustering.minimum_core_cluster_size_at_formation', 'NameOf4', 'dbms.cluster'],
    ['dbms.cluster.discovery.endpoints', 'Removed', 'dbms.cluster.endpoints'],
    ['db.tx_state.memory_allocation', 'Removed', 'delete the line'],
    ['dbms.cluster.discovery.v2.endpoints', 'OwnedByOperator', 'names of the servers'],
    ['server.memory.heap.max_size', 'OwnedByOperator', 'set memory.heap instead'],
    ['server.jvm.additional', 'OwnedByOperator', 'jvm.additionalArguments'],
    ['dbms.ssl.policy.bolt.trust_all', 'OwnedByOperator', 'set tls instead'],
    ['dbms.ssl.policy.bolt.clientauth', 'OwnedByOperator', 'set tls instead'],
    ['apoc.import.file.enabled', 'ApocSetting', 'apoc.conf'],
    ['DB.logs.query.threshold', 'NotCanonical', 'db.logs.query.threshold'],
    [' db.logs.query.threshold', 'NotCanonical', 'db.logs.query.threshold'],
    ['no setting', 'Malformed', 'not the name'],
    ['', 'Malformed', 'not the name'],
    ['a=b.c', 'Malformed', 'not the name'],
  ])('%j is refused as %s', (name, reason, remedy) => {
    expect(check({ [name]: 'true' })).toEqual([
      { setting: name, severity: 'error', reason, message: expect.stringContaining(remedy) },
    ]);
  });

  it.each([
    ['db.checkpoint.throughput.limit', '2025.06.0', 'NotYet'],
    ['db.checkpoint.throughput.limit', '2025.07.0', undefined],
    ['server.memory.off_heap.transaction_max_size', '5.26.30', 'OwnedByOperator'],
    ['db.tx_state.memory_allocation', '5.26.30', 'OwnedByOperator'],
    ['server.memory.off_heap.block_cache_size', '2025.01.0', 'Removed'],
    ['dbms.cluster.catchup.client_inactivity_timeout', '5.26.30', undefined],
  ])('%s in %s: %s', (name, version, reason) => {
    expect(check({ [name]: '100000' }, version)[0]?.reason).toBe(reason);
  });

  it('of Enterprise are refused in Community', () => {
    expect(check({ 'dbms.security.ldap.host': 'x' }, '2026.08.1', 'community')).toMatchObject([
      { reason: 'EnterpriseOnly' },
    ]);
  });

  it.each([
    ['db.logs.query.treshold', 'db.logs.query.threshold'],
    ['db.logs.query.theshold', 'db.logs.query.threshold'],
    ['server.bolt.thread_pool_maxsize', 'server.bolt.thread_pool_max_size'],
    ['dbms.security.procedures.unrestrictde', 'dbms.security.procedures.unrestricted'],
  ])('%s is probably meant to be %s', (name, meant) => {
    expect(check({ [name]: '1' })).toEqual([
      {
        setting: name,
        severity: 'warning',
        reason: 'Unknown',
        message: expect.stringContaining(`did you mean ${meant}?`),
      },
    ]);
  });

  it('are not guessed at when nothing is near', () => {
    expect(check({ 'com.example.nothing': '1' })[0]?.message).toContain('check the name in the manual');
  });

  it('that Neo4j does not support are warned of', () => {
    expect(check({ 'internal.dbms.something': '1' })).toMatchObject([
      { severity: 'warning', reason: 'Internal' },
    ]);
  });

  it('cannot bring in a second line, nor run a command', () => {
    expect(check({ 'browser.post_connect_cmd': 'x\ndbms.security.auth_enabled=false' })).toMatchObject([
      { reason: 'ControlCharacter' },
    ]);
    expect(check({ 'db.format\ndbms.security.auth_enabled': 'x' })).toMatchObject([
      { reason: 'ControlCharacter' },
    ]);
    expect(check({ 'browser.post_connect_cmd': '$(id)' })).toMatchObject([{ reason: 'CommandExpansion' }]);
  });

  it.each([
    ['dbms.security.authentication_providers', 'ldap', 'native,ldap'],
    ['dbms.security.authorization_providers', 'oidc-okta, ldap', 'native,oidc-okta,ldap'],
    ['dbms.security.authorization_providers', 'Native', 'native,Native'],
    ['dbms.security.authentication_providers', '', 'native'],
    ['dbms.security.auth_max_failed_attempts', '1', 'at least 3, or 0'],
    ['dbms.security.auth_max_failed_attempts', '2', 'at least 3, or 0'],
  ])('may not lock out the operator: %s=%s', (name, value, remedy) => {
    expect(check({ [name]: value })).toEqual([
      {
        setting: name,
        severity: 'error',
        reason: 'OperatorLogin',
        message: expect.stringContaining(remedy),
      },
    ]);
  });

  it.each([
    ['dbms.security.authentication_providers', 'ldap, native'],
    ['dbms.security.authorization_providers', 'native'],
    ['dbms.security.auth_max_failed_attempts', '0'],
    ['dbms.security.auth_max_failed_attempts', '3'],
  ])('may decide how others log in: %s=%s', (name, value) => {
    expect(check({ [name]: value })).toEqual([]);
  });

  it('may not be given twice, however they are written', () => {
    const problems = check({ 'db.format': 'block', 'DB.FORMAT': 'aligned', 'db.format ': 'aligned' });

    expect(problems.filter(({ reason }) => reason === 'Duplicate')).toHaveLength(2);
  });

  it('are judged alike in whatever order they come', () => {
    const entries = [
      ['db.logs.query.treshold', '1'],
      ['DB.format', 'x'],
      ['db.format', 'x'],
      ['server.bolt.enabled', 'no'],
      ['db.checkpoint', 'SOMETIMES'],
    ] as const;
    const expected = check(Object.fromEntries(entries));

    expect(expected).toHaveLength(5);
    fc.assert(
      fc.property(fc.shuffledSubarray([...entries], { minLength: entries.length }), (shuffled) => {
        expect(check(Object.fromEntries(shuffled))).toEqual(expected);
      }),
    );
  });

  it('never make it fail, whatever they are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (settings) => {
        return check(settings).every(
          ({ reason, message }) => Object.hasOwn(configurationReasons, reason) && message !== '',
        );
      }),
    );
  });

  it('that the model decides are refused under every name that the catalogue has for them', () => {
    const ownedNames = settingNames.filter((name) => ownerOf(name).owner === 'operator');

    expect(ownedNames.length).toBeGreaterThan(50);
    for (const name of ownedNames) expect(check({ [name]: 'true' })[0]?.severity).toBe('error');
  });
});

describe('values', () => {
  it.each([
    ['dbms.cypher.hints_error', 'yes', 'true or false'],
    ['db.logs.query.threshold', '1.5s', 'a duration'],
    ['db.logs.query.threshold', '5 s', 'a duration'],
    ['db.memory.transaction.max', '1Gi', '1GiB'],
    ['db.memory.transaction.max', '50%', 'a size'],
    ['db.transaction.concurrent.maximum', 'many', 'an integer'],
    ['db.transaction.sampling.percentage', '101', 'from 1 to 100'],
    ['dbms.cypher.statistics_divergence_threshold', '1.5', 'from 0 to 1'],
    ['db.logs.query.enabled', 'DEBUG', 'OFF, INFO, VERBOSE'],
    ['server.http_enabled_transports', 'HTTP3', 'HTTP1_1, HTTP2'],
    ['server.metrics.graphite.server', 'a:b', 'host:port'],
    ['dbms.cluster.raft.leader_failure_detection_window', '20s', '3s-6s'],
    ['dbms.cypher.hints_error', '', 'true or false'],
    ['db.tx_log.rotation.retention_policy', '2 weeks', '2 days 4G'],
    ['db.transaction.concurrent.maximum', '2147483648', 'to 2147483647'],
    ['db.transaction.concurrent.maximum', '-2147483649', 'from -2147483648'],
    ['db.tx_log.buffer.size', '9223372036854775808', 'at least 131072'],
    ['db.tx_log.buffer.size', '131071', 'at least 131072'],
    ['server.threads.worker_count', '44739', 'to 44738'],
    ['db.transaction.timeout', '9999999999d', 'a duration'],
    ['db.transaction.timeout', '2147483648s', 'a duration'],
    ['db.transaction.timeout', '5\u00b5s', 'a duration'],
    ['dbms.routing_ttl', '999ms', 'at least 1000ms'],
    ['server.bolt.traffic_accounting_check_period', '59s', 'at least 60000ms, or 0'],
    ['db.memory.transaction.max', '1024.5', 'at least 1m, or 0'],
    ['db.memory.transaction.max', '9EiB', 'a size'],
    ['db.tx_log.rotation.size', '127k', 'at least 128k'],
    ['dbms.cypher.statistics_divergence_threshold', '-0.0', 'from 0 to 1'],
    ['dbms.cypher.statistics_divergence_threshold', '0.5 f', 'from 0 to 1'],
    ['server.metrics.graphite.server', ':', 'host:port'],
    ['server.metrics.graphite.server', 'a:65536', 'host:port'],
    ['server.metrics.graphite.server', '[::1]:', 'host:port'],
    ['server.bolt.additional_listen_addresses', 'a:1 b:2', 'host:port'],
  ])('%s=%s has to be %s', (name, value, wanted) => {
    expect(check({ [name]: value })).toMatchObject([
      { reason: 'WrongValue', message: expect.stringContaining(wanted) },
    ]);
  });

  it.each([
    ['dbms.cypher.hints_error', ' TRUE '],
    ['db.tx_log.rotation.retention_policy', '100M size'],
    ['db.tx_log.rotation.retention_policy', 'keep_none'],
    ['db.tx_log.rotation.retention_policy', '7 days'],
    ['db.logs.query.threshold', '1h30m'],
    ['db.logs.query.threshold', '5'],
    ['db.memory.transaction.max', '1.5g'],
    ['db.memory.transaction.max', '1 GiB'],
    ['db.logs.query.enabled', 'info'],
    ['server.http_enabled_modules', 'browser, QUERY_API_ENDPOINTS'],
    ['server.metrics.graphite.server', '[::1]:2003'],
    ['dbms.cluster.raft.leader_failure_detection_window', '20s-23s'],
    ['db.transaction.concurrent.maximum', '2147483647'],
    ['db.transaction.concurrent.maximum', '-1'],
    ['db.tx_log.buffer.size', '2147483648'],
    ['dbms.max_databases', '9223372036854775807'],
    ['db.transaction.timeout', '2147483647d'],
    ['db.transaction.timeout', '0'],
    ['db.transaction.timeout', '1D5\u03bcs'],
    ['server.bolt.traffic_accounting_check_period', '0s'],
    ['db.memory.transaction.max', '0'],
    ['db.memory.transaction.max', '8EiB'],
    ['db.memory.transaction.max', '1.g'],
    ['dbms.cypher.statistics_divergence_threshold', '0.5f'],
    ['dbms.cypher.statistics_divergence_threshold', '+.5e-1D'],
    ['dbms.cypher.statistics_divergence_threshold', '0'],
    ['server.bolt.additional_listen_addresses', 'a:1,'],
    ['server.bolt.additional_listen_addresses', ''],
    ['server.http_enabled_modules', 'BROWSER,'],
    ['server.metrics.graphite.server', 'foo:'],
    ['server.metrics.graphite.server', ':2003'],
    ['server.metrics.graphite.server', 'fe80::1'],
  ])('%s=%s is fine', (name, value) => {
    expect(findSetting(name)).toBeDefined();
    expect(check({ [name]: value })).toEqual([]);
  });
});

describe('the distance of two names', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });

  it('is nothing for the same, and does not depend on the direction', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
      }),
    );
  });

  it.each([
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', 'abd', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});
