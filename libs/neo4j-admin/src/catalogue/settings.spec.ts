import { describe, expect, it } from '@jest/globals';
import { communitySettings } from './community-settings.ts';
import { enterpriseSettings } from './enterprise-settings.ts';
import { legacyRemedy } from './legacy-names.ts';
import { ownerOf, ownedSettings } from './ownership.ts';
import type { Setting } from './setting.ts';
import { availability, changedDefault, findSetting, restartClass, settingNames } from './settings.ts';
import { versionOf } from './version.ts';

const longTerm = versionOf('5.26.30');
const newest = versionOf('2026.08.1');

function known(name: string): Setting {
  const setting = findSetting(name);
  if (setting === undefined) throw new Error(`the catalogue does not know ${name}`);
  return setting;
}

describe('the tables of settings', () => {
  it('have each name once, with a type and a default that fit', () => {
    const all = [...communitySettings, ...enterpriseSettings];

    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(settingNames).toHaveLength(all.length);
    expect(all.filter(({ name }) => !/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/.test(name))).toEqual([]);
  });

  it('hold as many Community settings as the servers show', () => {
    const at = (version: typeof newest) =>
      communitySettings.filter(
        (setting) => availability(setting, version, 'community').state === 'available',
      );

    expect(at(longTerm)).toHaveLength(171);
    expect(at(newest)).toHaveLength(192);
  });

  it.each([
    ['dbms.cluster.discovery.version', 'available', 'removed'],
    ['dbms.cluster.discovery.v2.endpoints', 'available', 'renamed'],
    ['dbms.cluster.endpoints', 'not-yet', 'available'],
    ['dbms.kubernetes.discovery.v2.service_port_name', 'available', 'renamed'],
    ['server.max_databases', 'available', 'removed'],
    ['server.memory.off_heap.transaction_max_size', 'available', 'removed'],
    ['dbms.security.tls_reload_enabled', 'not-yet', 'available'],
    ['server.fleet_discovery.enabled', 'not-yet', 'available'],
    ['dbms.ssl.policy.cluster.verify_hostname', 'available', 'available'],
    ['db.query.default_language', 'not-yet', 'available'],
  ])('%s is %s in 5.26 and %s in 2026.08', (name, before, after) => {
    expect(availability(known(name), longTerm, 'enterprise').state).toBe(before);
    expect(availability(known(name), newest, 'enterprise').state).toBe(after);
  });

  it.each([
    ['db.logs.query.annotation_data_format', 'CYPHER', 'JSON'],
    ['server.panic.shutdown_on_panic', 'false', 'true'],
    ['server.metrics.csv.rotation.compression', 'NONE', 'ZIP'],
    ['dbms.ssl.policy.bolt.verify_hostname', 'false', 'true'],
    ['server.logs.config', 'conf/server-logs.xml', 'server-logs.xml'],
    ['db.tx_log.rotation.retention_policy', '2 days', '2 days 2G'],
    ['server.bolt.listen_address', undefined, undefined],
  ])('the default of %s is %s in 5.26 and %s in 2026.08', (name, before, after) => {
    expect(changedDefault(known(name), longTerm)).toBe(before);
    expect(changedDefault(known(name), newest)).toBe(after);
  });

  it.each([
    ['dbms.security.abac.authorization_providers', '2026.02.0', '2026.03.0'],
    ['dbms.security.allow_oidc_credential_forwarding_enabled', '2025.09.0', '2025.10.0'],
  ])('%s is not in %s but in %s', (name, before, since) => {
    expect(availability(known(name), versionOf(before), 'enterprise').state).toBe('not-yet');
    expect(availability(known(name), versionOf(since), 'enterprise').state).toBe('available');
  });

  it('tell Community what it does not have', () => {
    expect(availability(known('server.metrics.enabled'), newest, 'community').state).toBe('not-in-edition');
    expect(availability(known('server.bolt.enabled'), newest, 'community').state).toBe('available');
  });

  it('know families by the part that is not the name of something', () => {
    expect(findSetting('dbms.ssl.policy.bolt.client_auth')?.type.kind).toBe('enum');
    expect(findSetting('dbms.ssl.policy.bolt.client_atuh')).toBeUndefined();
    expect(findSetting('dbms.ssl.policy.other.enabled')).toBeUndefined();
    expect(findSetting('dbms.security.oidc.azure.issuer')?.dynamic).toBe(true);
    expect(findSetting('dbms.security.oidc.azure.isuer')).toBeUndefined();
    expect(findSetting('gds.enterprise.license_file')).toBeDefined();
    expect(findSetting('constructor')).toBeUndefined();
    expect(findSetting('dbms.ssl.policy.bolt.constructor')).toBeUndefined();
  });
});

describe('what a change asks for', () => {
  it('is nothing where only a joining server reads it', () => {
    expect(restartClass(known('dbms.cluster.endpoints'), 'enterprise')).toBe('next-start');
    expect(restartClass(known('initial.dbms.default_primaries_count'), 'enterprise')).toBe('next-start');
  });

  it('is a statement in Enterprise and a restart in Community where the setting is dynamic', () => {
    expect(restartClass(known('db.logs.query.threshold'), 'enterprise')).toBe('live');
    expect(restartClass(known('db.logs.query.threshold'), 'community')).toBe('restart');
  });

  it('is a restart for the rest', () => {
    expect(restartClass(known('server.memory.heap.max_size'), 'enterprise')).toBe('restart');
    expect(restartClass(known('server.jvm.additional'), 'enterprise')).toBe('restart');
  });
});

describe('whose a setting is', () => {
  it.each([
    ['server.memory.heap.max_size', 'memory.heap'],
    ['dbms.ssl.policy.cluster.trust_all', 'tls'],
    ['initial.server.tags', 'topology'],
    ['initial.dbms.default_secondaries_count', 'topology.defaultDatabase'],
    ['initial.dbms.default_property_shard_replica_count', 'topology.defaultDatabase'],
    ['server.jvm.additional', 'jvm.additionalArguments'],
  ])('%s is decided by %s', (name, instead) => {
    expect(ownerOf(name)).toEqual({ owner: 'operator', instead });
  });

  it('is the user, unless said otherwise', () => {
    expect(ownerOf('db.logs.query.threshold')).toEqual({ owner: 'user' });
    expect(ownerOf('server.memory.pagecache.scan.prefetchers')).toEqual({ owner: 'user' });
    expect(ownerOf('server.bolt.thread_pool_max_size')).toEqual({ owner: 'user' });
  });

  it('has entries only for settings that exist', () => {
    const strays = ownedSettings
      .map(({ prefix }) => prefix)
      .filter((prefix) => !prefix.endsWith('.') && findSetting(prefix) === undefined);

    expect(strays).toEqual([]);
  });
});

describe('names of 4.x', () => {
  it.each([
    ['dbms.memory.heap.max_size', 'server.memory.heap.max_size'],
    ['dbms.connector.bolt.listen_address', 'server.bolt.listen_address'],
    ['metrics.prometheus.enabled', 'server.metrics.prometheus.enabled'],
    ['dbms.tx_log.rotation.retention_policy', 'db.tx_log.rotation.retention_policy'],
    ['causal_clustering.initial_discovery_members', 'dbms.cluster'],
    ['dbms.mode', 'no role'],
    ['dbms.logs.debug.level', 'log configuration'],
  ])('%s leads to %s', (name, remedy) => {
    expect(legacyRemedy(name)).toContain(remedy);
  });

  it('are none of those of today', () => {
    expect(settingNames.filter((name) => legacyRemedy(name) !== undefined)).toEqual([]);
  });
});
