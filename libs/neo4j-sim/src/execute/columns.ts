import type { Language } from '../cypher/ast.ts';
import { isAtLeast } from '../model/version.ts';

/** All columns and those that are shown without YIELD. */
export interface ColumnSet {
  readonly all: readonly string[];
  readonly byDefault: readonly string[];
}

/** SHOW SERVERS (operations manual, "Listing servers"). */
export const serverColumns: ColumnSet = {
  byDefault: ['name', 'address', 'state', 'health', 'hosting'],
  all: [
    'serverId',
    'name',
    'address',
    'httpAddress',
    'httpsAddress',
    'state',
    'health',
    'hosting',
    'requestedHosting',
    'tags',
    'allowedDatabases',
    'deniedDatabases',
    'modeConstraint',
    'version',
  ],
};

/** GQLSTATUS of a column that a procedure does not have. */
export const unknownProcedureColumn = '42N50';

/** GQLSTATUS of a column that SHOW SERVERS does not have. */
export const unknownServerColumn = '42N62';

/** DRYRUN DEALLOCATE. */
export const moveColumns = [
  'database',
  'fromServerName',
  'fromServerId',
  'toServerName',
  'toServerId',
  'mode',
];

/** SHOW DATABASES (operations manual, "Listing databases"). Those of sharded databases are shown in Cypher 25 only. */
export function databaseColumns(version: string, language: Language): ColumnSet {
  const hasShards = isAtLeast(version, '2025.12') && language === '25';
  return {
    byDefault: [
      'name',
      'type',
      'aliases',
      'access',
      'address',
      'role',
      'writer',
      'requestedStatus',
      'currentStatus',
      'statusMessage',
      'default',
      'home',
      'constituents',
    ],
    all: [
      'name',
      'type',
      'aliases',
      'access',
      'databaseID',
      'serverID',
      'address',
      'role',
      'writer',
      'requestedStatus',
      'currentStatus',
      'statusMessage',
      'default',
      'home',
      'currentPrimariesCount',
      'currentSecondariesCount',
      ...(hasShards ? ['currentPropertyShardReplicas'] : []),
      'requestedPrimariesCount',
      'requestedSecondariesCount',
      ...(hasShards ? ['requestedPropertyShardReplicas'] : []),
      'creationTime',
      'lastStartTime',
      'lastStopTime',
      'store',
      'lastCommittedTxn',
      'replicationLag',
      ...(hasShards ? ['shardTxnLag'] : []),
      'constituents',
      ...(hasShards ? ['graphShards', 'propertyShards'] : []),
      ...(isAtLeast(version, '2025.06') ? ['defaultLanguage'] : []),
      'options',
    ],
  };
}

/** SHOW USERS; `tags` from 2026.06. */
export function userColumns(version: string, withAuth: boolean): ColumnSet {
  const byDefault = ['user', 'roles', 'passwordChangeRequired', 'suspended', 'home'];
  const auth = withAuth ? ['provider', 'auth'] : [];
  const tags = isAtLeast(version, '2026.06') ? ['tags'] : [];
  return { byDefault: [...byDefault, ...auth], all: [...byDefault, ...auth, ...tags] };
}

/** SHOW CURRENT USER, which is always without the providers. */
export function currentUserColumns(version: string): ColumnSet {
  return userColumns(version, false);
}

/** SHOW SETTINGS (Cypher manual, "SHOW SETTINGS"). */
export const settingColumns: ColumnSet = {
  byDefault: ['name', 'value', 'isDynamic', 'defaultValue', 'description'],
  all: [
    'name',
    'value',
    'isDynamic',
    'defaultValue',
    'description',
    'startupValue',
    'isExplicitlySet',
    'validValues',
    'isDeprecated',
  ],
};

/** SHOW TRANSACTIONS (Cypher manual, "SHOW TRANSACTIONS"); the progress in Cypher 25 only. */
export function transactionColumns(language: Language): ColumnSet {
  return {
    byDefault: shownTransactionColumns,
    all: [...allTransactionColumns, ...(language === '25' ? ['currentQueryProgress'] : [])],
  };
}

const shownTransactionColumns = [
  'database',
  'transactionId',
  'currentQueryId',
  'connectionId',
  'clientAddress',
  'username',
  'currentQuery',
  'startTime',
  'status',
  'elapsedTime',
];

const allTransactionColumns = [
  'database',
  'transactionId',
  'currentQueryId',
  'outerTransactionId',
  'connectionId',
  'clientAddress',
  'username',
  'metaData',
  'currentQuery',
  'parameters',
  'planner',
  'runtime',
  'indexes',
  'startTime',
  'currentQueryStartTime',
  'protocol',
  'requestUri',
  'status',
  'currentQueryStatus',
  'statusDetails',
  'resourceInformation',
  'activeLockCount',
  'currentQueryActiveLockCount',
  'elapsedTime',
  'cpuTime',
  'waitTime',
  'idleTime',
  'currentQueryElapsedTime',
  'currentQueryCpuTime',
  'currentQueryWaitTime',
  'currentQueryIdleTime',
  'currentQueryAllocatedBytes',
  'allocatedDirectBytes',
  'estimatedUsedHeapMemory',
  'pageHits',
  'pageFaults',
  'currentQueryPageHits',
  'currentQueryPageFaults',
  'initializationStackTrace',
];

/** TERMINATE TRANSACTIONS. */
export const terminationColumns = ['transactionId', 'username', 'message'];

/** `dbms.cluster.statusCheck` (operations manual, "Monitor a cluster"). */
export const statusCheckColumns = [
  'database',
  'serverId',
  'serverName',
  'address',
  'replicationSuccessful',
  'memberStatus',
  'recognisedLeader',
  'recognisedLeaderTerm',
  'requester',
  'error',
];

/** `dbms.showTopologyGraphConfig`. */
export const allocationColumns = [
  'allocator',
  'defaultPrimariesCount',
  'defaultSecondariesCount',
  'defaultDatabase',
  'autoEnableFreeServers',
];
