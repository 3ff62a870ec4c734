import { Registry } from 'prom-client';
import type { LoopLagMeter } from './loop-lag.ts';
import type {
  EventMetrics,
  InformerGauges,
  InformerMetrics,
  LeaderMetrics,
  MetricsPorts,
  ReconcileMetrics,
  ReconcileResult,
  RequestMetrics,
  WorkqueueGauges,
  WorkqueueMetrics,
} from './ports.ts';
import { createFamilies, type Families, scrapedGauge } from './prometheus-families.ts';
import { registerProcessMetrics } from './prometheus-process.ts';

export interface PrometheusMetricsOptions {
  /** Of `<prefix>_reconciliation_duration_seconds`: `neo4j_operator`. */
  readonly prefix: string;
  /** Where the families are registered. Default: a registry of its own. */
  readonly registry?: Registry;
  /** Shown as `eventloop_lag_seconds`. */
  readonly loopLag?: LoopLagMeter;
}

export interface PrometheusMetrics extends MetricsPorts {
  readonly registry: Registry;
  /** All metrics in the text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/**
 * The metrics ports over prom-client.
 *
 * Names and labels are those of controller-runtime and client-go, so that their dashboards work; times become seconds. Counters by a
 * closed set of results start at 0. Gauges of queues and informers are read when metrics are scraped; of a queue that is registered
 * again under its name, the later one is read.
 */
export function createPrometheusMetrics(options: PrometheusMetricsOptions): PrometheusMetrics {
  const registry = options.registry ?? new Registry();
  const families = createFamilies(registry, options.prefix);
  const queues = new Map<string, WorkqueueGauges>();
  const informers: ObservedInformers = new Map();
  registerQueueGauges(registry, queues);
  registerInformerGauges(registry, informers);
  registerProcessMetrics(registry);
  const { loopLag } = options;
  if (loopLag !== undefined) {
    scrapedGauge(
      registry,
      'eventloop_lag_seconds',
      'Largest lag of the event loop since the last scrape',
      [],
      () => [[[], loopLag.take() / 1000]],
    );
  }
  return {
    registry,
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    requests: () => requestMetrics(families),
    workqueue: (name) => workqueueMetrics(families, queues, name),
    reconcile: ({ name, resource }) => reconcileMetrics(families, name, resource),
    informer: (resource) => informerMetrics(families, informers, resource),
    leader: (lease) => leaderMetrics(families, lease),
    events: () => eventMetrics(families),
  };
}

function requestMetrics(families: Families): RequestMetrics {
  const requests = cached((code, method, host) => families.requests.labels(code, method, host));
  const retries = cached((code, verb, host) => families.requestRetries.labels(code, verb, host));
  const exchanges = cached((verb, host) => ({
    duration: families.requestDuration.labels(verb, host),
    sent: families.requestSize.labels(verb, host),
    received: families.responseSize.labels(verb, host),
  }));
  return {
    requestDone({ method, host, code, durationMs, requestBytes, responseBytes }) {
      requests(code, method, host).inc();
      const exchange = exchanges(method, host);
      exchange.duration.observe(durationMs / 1000);
      exchange.sent.observe(requestBytes);
      exchange.received.observe(responseBytes);
    },
    requestRetried({ method, host, code }) {
      retries(code, method, host).inc();
    },
  };
}

/** Each controller has one queue, and both have one name. */
function workqueueMetrics(
  families: Families,
  queues: Map<string, WorkqueueGauges>,
  name: string,
): WorkqueueMetrics {
  const adds = families.queueAdds.labels(name, name);
  const retries = families.queueRetries.labels(name, name);
  const waits = families.queueDuration.labels(name, name);
  const work = families.workDuration.labels(name, name);
  adds.inc(0);
  retries.inc(0);
  return {
    added: () => {
      adds.inc();
    },
    retried: () => {
      retries.inc();
    },
    waited: (durationMs) => {
      waits.observe(durationMs / 1000);
    },
    worked: (durationMs) => {
      work.observe(durationMs / 1000);
    },
    observe: (gauges) => {
      queues.set(name, gauges);
    },
  };
}

const results: readonly ReconcileResult[] = ['success', 'error', 'requeue', 'requeue_after'];

function reconcileMetrics(families: Families, name: string, resource: string): ReconcileMetrics {
  const passes = cached((result) => families.reconcileTotal.labels(name, result));
  const durations = cached((namespace) => families.reconciliationDuration.labels(name, resource, namespace));
  const time = families.reconcileTime.labels(name);
  const active = families.activeWorkers.labels(name);
  const errors = families.reconcileErrors.labels(name);
  const causes = {
    error: undefined,
    terminal: families.terminalErrors.labels(name),
    timeout: families.reconcileTimeouts.labels(name),
    panic: families.reconcilePanics.labels(name),
  };
  for (const result of results) passes(result).inc(0);
  for (const series of [errors, causes.terminal, causes.timeout, causes.panic]) series.inc(0);
  active.set(0);
  return {
    workers: (max) => {
      families.maxConcurrent.labels(name).set(max);
    },
    started: () => {
      active.inc();
    },
    finished: ({ result, durationMs, namespace }) => {
      active.dec();
      passes(result).inc();
      time.observe(durationMs / 1000);
      durations(namespace).observe(durationMs / 1000);
    },
    failed: (failure) => {
      errors.inc();
      causes[failure]?.inc();
    },
  };
}

/** By resource. Informers of several scopes, or with several projections, may watch one. */
type ObservedInformers = Map<string, Set<InformerGauges>>;

function informerMetrics(
  families: Families,
  informers: ObservedInformers,
  resource: string,
): InformerMetrics {
  const bytes = families.informerBytes.labels(resource);
  const events = cached((type) => families.informerEvents.labels(resource, type));
  bytes.inc(0);
  return {
    bytesReceived: (count) => {
      bytes.inc(count);
    },
    events: (type, count) => {
      events(type).inc(count);
    },
    relisted: (reason) => {
      families.informerRelists.labels(resource, reason).inc();
    },
    reconnected: (reason) => {
      families.informerReconnects.labels(resource, reason).inc();
    },
    observe: (gauges) => {
      const observed = informers.get(resource) ?? new Set();
      informers.set(resource, observed.add(gauges));
      return () => {
        observed.delete(gauges);
      };
    },
  };
}

function eventMetrics(families: Families): EventMetrics {
  const dropped = {
    queue_full: families.eventsDropped.labels('queue_full'),
    rate_limited: families.eventsDropped.labels('rate_limited'),
    failed: families.eventsDropped.labels('failed'),
  };
  for (const counter of Object.values(dropped)) counter.inc(0);
  return {
    dropped: (why) => {
      dropped[why].inc();
    },
  };
}

function leaderMetrics(families: Families, lease: string): LeaderMetrics {
  const status = families.masterStatus.labels(lease);
  const slowPath = families.slowPath.labels(lease);
  status.set(0);
  slowPath.inc(0);
  return {
    leading: (isLeader) => {
      status.set(isLeader ? 1 : 0);
    },
    slowPath: () => {
      slowPath.inc();
    },
  };
}

function registerQueueGauges(registry: Registry, queues: ReadonlyMap<string, WorkqueueGauges>): void {
  const labels = ['name', 'controller'];
  const each = (read: (gauges: WorkqueueGauges) => number) => () =>
    [...queues].map(([name, gauges]) => [[name, name], read(gauges)] as const);

  scrapedGauge(registry, 'workqueue_depth', 'Items that wait for a worker', [...labels, 'priority'], () =>
    [...queues].flatMap(([name, gauges]) =>
      [...new Map([[0, 0], ...gauges.depth()])].map(
        ([priority, depth]) => [[name, name, String(priority)], depth] as const,
      ),
    ),
  );
  scrapedGauge(
    registry,
    'workqueue_unfinished_work_seconds',
    'How long the items in work have been, added up',
    labels,
    each((gauges) => gauges.unfinishedWorkMs() / 1000),
  );
  scrapedGauge(
    registry,
    'workqueue_longest_running_processor_seconds',
    'How long the oldest item in work has been',
    labels,
    each((gauges) => gauges.longestRunningMs() / 1000),
  );
}

function registerInformerGauges(registry: Registry, informers: ObservedInformers): void {
  const each = (read: (observed: readonly InformerGauges[]) => number) => () =>
    [...informers]
      .filter(([, observed]) => observed.size > 0)
      .map(([resource, observed]) => [[resource], read([...observed])] as const)
      .filter(([, value]) => Number.isFinite(value));

  const labels = ['resource'];
  scrapedGauge(
    registry,
    'informer_objects',
    'Objects in the stores',
    labels,
    each((observed) => observed.reduce((sum, gauges) => sum + gauges.objects(), 0)),
  );
  scrapedGauge(
    registry,
    'informer_synced',
    '1 if all stores hold a complete snapshot',
    labels,
    each((observed) => (observed.every((gauges) => gauges.synced()) ? 1 : 0)),
  );
  scrapedGauge(
    registry,
    'informer_last_event_age_seconds',
    'Since anything was last heard from the server, at the informer where that is longest ago; absent before the first time',
    labels,
    each((observed) => {
      const ages = observed.map((gauges) => gauges.lastEventAgeMs());
      return Math.max(...ages.filter(Number.isFinite)) / 1000;
    }),
  );
}

/** `make` called once per combination of label values, since binding labels costs more than counting. */
function cached<A extends readonly string[], T>(make: (...values: A) => T): (...values: A) => T {
  const made = new Map<string, T>();
  return (...values) => {
    const key = values.join('\n');
    let child = made.get(key);
    if (child === undefined) {
      child = make(...values);
      made.set(key, child);
    }
    return child;
  };
}
