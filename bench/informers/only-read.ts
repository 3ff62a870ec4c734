// The same bytes as an informer asks for, read and thrown away: what the server and the wire take, whoever reads.
import { systemClock } from '@neo4j-operator/clock';
import { createHttpTransport, loadClusterConfig, silentLogger } from '@neo4j-operator/reconcile-kit';

const [clock, logger] = [systemClock, silentLogger];
const config = await loadClusterConfig({ env: process.env, clock, logger });
const transport = createHttpTransport({ config, clock, userAgent: 'bench-only-read' });
const { chunks } = await transport.stream({
  method: 'GET',
  path: '/api/v1/pods',
  query: {
    watch: 'true',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  },
});
const end = 'k8s.io/initial-events-end';
let tail = '';
for await (const chunk of chunks) {
  const last = tail + Buffer.from(chunk.subarray(-1_000)).toString('latin1');
  if (last.includes(end)) console.log('bench synced');
  tail = last.slice(-1_000);
}
