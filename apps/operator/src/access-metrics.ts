import type { AccessMetrics } from '@neo4j-operator/cluster-access';
import { parseKey, type PrometheusMetrics } from '@neo4j-operator/reconcile-kit';
import { Counter, Gauge, Histogram } from 'prom-client';

const prefix = 'neo4j_operator';

/** From a statement in the same zone to one that waits for all servers. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the sessions with Neo4j clusters report, for Prometheus. Times become seconds. */
export function createAccessMetrics(registry: PrometheusMetrics['registry']): AccessMetrics {
  const registers = [registry];
  const statements = new Counter({
    name: `${prefix}_neo4j_statements_total`,
    help: 'Statements sent to Neo4j clusters, by what they were for and how they ended',
    labelNames: ['access', 'outcome'],
    registers,
  });
  const statementDuration = new Histogram({
    name: `${prefix}_neo4j_statement_duration_seconds`,
    help: 'How long statements took, waiting for a connection included',
    labelNames: ['access'],
    buckets,
    registers,
  });
  const readings = new Counter({
    name: `${prefix}_neo4j_readings_total`,
    help: 'Readings of servers and databases of clusters',
    labelNames: ['result'],
    registers,
  });
  const readingDuration = new Histogram({
    name: `${prefix}_neo4j_reading_duration_seconds`,
    help: 'How long a reading of a cluster took',
    buckets,
    registers,
  });
  const reachable = new Gauge({
    name: `${prefix}_neo4j_cluster_reachable`,
    help: '1 if the last reading of the cluster succeeded, else 0',
    labelNames: ['namespace', 'name'],
    registers,
  });
  return {
    statementDone({ access, outcome, durationMs }) {
      statements.labels(access, outcome).inc();
      statementDuration.labels(access).observe(durationMs / 1000);
    },
    readingDone({ ok, durationMs }) {
      readings.labels(ok ? 'success' : 'error').inc();
      readingDuration.observe(durationMs / 1000);
    },
    reachable(cluster, isReachable) {
      const { namespace = '', name } = parseKey(cluster);
      if (isReachable === undefined) reachable.remove(namespace, name);
      else reachable.labels(namespace, name).set(isReachable ? 1 : 0);
    },
  };
}
