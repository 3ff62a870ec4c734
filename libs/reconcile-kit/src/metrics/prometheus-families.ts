import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A label's values, in the order in which the family declares its labels. */
type Values = readonly string[];

/** The upper bounds of controller-runtime's histogram of passes, in seconds. */
const passBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
/** Fewer, since this family has a series per namespace. */
const reconciliationBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Ten nanoseconds to a thousand seconds, as controller-runtime has them. */
const queueBuckets = Array.from({ length: 12 }, (_, exponent) => Number(`1e${String(exponent - 8)}`));
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const sizeBuckets = [64, 256, 512, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

/** All families that the ports write, registered once. Names, labels and buckets are those that controller-runtime's dashboards expect. */
export function createFamilies(registry: Registry, prefix: string) {
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], ...labelNames: string[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });

  return {
    reconcileTotal: counter('controller_runtime_reconcile_total', 'Passes by result', 'controller', 'result'),
    reconcileErrors: counter('controller_runtime_reconcile_errors_total', 'Passes that failed', 'controller'),
    terminalErrors: counter(
      'controller_runtime_terminal_reconcile_errors_total',
      'Passes that failed and are not tried again before something changes',
      'controller',
    ),
    reconcilePanics: counter(
      'controller_runtime_reconcile_panics_total',
      'Passes that failed by a bug',
      'controller',
    ),
    reconcileTimeouts: counter(
      'controller_runtime_reconcile_timeouts_total',
      'Passes that took too long',
      'controller',
    ),
    reconcileTime: histogram(
      'controller_runtime_reconcile_time_seconds',
      'How long passes took',
      passBuckets,
      'controller',
    ),
    maxConcurrent: gauge(
      'controller_runtime_max_concurrent_reconciles',
      'How many objects are reconciled at the same time at most',
      'controller',
    ),
    activeWorkers: gauge('controller_runtime_active_workers', 'Passes under way', 'controller'),
    reconciliationDuration: histogram(
      `${prefix}_reconciliation_duration_seconds`,
      'How long passes took, by resource and namespace',
      reconciliationBuckets,
      'controller',
      'resource',
      'namespace',
    ),

    queueAdds: counter('workqueue_adds_total', 'Items added', 'name', 'controller'),
    queueRetries: counter(
      'workqueue_retries_total',
      'Items added again after a failure',
      'name',
      'controller',
    ),
    queueDuration: histogram(
      'workqueue_queue_duration_seconds',
      'How long items waited for a worker',
      queueBuckets,
      'name',
      'controller',
    ),
    workDuration: histogram(
      'workqueue_work_duration_seconds',
      'How long workers held items',
      queueBuckets,
      'name',
      'controller',
    ),

    requests: counter('rest_client_requests_total', 'Requests to the API server', 'code', 'method', 'host'),
    requestDuration: histogram(
      'rest_client_request_duration_seconds',
      'How long requests took',
      requestBuckets,
      'verb',
      'host',
    ),
    requestSize: histogram(
      'rest_client_request_size_bytes',
      'Size of request bodies',
      sizeBuckets,
      'verb',
      'host',
    ),
    responseSize: histogram(
      'rest_client_response_size_bytes',
      'Size of answers',
      sizeBuckets,
      'verb',
      'host',
    ),
    requestRetries: counter(
      'rest_client_request_retries_total',
      'Requests that were sent again',
      'code',
      'verb',
      'host',
    ),

    eventsDropped: counter('events_dropped_total', 'Occurrences for which no Event could be sent', 'reason'),
    masterStatus: gauge('leader_election_master_status', '1 if this process is the leader', 'name'),
    slowPath: counter(
      'leader_election_slowpath_total',
      'Renewals of the lease that needed a read first',
      'name',
    ),

    informerBytes: counter('informer_bytes_in_total', 'Bytes received by lists and watches', 'resource'),
    informerEvents: counter('informer_events_total', 'Watch events', 'resource', 'type'),
    informerRelists: counter(
      'informer_relists_total',
      'Complete lists after the first',
      'resource',
      'reason',
    ),
    informerReconnects: counter(
      'informer_watch_reconnects_total',
      'Watches that were opened again',
      'resource',
      'reason',
    ),
  };
}

export type Families = ReturnType<typeof createFamilies>;

/** A gauge whose series are made anew at each scrape from what `read` yields. */
export function scrapedGauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  read: () => Iterable<readonly [values: Values, value: number]>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset();
      for (const [values, value] of read()) this.labels(...values).set(value);
    },
  });
}
