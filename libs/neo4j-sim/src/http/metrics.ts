import { isAtLeast } from '../bolt/versions.ts';

/** How busy one database is on this server. */
export interface SimDatabaseLoad {
  readonly name: string;
  readonly transactionsActive: number;
  /** Since the server has started. */
  readonly transactionsCommitted: number;
  readonly lastCommittedTransactionId: number;
  /** Time that queries took, in milliseconds, by quantile. */
  readonly queryLatencyMillis: Readonly<Record<LatencyQuantile, number>>;
  /** How many queries that is made of. */
  readonly queryCount: number;
  readonly isRaftLeader: boolean;
  /** Bytes on disk. */
  readonly storeSizeBytes: number;
}

/** How busy one server is. */
export interface SimLoad {
  /** Shares of all processors, from 0 to 1. */
  readonly cpu: { readonly process: number; readonly system: number };
  /** Bytes. */
  readonly heap: { readonly used: number; readonly max: number };
  /** From 0 to 1. */
  readonly pageCacheHitRatio: number;
  readonly boltConnections: { readonly running: number; readonly idle: number };
  readonly databases: readonly SimDatabaseLoad[];
}

/** The quantiles that the server gives of each distribution. */
export type LatencyQuantile = (typeof quantiles)[number];

const quantiles = ['0.5', '0.75', '0.95', '0.98', '0.99', '0.999'] as const;

interface Sample {
  /** What is behind the name of the metric: `{quantile="0.5"}`, `_count`. */
  readonly suffix: string;
  readonly value: number;
}

interface Metric {
  /** Inside the server: `neo4j.dbms.vm.heap.used`. */
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'summary';
  readonly samples: readonly Sample[];
}

/**
 * A part of what a server shows on its Prometheus endpoint, with the filter `*`. Operations manual, "Metrics reference": the name of the
 * database is a part of the metric's; CPU load came with 2025.01, which also renamed the store's size.
 *
 * @param serverVersion - `5.26.30`, `2026.08.1`
 * @param prefix - `server.metrics.prefix`
 * @returns text in the Prometheus exposition format 0.0.4
 */
export function renderMetrics(load: SimLoad, serverVersion: string, prefix = 'neo4j'): string {
  const isCalendar = isAtLeast(serverVersion, 2025, 1);
  const metrics = [
    ...globalMetrics(load, `${prefix}.dbms`, isCalendar),
    ...load.databases.flatMap((database) =>
      databaseMetrics(database, `${prefix}.database.${database.name}`, isCalendar),
    ),
  ];
  return metrics.map(render).join('');
}

function globalMetrics(load: SimLoad, scope: string, isCalendar: boolean): readonly Metric[] {
  return [
    ...(isCalendar
      ? [
          gauge(`${scope}.vm.cpu.load.process`, load.cpu.process),
          gauge(`${scope}.vm.cpu.load.system`, load.cpu.system),
        ]
      : []),
    gauge(`${scope}.vm.heap.used`, load.heap.used),
    gauge(`${scope}.vm.heap.max`, load.heap.max),
    gauge(`${scope}.page_cache.hit_ratio`, load.pageCacheHitRatio),
    gauge(`${scope}.bolt.connections_running`, load.boltConnections.running),
    gauge(`${scope}.bolt.connections_idle`, load.boltConnections.idle),
  ];
}

function databaseMetrics(load: SimDatabaseLoad, scope: string, isCalendar: boolean): readonly Metric[] {
  return [
    gauge(`${scope}.transaction.active`, load.transactionsActive),
    counter(`${scope}.transaction.committed`, load.transactionsCommitted),
    counter(`${scope}.transaction.last_committed_tx_id`, load.lastCommittedTransactionId),
    {
      name: `${scope}.db.query.execution.latency.millis`,
      type: 'summary',
      samples: [
        ...quantiles.map((quantile) => ({
          suffix: `{quantile="${quantile}"}`,
          value: load.queryLatencyMillis[quantile],
        })),
        { suffix: '_count', value: load.queryCount },
      ],
    },
    gauge(`${scope}.cluster.raft.is_leader`, load.isRaftLeader ? 1 : 0),
    gauge(`${scope}.store.size.${isCalendar ? 'full' : 'total'}`, load.storeSizeBytes),
  ];
}

function gauge(name: string, value: number): Metric {
  return { name, type: 'gauge', samples: [{ suffix: '', value }] };
}

function counter(name: string, value: number): Metric {
  return { name, type: 'counter', samples: [{ suffix: '_total', value }] };
}

/** Dots and whatever else Prometheus does not take become underscores. */
function render({ name, type, samples }: Metric): string {
  const exposed = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  const family = type === 'counter' ? `${exposed}_total` : exposed;
  return [
    `# HELP ${family} Generated from Dropwizard metric import (metric=${name})\n`,
    `# TYPE ${family} ${type}\n`,
    ...samples.map(({ suffix, value }) => `${exposed}${suffix} ${value}\n`),
  ].join('');
}
