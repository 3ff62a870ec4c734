// Simulated clusters of three servers each, for the others to talk to. Arguments: how many, and the file for their addresses.
import { writeFileSync } from 'node:fs';
import { systemClock } from '@neo4j-operator/clock';
import { startSimCluster } from '@neo4j-operator/neo4j-sim';

const [count = '', file = ''] = process.argv.slice(2);

const clusters = [];
for (let index = 0; index < Number(count); index++) {
  const cluster = await startSimCluster({ clock: systemClock, listen: true });
  clusters.push({
    password: cluster.password,
    addresses: cluster.members.map(({ boltAddress }) => boltAddress),
  });
}
writeFileSync(file, JSON.stringify(clusters));
console.log('bench ready');
