// A burst of statements to each cluster through ClusterConnections. Argument: the file with the addresses.
import { systemClock } from '@neo4j-operator/clock';
import { ClusterConnections, driverConnector, showServers, versionOf } from '@neo4j-operator/neo4j-admin';
import { burstSize, readClusters } from './addresses.ts';

const statement = showServers(versionOf('2026.08.1'));
const clusters = readClusters().map(
  ({ addresses, password }) =>
    new ClusterConnections({
      clock: systemClock,
      connector: driverConnector({ clock: systemClock }),
      addresses: () => addresses,
      credentials: () => Promise.resolve({ username: 'neo4j', password }),
      trust: () => 'plaintext',
      // Fifty clusters share two cores here; waiting is what is asked for, not failing.
      limits: { acquisitionMs: 60_000 },
    }),
);
console.log('bench ready');
await Promise.all(
  clusters.flatMap((cluster) => Array.from({ length: burstSize }, () => cluster.admin(statement))),
);
console.log('bench answered');
process.stdin.resume();
