// All Pods in an informer of the kit.
import { systemClock, systemRng } from '@neo4j-operator/clock';
import {
  createHttpTransport,
  defineResource,
  InformerRegistry,
  loadClusterConfig,
  noMetrics,
  silentLogger,
} from '@neo4j-operator/reconcile-kit';

const [clock, rng, logger] = [systemClock, systemRng, silentLogger];
const config = await loadClusterConfig({ env: process.env, clock, logger });
const transport = createHttpTransport({ config, clock, userAgent: 'bench-pods' });
const registry = new InformerRegistry({ transport, clock, rng, logger, metrics: noMetrics });
const pods = registry.acquire(
  defineResource({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }),
);
registry.start();
await pods.whenSynced();
console.log('bench synced');
