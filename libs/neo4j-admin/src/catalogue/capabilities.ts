import { isAtLeast, type Neo4jVersion, type Release } from './version.ts';

/** Community runs one server with one database and lacks roles, backups and metrics. */
export type Edition = 'community' | 'enterprise';

/** What a capability needs. */
interface Needs {
  readonly since: Release;
  /** The last line that has it is the one before this. */
  readonly until?: Release;
  readonly edition?: 'enterprise';
}

/**
 * What versions and editions can do, as far as something is done differently for it. The dates are those of the operations manual
 * ("Changes, deprecations, and removals") and of the pages on the feature.
 */
export const capabilities = {
  // Discovery and start
  /** Both discovery services; the second has to be chosen: `dbms.cluster.discovery.version=V2_ONLY`. */
  discoveryV1: { since: '5.26', until: '2025.01', edition: 'enterprise' },
  /** One discovery service, and the names of its settings without `v2`: `dbms.cluster.endpoints`. */
  discoverySettingsV3: { since: '2025.01', edition: 'enterprise' },
  /** Log configurations are looked for in the configuration directory instead of the home directory. */
  logConfigInConfigurationDirectory: { since: '2025.01' },
  /** `dbms.ssl.policy.*.verify_hostname` is on unless it is switched off. */
  hostnameVerifiedByDefault: { since: '2025.01' },
  /** A server that panics ends its process unless it is told to stay. */
  shutdownOnPanicByDefault: { since: '2025.01', edition: 'enterprise' },
  /** `server.backup.advertised_address`. */
  backupAdvertisedAddress: { since: '2025.05', edition: 'enterprise' },
  /** Announces itself in the local network unless it is told not to. */
  fleetDiscovery: { since: '2026.05' },
  /** Has a client of the fleet manager, which is on unless it is switched off. */
  fleetManager: { since: '2025.11' },
  /** Honours `X-Forwarded-*` headers, by the settings `server.http.x_forward.*`. */
  httpForwardedHeaders: { since: '2026.03' },

  // Languages and protocols
  /** The prefix `CYPHER 25`. Earlier versions speak Cypher 5 only. */
  cypher25: { since: '2025.06' },
  /** `DEFAULT LANGUAGE` of databases, `db.query.default_language`. */
  defaultLanguage: { since: '2025.06' },
  /** The packaged configuration asks for Cypher 25 in new databases; a configuration of one's own does not have it from there. */
  packagedDefaultIsCypher25: { since: '2026.02' },
  /** Bolt 6.0. */
  bolt6: { since: '2025.10' },

  // Servers and databases
  /** `dbms.cluster.statusCheck`. */
  statusCheck: { since: '5.26', edition: 'enterprise' },
  /** `dbms.recreateDatabase`; before it was `dbms.cluster.recreateDatabase`. */
  recreateShortName: { since: '2025.04', edition: 'enterprise' },
  /** Option `clearData` of recreating. */
  recreateClearData: { since: '2025.02', edition: 'enterprise' },
  /** Option `storeFormat` of recreating. */
  recreateStoreFormat: { since: '2025.04', edition: 'enterprise' },
  /** `dbms.unquarantineDatabase`. */
  unquarantine: { since: '2025.01', edition: 'enterprise' },
  /** Names of databases may start with a digit. */
  digitDbNames: { since: '2025.01' },
  /** Seeding a database up to a point in time. */
  seedRestoreUntil: { since: '2025.01', edition: 'enterprise' },
  /** Seeding from an artefact of a database with another name. */
  seedSourceDatabase: { since: '2025.06', edition: 'enterprise' },
  /** `CREATE OR REPLACE DATABASE` with a seed. */
  orReplaceSeed: { since: '2025.01', edition: 'enterprise' },
  /** Seeds with `server://`. */
  serverSeed: { since: '2026.04', edition: 'enterprise' },
  /** The default database may be an alias, or not exist yet. */
  defaultDatabaseByAlias: { since: '2025.04', edition: 'enterprise' },
  /** Wildcards, and names of one letter, in the lists of allowed and denied databases of servers. */
  serverListWildcards: { since: '2025.12', edition: 'enterprise' },
  /** Databases whose properties are spread over shards. */
  shardedDb: { since: '2025.12', edition: 'enterprise' },
  /** `initial.dbms.default_property_shard_replica_count`, third argument of `dbms.setDefaultAllocationNumbers`. */
  defaultPropertyShardReplicas: { since: '2025.12', edition: 'enterprise' },
  /** Roles of servers in routing policies, and policies that come with the server. */
  routingPolicyRoles: { since: '2025.12', edition: 'enterprise' },
  /** Replicas of databases of other clusters. */
  replicaDatabases: { since: '2026.03', edition: 'enterprise' },
  /** `db.compact`. */
  compact: { since: '2026.08', edition: 'enterprise' },

  // Security
  /** New certificates without a restart: `dbms.security.reloadTLS`. */
  tlsReload: { since: '2025.03', edition: 'enterprise' },
  /** Privileges to alter one database. */
  dbScopedAlterPrivileges: { since: '2025.08', edition: 'enterprise' },
  /** Property rules on relationships; before there were those on nodes only. */
  relPropertyRules: { since: '2025.05', edition: 'enterprise' },
  /** Roles by attributes of a token: `CREATE AUTH RULE`. */
  authRules: { since: '2026.03', edition: 'enterprise' },
  /** Tags of users. */
  userTags: { since: '2026.06', edition: 'enterprise' },

  // Metrics
  /** `dbms.vm.cpu_load.*`. */
  cpuMetric: { since: '2025.01', edition: 'enterprise' },
  /** `store.size.full`; before `store.size.total`. */
  storeSizeFull: { since: '2025.01', edition: 'enterprise' },
  /** `server.metrics.deny_filter`. */
  metricsDenyFilter: { since: '2025.10', edition: 'enterprise' },

  // Backup
  /** `neo4j-admin backup aggregate`; before `neo4j-admin database aggregate-backup`. */
  backupAggregateName: { since: '2025.01', edition: 'enterprise' },
  /** Restoring from a folder by the name of the database that was backed up. */
  restoreSourceDatabase: { since: '2025.02', edition: 'enterprise' },
  /** Differential backups may follow a differential although a newer full one is there. */
  preferDiffAsParent: { since: '2025.04', edition: 'enterprise' },
  /** The server tells which others to fetch the backup from. */
  remoteAddressResolution: { since: '2025.09', edition: 'enterprise' },
  /** `neo4j-admin database check` of a single artefact. */
  checkArtifact: { since: '2025.09', edition: 'enterprise' },
  /** `backup inspect` always shows what it knows. */
  inspectMetadataDefault: { since: '2025.07', edition: 'enterprise' },
  /** `backup inspect` says whether an artefact is recovered. */
  inspectRecovered: { since: '2025.06', edition: 'enterprise' },
  /** `--include-metadata=users=a,b`. */
  metadataUserList: { since: '2025.10', edition: 'enterprise' },
  /** Files of a backup are fetched in parallel. */
  parallelDownload: { since: '2025.11', edition: 'enterprise' },
  /** Full backups that are not recovered. */
  skipRecovery: { since: '2025.11', edition: 'enterprise' },
  /** The first differential may overlap the full backup before it, so their schedules are independent. */
  overlappingDiff: { since: '2026.02', edition: 'enterprise' },
} as const satisfies Readonly<Record<string, Needs>>;

/** One of them. */
export type Capability = keyof typeof capabilities;

/**
 * Whether the version has it.
 *
 * @param edition - Enterprise, unless said otherwise: clusters are
 */
export function can(version: Neo4jVersion, capability: Capability, edition: Edition = 'enterprise'): boolean {
  const needs: Needs = capabilities[capability];
  if (needs.edition !== undefined && needs.edition !== edition) return false;
  return isAtLeast(version, needs.since) && (needs.until === undefined || !isAtLeast(version, needs.until));
}
