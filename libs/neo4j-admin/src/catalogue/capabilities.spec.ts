import { describe, expect, it } from '@jest/globals';
import { can, capabilities, type Capability } from './capabilities.ts';
import { tableVersions } from './table-versions.spec-helper.ts';
import { versionOf } from './version.ts';

/** The columns are those versions; x: has it. */
const table = `
  capability                         5.26.0   5.26.30  2025.01  2025.04  2025.06  2025.09  2025.12  2026.03  2026.08
  discoveryV1                        x        x        -        -        -        -        -        -        -
  discoverySettingsV3                -        -        x        x        x        x        x        x        x
  logConfigInConfigurationDirectory  -        -        x        x        x        x        x        x        x
  hostnameVerifiedByDefault          -        -        x        x        x        x        x        x        x
  shutdownOnPanicByDefault           -        -        x        x        x        x        x        x        x
  backupAdvertisedAddress            -        -        -        -        x        x        x        x        x
  fleetDiscovery                     -        -        -        -        -        -        -        -        x
  fleetManager                       -        -        -        -        -        -        x        x        x
  httpForwardedHeaders               -        -        -        -        -        -        -        x        x
  cypher25                           -        -        -        -        x        x        x        x        x
  defaultLanguage                    -        -        -        -        x        x        x        x        x
  packagedDefaultIsCypher25          -        -        -        -        -        -        -        x        x
  bolt6                              -        -        -        -        -        -        x        x        x
  statusCheck                        x        x        x        x        x        x        x        x        x
  recreateShortName                  -        -        -        x        x        x        x        x        x
  recreateClearData                  -        -        -        x        x        x        x        x        x
  recreateStoreFormat                -        -        -        x        x        x        x        x        x
  unquarantine                       -        -        x        x        x        x        x        x        x
  digitDbNames                       -        -        x        x        x        x        x        x        x
  seedRestoreUntil                   -        -        x        x        x        x        x        x        x
  seedSourceDatabase                 -        -        -        -        x        x        x        x        x
  orReplaceSeed                      -        -        x        x        x        x        x        x        x
  serverSeed                         -        -        -        -        -        -        -        -        x
  defaultDatabaseByAlias             -        -        -        x        x        x        x        x        x
  serverListWildcards                -        -        -        -        -        -        x        x        x
  shardedDb                          -        -        -        -        -        -        x        x        x
  defaultPropertyShardReplicas       -        -        -        -        -        -        x        x        x
  routingPolicyRoles                 -        -        -        -        -        -        x        x        x
  replicaDatabases                   -        -        -        -        -        -        -        x        x
  compact                            -        -        -        -        -        -        -        -        x
  tlsReload                          -        -        -        x        x        x        x        x        x
  dbScopedAlterPrivileges            -        -        -        -        -        x        x        x        x
  relPropertyRules                   -        -        -        -        x        x        x        x        x
  authRules                          -        -        -        -        -        -        -        x        x
  userTags                           -        -        -        -        -        -        -        -        x
  cpuMetric                          -        -        x        x        x        x        x        x        x
  storeSizeFull                      -        -        x        x        x        x        x        x        x
  metricsDenyFilter                  -        -        -        -        -        -        x        x        x
  backupAggregateName                -        -        x        x        x        x        x        x        x
  restoreSourceDatabase              -        -        -        x        x        x        x        x        x
  preferDiffAsParent                 -        -        -        x        x        x        x        x        x
  remoteAddressResolution            -        -        -        -        -        x        x        x        x
  checkArtifact                      -        -        -        -        -        x        x        x        x
  inspectMetadataDefault             -        -        -        -        -        x        x        x        x
  inspectRecovered                   -        -        -        -        x        x        x        x        x
  metadataUserList                   -        -        -        -        -        -        x        x        x
  parallelDownload                   -        -        -        -        -        -        x        x        x
  skipRecovery                       -        -        -        -        -        -        x        x        x
  overlappingDiff                    -        -        -        -        -        -        -        x        x
`;

const rows = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/\s+/))
  .map(([capability, ...marks]) => ({ capability: capability as Capability, marks }));

describe('the table of capabilities', () => {
  it.each(rows)('$capability', ({ capability, marks }) => {
    expect(tableVersions.map((version) => (can(version, capability) ? 'x' : '-'))).toEqual(marks);
  });

  it('has a row for each of them', () => {
    expect(rows.map(({ capability }) => capability).toSorted()).toEqual(Object.keys(capabilities).toSorted());
  });

  it('once there, they stay, except for the first discovery service', () => {
    const lost = rows
      .filter(({ marks }) => marks.join('').includes('x-'))
      .map(({ capability }) => capability);

    expect(lost).toEqual(['discoveryV1']);
  });

  it('leaves out of Community what needs several servers, databases, roles or backups', () => {
    const newest = versionOf('2026.08.1');

    expect(can(newest, 'cypher25', 'community')).toBe(true);
    expect(can(newest, 'digitDbNames', 'community')).toBe(true);
    expect(can(newest, 'statusCheck', 'community')).toBe(false);
    expect(can(newest, 'cpuMetric', 'community')).toBe(false);
    expect(can(newest, 'tlsReload', 'community')).toBe(false);
  });
});
