// The same burst through the driver as it comes. Argument: the file with the addresses.
import { showServers, versionOf } from '@neo4j-operator/neo4j-admin';
import { auth, driver, type QueryConfig } from 'neo4j-driver';
import { burstSize, readClusters } from './addresses.ts';

const statement = showServers(versionOf('2026.08.1'));
const inSystem: Pick<QueryConfig, 'database'> = { database: 'system' };
const drivers = readClusters().map(({ addresses, password }) =>
  driver(`neo4j://${addresses[0] ?? ''}`, auth.basic('neo4j', password)),
);
console.log('bench ready');
await Promise.all(
  drivers.flatMap((each) =>
    Array.from({ length: burstSize }, () =>
      each.executeQuery(statement.text, statement.parameters, inSystem),
    ),
  ),
);
console.log('bench answered');
process.stdin.resume();
