/**
 * What the kit's parts report while they work. Each port is implemented once over prom-client and once as
 * nothing; the parts know neither. Durations are milliseconds, sizes bytes.
 */

/** Requests to the API server. */
export interface RequestMetrics {
  /** `code` is the HTTP status, or `<error>` when there was no answer, as client-go labels it. */
  requestDone(request: {
    readonly method: string;
    readonly host: string;
    readonly code: string;
    readonly durationMs: number;
    readonly requestBytes: number;
    readonly responseBytes: number;
  }): void;
  requestRetried(request: { readonly method: string; readonly host: string; readonly code: string }): void;
}

/** One workqueue. Depth and ages are pulled when metrics are scraped: see `WorkqueueGauges`. */
export interface WorkqueueMetrics {
  added(): void;
  retried(): void;
  /** An item waited this long before a worker took it. */
  waited(durationMs: number): void;
  /** A worker held an item this long. */
  worked(durationMs: number): void;
  /** Registers what a scrape reads. */
  observe(gauges: WorkqueueGauges): void;
}

export interface WorkqueueGauges {
  /** Ready items by priority. */
  depth(): ReadonlyMap<number, number>;
  /** Sum over the items in work of how long they have been, in milliseconds. */
  unfinishedWorkMs(): number;
  longestRunningMs(): number;
}

export type ReconcileResult = 'success' | 'error' | 'requeue' | 'requeue_after';

/** One controller. */
export interface ReconcileMetrics {
  workers(max: number): void;
  started(): void;
  finished(pass: {
    readonly result: ReconcileResult;
    readonly durationMs: number;
    readonly namespace: string;
  }): void;
  failed(failure: 'error' | 'terminal' | 'timeout' | 'panic'): void;
}

/** One informer. */
export interface InformerMetrics {
  bytesReceived(count: number): void;
  events(type: string, count: number): void;
  relisted(reason: string): void;
  reconnected(reason: string): void;
  /**
   * Registers what a scrape reads. The informers of one resource are told as one, whatever their scopes.
   *
   * @returns takes it back, when the informer has stopped
   */
  observe(gauges: InformerGauges): () => void;
}

export interface InformerGauges {
  objects(): number;
  synced(): boolean;
  /** Since anything, a bookmark included, was last heard from the server; infinite before the first time. */
  lastEventAgeMs(): number;
}

/** The event recorder. */
export interface EventMetrics {
  /** An occurrence will not be seen: too many were pending, its object had too many, or the request failed. */
  dropped(why: 'queue_full' | 'rate_limited' | 'failed'): void;
}

/** The leader election. */
export interface LeaderMetrics {
  leading(isLeader: boolean): void;
  /** A renewal needed a read first, since the Lease was not as this process last wrote it. */
  slowPath(): void;
}

/** Makes the ports for named parts. */
export interface MetricsPorts {
  requests(): RequestMetrics;
  workqueue(name: string): WorkqueueMetrics;
  reconcile(controller: { readonly name: string; readonly resource: string }): ReconcileMetrics;
  informer(resource: string): InformerMetrics;
  leader(lease: string): LeaderMetrics;
  events(): EventMetrics;
}
