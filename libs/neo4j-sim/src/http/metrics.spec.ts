import { describe, expect, it } from '@jest/globals';
import { renderMetrics, type SimLoad } from './metrics.ts';
import { listenMetrics } from './metrics-server.ts';

const load: SimLoad = {
  cpu: { process: 0.25, system: 0.5 },
  heap: { used: 1_000, max: 2_000 },
  pageCacheHitRatio: 0.98,
  boltConnections: { running: 3, idle: 4 },
  databases: [
    {
      name: 'my-data',
      transactionsActive: 5,
      transactionsCommitted: 600,
      lastCommittedTransactionId: 700,
      queryLatencyMillis: { '0.5': 1, '0.75': 2, '0.95': 3, '0.98': 4, '0.99': 5.5, '0.999': 6 },
      queryCount: 800,
      isRaftLeader: true,
      storeSizeBytes: 9_000,
    },
  ],
};

/** The samples without the comments. */
function samples(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const ofDatabase = [
  'neo4j_database_my_data_transaction_active 5',
  'neo4j_database_my_data_transaction_committed_total 600',
  'neo4j_database_my_data_transaction_last_committed_tx_id_total 700',
  'neo4j_database_my_data_db_query_execution_latency_millis{quantile="0.5"} 1',
  'neo4j_database_my_data_db_query_execution_latency_millis{quantile="0.75"} 2',
  'neo4j_database_my_data_db_query_execution_latency_millis{quantile="0.95"} 3',
  'neo4j_database_my_data_db_query_execution_latency_millis{quantile="0.98"} 4',
  'neo4j_database_my_data_db_query_execution_latency_millis{quantile="0.99"} 5.5',
  'neo4j_database_my_data_db_query_execution_latency_millis{quantile="0.999"} 6',
  'neo4j_database_my_data_db_query_execution_latency_millis_count 800',
  'neo4j_database_my_data_cluster_raft_is_leader 1',
];

const ofServer = [
  'neo4j_dbms_vm_heap_used 1000',
  'neo4j_dbms_vm_heap_max 2000',
  'neo4j_dbms_page_cache_hit_ratio 0.98',
  'neo4j_dbms_bolt_connections_running 3',
  'neo4j_dbms_bolt_connections_idle 4',
];

describe('renderMetrics', () => {
  it('has no CPU load in 5.26, and the size of the store under its old name', () => {
    expect(samples(renderMetrics(load, '5.26.30'))).toEqual([
      ...ofServer,
      ...ofDatabase,
      'neo4j_database_my_data_store_size_total 9000',
    ]);
  });

  it('has CPU load since 2025.01, and the size of the store under its new name', () => {
    expect(samples(renderMetrics(load, '2025.01.0'))).toEqual([
      'neo4j_dbms_vm_cpu_load_process 0.25',
      'neo4j_dbms_vm_cpu_load_system 0.5',
      ...ofServer,
      ...ofDatabase,
      'neo4j_database_my_data_store_size_full 9000',
    ]);
  });

  it('tells the type of each metric, under the name that its samples have', () => {
    const lines = renderMetrics(load, '5.26.30').split('\n');
    expect(lines).toContain('# TYPE neo4j_dbms_vm_heap_used gauge');
    expect(lines).toContain('# TYPE neo4j_database_my_data_transaction_committed_total counter');
    expect(lines).toContain('# TYPE neo4j_database_my_data_db_query_execution_latency_millis summary');
  });

  it('puts another prefix before all of them', () => {
    const all = samples(renderMetrics(load, '2026.08.1', 'graph'));
    expect(all.filter((line) => !line.startsWith('graph_'))).toEqual([]);
  });
});

describe('listenMetrics', () => {
  it('shows the load of the moment to everybody, on one path', async () => {
    const view = { version: '2026.08.1', load, onStop: () => () => undefined };
    const server = await listenMetrics(view, { host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${server.port}`;
    view.load = { ...load, pageCacheHitRatio: 0.1 };
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(samples(await response.text())).toContain('neo4j_dbms_page_cache_hit_ratio 0.1');
    expect((await fetch(url)).status).toBe(404);
    await server.close();
  });
});
