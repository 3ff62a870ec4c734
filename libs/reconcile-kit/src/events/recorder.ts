import { type Clock, type Rng, sleep, type Timer } from '@neo4j-operator/clock';
import { takeToken, type TokenBucket } from '../backoff/token-bucket.ts';
import type { Writer } from '../client/client.ts';
import { asError, isKubeError } from '../core/errors.ts';
import { objectKey } from '../core/key.ts';
import type { Logger } from '../core/logger.ts';
import { microTime } from '../core/micro-time.ts';
import type { KubeObject } from '../core/object.ts';
import { apiVersionOf } from '../core/resource.ts';
import type { EventMetrics } from '../metrics/ports.ts';
import { BoundedMap } from './bounded-map.ts';
import {
  cutNote,
  eventName,
  eventNamespace,
  events,
  type KubeEvent,
  referenceTo,
  seriesOf,
} from './event.ts';

/** What is told about an object. */
export interface EventInput {
  readonly type: 'Normal' | 'Warning';
  /** Why: a word from the catalogue, at most 128 characters. */
  readonly reason: string;
  /** What was done or tried, as one word; at most 128 characters. */
  readonly action: string;
  /** For people. Cut to 1,024 bytes. */
  readonly note: string;
  /** A second object that has to do with it. */
  readonly related?: KubeObject;
}

export interface EventRecorder {
  /**
   * Tells that something has happened to an object. Returns at once and never throws: the request is sent when its turn
   * comes, and when it fails that is logged and counted and nothing else.
   *
   * The same happening again within six minutes makes no second Event, it counts up the series of the first.
   */
  record(regarding: KubeObject, event: EventInput): void;
  /** Sends what is pending, for `deadlineMs` milliseconds at most. For the end, while the process may still write. */
  flush(deadlineMs: number): Promise<void>;
}

export interface EventRecorderOptions {
  readonly writer: Pick<Writer, 'create' | 'jsonPatch'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  /** The controller's name, qualified: `neo4j.com/operator`. */
  readonly reportingController: string;
  /** This process: the pod's name. At most 128 characters. */
  readonly reportingInstance: string;
  readonly metrics?: EventMetrics;
}

/** A series ends when nothing was added to it for this long; client-go's number. */
const seriesEndsAfterMs = 6 * 60_000;
/** One series is written at most once in this time; what happens meanwhile is counted. */
const patchIntervalMs = 60_000;
/** New Events per object: client-go's numbers against spam. */
const perObject = { burst: 25, refillMs: 5 * 60_000 };
const requestDeadlineMs = 5000;
const mostPending = 1000;
const mostSeries = 4096;

/** One Event and its repetitions. */
interface Series {
  readonly id: string;
  readonly event: Omit<KubeEvent, 'series'>;
  /** False until the server has the Event. */
  exists: boolean;
  count: number;
  /** Wall-clock time, for the record. */
  lastMs: number;
  /** Monotonic times. */
  lastAt: number;
  sentAt: number;
}

/** Makes a recorder of Events (events.k8s.io/v1). It writes one after the other, so it never crowds out other requests. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { writer, clock, rng, logger, metrics } = options;
  const known = new BoundedMap<string, Series>(mostSeries);
  const buckets = new BoundedMap<string, TokenBucket>(mostSeries);
  const pending = new Set<Series>();
  /** Series that have changed but were written a short time ago. */
  const resting = new Map<Series, Timer>();
  let sending: Promise<void> | undefined;

  function record(regarding: KubeObject, input: EventInput): void {
    const now = clock.monotonic();
    const id = seriesId(regarding, input);
    const present = known.get(id);
    if (present !== undefined && now - present.lastAt < seriesEndsAfterMs) {
      present.count++;
      present.lastAt = now;
      present.lastMs = clock.now();
      schedule(present, now);
      return;
    }
    if (pending.size >= mostPending) {
      metrics?.dropped('queue_full');
      return;
    }
    const objectId = identityOf(regarding);
    const bucket = takeToken(perObject, buckets.get(objectId), now);
    if (bucket === undefined) {
      metrics?.dropped('rate_limited');
      return;
    }
    buckets.set(objectId, bucket);
    const series = newSeries(id, regarding, input, now);
    known.set(id, series);
    schedule(series, now);
  }

  function newSeries(id: string, regarding: KubeObject, input: EventInput, now: number): Series {
    const lastMs = clock.now();
    return {
      id,
      event: {
        apiVersion: apiVersionOf(events),
        kind: events.kind,
        metadata: { name: eventName(regarding.metadata.name, rng), namespace: eventNamespace(regarding) },
        eventTime: microTime(lastMs),
        type: input.type,
        reason: input.reason,
        action: input.action,
        note: cutNote(input.note),
        regarding: referenceTo(regarding),
        ...(input.related === undefined ? {} : { related: referenceTo(input.related) }),
        reportingController: options.reportingController,
        reportingInstance: options.reportingInstance,
      },
      exists: false,
      count: 1,
      lastMs,
      lastAt: now,
      sentAt: -Infinity,
    };
  }

  function schedule(series: Series, now: number): void {
    if (pending.has(series) || resting.has(series)) return;
    const restMs = series.sentAt + patchIntervalMs - now;
    if (restMs <= 0) {
      enqueue(series);
      return;
    }
    const timer = clock.setTimer(restMs, () => {
      enqueue(series);
    });
    resting.set(series, timer);
  }

  function enqueue(series: Series): void {
    resting.get(series)?.cancel();
    resting.delete(series);
    pending.add(series);
    sending ??= sendAll();
  }

  async function sendAll(): Promise<void> {
    for (const series of pending) {
      pending.delete(series);
      series.sentAt = clock.monotonic();
      await send(series);
    }
    sending = undefined;
  }

  async function send(series: Series): Promise<void> {
    try {
      await (series.exists ? extend(series) : create(series));
    } catch (error) {
      if (!series.exists) known.delete(series.id, series);
      metrics?.dropped('failed');
      logger.warn(
        { err: asError(error), event: series.event.reason, regarding: series.event.regarding },
        'An Event could not be written',
      );
    }
  }

  async function create(series: Series): Promise<void> {
    await writer.create(events, withSeries(series), { deadlineMs: requestDeadlineMs });
    series.exists = true;
  }

  async function extend(series: Series): Promise<void> {
    const { name, namespace } = series.event.metadata;
    const value = seriesOf(series.count, series.lastMs);
    try {
      await writer.jsonPatch(events, objectKey(namespace, name), [{ op: 'add', path: '/series', value }], {
        deadlineMs: requestDeadlineMs,
      });
    } catch (error) {
      // The server forgets Events, after an hour as a rule.
      if (!isKubeError(error, 'NotFound')) throw error;
      series.exists = false;
      await create(series);
    }
  }

  return {
    record(regarding, event) {
      try {
        record(regarding, event);
      } catch (error) {
        metrics?.dropped('failed');
        logger.error({ err: asError(error) }, 'An Event could not be made');
      }
    },

    async flush(deadlineMs) {
      for (const series of resting.keys()) enqueue(series);
      if (sending === undefined) return;
      const overdue = new AbortController();
      await Promise.race([sending, sleep(clock, deadlineMs, overdue.signal)]);
      overdue.abort();
    },
  };
}

function withSeries(series: Series): KubeEvent {
  const repeated = seriesOf(series.count, series.lastMs);
  return repeated === undefined ? series.event : { ...series.event, series: repeated };
}

/** What makes two occurrences the same. */
function seriesId(regarding: KubeObject, { type, reason, action, note, related }: EventInput): string {
  return JSON.stringify([
    identityOf(regarding),
    type,
    reason,
    action,
    note,
    related === undefined ? '' : identityOf(related),
  ]);
}

function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  return metadata.uid ?? [apiVersion, kind, metadata.namespace ?? '', metadata.name].join('/');
}
