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

/** DRYRUN DEALLOCATE. */
export const moveColumns = [
  'database',
  'fromServerName',
  'fromServerId',
  'toServerName',
  'toServerId',
  'mode',
];

/** SHOW DATABASES (operations manual, "Listing databases"). */
export function databaseColumns(version: string): ColumnSet {
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
      ...(isAtLeast(version, '2025.12') ? ['currentPropertyShardReplicas'] : []),
      'requestedPrimariesCount',
      'requestedSecondariesCount',
      ...(isAtLeast(version, '2025.12') ? ['requestedPropertyShardReplicas'] : []),
      'creationTime',
      'lastStartTime',
      'lastStopTime',
      'store',
      'lastCommittedTxn',
      'replicationLag',
      ...(isAtLeast(version, '2025.12') ? ['shardTxnLag'] : []),
      'constituents',
      ...(isAtLeast(version, '2025.12') ? ['graphShards', 'propertyShards'] : []),
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

/** SHOW CURRENT USER. */
export const currentUserColumns = ['user', 'roles', 'passwordChangeRequired', 'suspended', 'home'];

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

/** SHOW TRANSACTIONS (Cypher manual, "SHOW TRANSACTIONS"). */
export const transactionColumns: ColumnSet = {
  byDefault: [
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
  ],
  all: [
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
    'cpuTime',
    'waitTime',
    'elapsedTime',
    'idleTime',
    'currentQueryElapsedTime',
    'currentQueryCpuTime',
    'currentQueryWaitTime',
    'currentQueryIdleTime',
  ],
};

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
