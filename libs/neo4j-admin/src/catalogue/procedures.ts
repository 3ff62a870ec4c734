import type { Edition } from './capabilities.ts';
import { isAtLeast, type Neo4jVersion, type Release } from './version.ts';

/** Since when a procedure is there, and until when. */
interface ProcedureDates {
  readonly since: Release;
  /** The first release without it. */
  readonly removed?: Release;
  /** The first release that prefers another; what it prefers. */
  readonly deprecated?: readonly [release: Release, replacement: string];
  readonly edition: Edition;
  /** Only parsed where the language is Cypher 5. */
  readonly cypher5Only?: true;
}

/** The built-in procedures that administer (operations manual, "Procedures"). */
export const procedures = {
  'dbms.components': { since: '5.26', edition: 'community' },
  'dbms.listConfig': { since: '5.26', edition: 'community' },
  'dbms.listConnections': { since: '5.26', edition: 'community' },
  'dbms.killConnection': { since: '5.26', edition: 'community' },
  'dbms.killConnections': { since: '5.26', edition: 'community' },
  'dbms.queryJmx': { since: '5.26', edition: 'community' },
  'dbms.cluster.routing.getRoutingTable': { since: '5.26', edition: 'community' },
  'db.awaitIndexes': { since: '5.26', edition: 'community' },
  'dbms.setConfigValue': { since: '5.26', edition: 'enterprise' },
  'dbms.checkConfigValue': { since: '5.26', edition: 'enterprise' },
  'dbms.listPools': { since: '5.26', edition: 'enterprise' },
  'dbms.security.clearAuthCache': { since: '5.26', edition: 'enterprise' },
  'dbms.security.reloadTLS': { since: '2025.03', edition: 'enterprise' },
  'dbms.setDefaultAllocationNumbers': { since: '5.26', edition: 'enterprise' },
  'dbms.setDefaultDatabase': { since: '5.26', edition: 'enterprise' },
  'dbms.showTopologyGraphConfig': { since: '5.26', edition: 'enterprise' },
  'dbms.setDatabaseAllocator': { since: '5.26', removed: '2025.01', edition: 'enterprise' },
  'dbms.recreateDatabase': { since: '2025.04', edition: 'enterprise' },
  'dbms.cluster.recreateDatabase': {
    since: '5.26',
    deprecated: ['2025.04', 'dbms.recreateDatabase'],
    edition: 'enterprise',
  },
  'dbms.quarantineDatabase': {
    since: '5.26',
    deprecated: ['2025.01', 'dbms.unquarantineDatabase'],
    edition: 'enterprise',
  },
  'dbms.unquarantineDatabase': { since: '2025.01', edition: 'enterprise' },
  'dbms.promoteReplicaDatabase': { since: '2026.03', edition: 'enterprise' },
  'dbms.cluster.cordonServer': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.uncordonServer': {
    since: '5.26',
    deprecated: ['2025.06', 'ENABLE SERVER'],
    edition: 'enterprise',
    cypher5Only: true,
  },
  'dbms.cluster.setAutomaticallyEnableFreeServers': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.statusCheck': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.checkConnectivity': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.protocols': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.secondaryReplicationDisable': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.deallocateDatabaseFromServer': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.deallocateDatabaseFromServers': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.deallocateNumberOfDatabases': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.reallocateDatabase': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.reallocateNumberOfDatabases': { since: '5.26', edition: 'enterprise' },
  'dbms.cluster.showParallelDiscoveryState': { since: '5.26', removed: '2025.01', edition: 'enterprise' },
  'dbms.cluster.moveToNextDiscoveryVersion': { since: '5.26', removed: '2025.01', edition: 'enterprise' },
  'dbms.cluster.switchDiscoveryServiceVersion': { since: '5.26', removed: '2025.01', edition: 'enterprise' },
} as const satisfies Readonly<Record<string, ProcedureDates>>;

/** One of them. */
export type Procedure = keyof typeof procedures;

/** Whether a server has the procedure. */
export function hasProcedure(
  version: Neo4jVersion,
  procedure: Procedure,
  edition: Edition = 'enterprise',
): boolean {
  const dates: ProcedureDates = procedures[procedure];
  if (dates.edition === 'enterprise' && edition === 'community') return false;
  return (
    isAtLeast(version, dates.since) && (dates.removed === undefined || !isAtLeast(version, dates.removed))
  );
}

/** What to call instead, if the version prefers something else. */
export function procedureReplacement(version: Neo4jVersion, procedure: Procedure): string | undefined {
  const { deprecated }: ProcedureDates = procedures[procedure];
  return deprecated !== undefined && isAtLeast(version, deprecated[0]) ? deprecated[1] : undefined;
}
