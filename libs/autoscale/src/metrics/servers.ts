// What the servers of a pool say about one metric.
import type { PodSample } from '../hpa/types.ts';
import type { PoolObservation, ServerObservation } from '../observation.ts';
import type { MetricPolicy } from '../policy/types.ts';
import { readSample, sampleOf, thousandths, type Reading, type SampleFailure } from './sample.ts';

export interface ServerReading {
  readonly server: string;
  readonly value: number;
  readonly age: number;
  /** In thousandths of a core. */
  readonly request: number | undefined;
}

export interface ServerReadings {
  /** All servers of the pool as the Horizontal Pod Autoscaler sees pods. */
  readonly pods: readonly PodSample[];
  /** Ready servers that could be read. */
  readonly read: readonly ServerReading[];
  /** Servers that should serve and could not be read: ready ones without a usable sample, and unready ones. */
  readonly missing: readonly { readonly server: string; readonly why: SampleFailure | 'NotReady' }[];
  /** Servers that are there or on their way, whose request cannot be read. */
  readonly withoutRequest: readonly string[];
}

/**
 * Reads the metric at every server. A joining server is capacity and no load for every metric and for as long as it joins: what it measures
 * is copying its stores, not queries. The Horizontal Pod Autoscaler does so for CPU only, and for five minutes.
 */
export function readServers(
  pool: PoolObservation,
  metric: Pick<MetricPolicy, 'name' | 'maxAge'>,
  now: number,
): ServerReadings {
  const pods: PodSample[] = [];
  const read: ServerReading[] = [];
  const missing: { server: string; why: SampleFailure | 'NotReady' }[] = [];
  const withoutRequest: string[] = [];
  for (const server of pool.servers) {
    if (server.state === 'draining') continue;
    const request = requestOf(server);
    if (request === undefined) withoutRequest.push(server.name);
    if (server.state === 'joining') {
      pods.push({ state: 'unready', usage: undefined, request });
      continue;
    }
    const reading = readServer(server, metric, now);
    if (reading.failed === undefined) {
      const { value, age } = reading;
      pods.push({ state: 'ready', usage: thousandths(value), request });
      read.push({ server: server.name, value, age, request });
    } else {
      pods.push({ state: 'missing', usage: undefined, request });
      missing.push({ server: server.name, why: reading.failed });
    }
  }
  return { pods, read, missing, withoutRequest };
}

/** How many servers serve now. */
export function servingCount(pool: PoolObservation): number {
  return pool.servers.filter((server) => server.state === 'ready').length;
}

function readServer(
  server: ServerObservation,
  metric: Pick<MetricPolicy, 'name' | 'maxAge'>,
  now: number,
): Reading | { readonly failed: 'NotReady'; readonly value?: never; readonly age?: never } {
  if (server.state === 'unready') return { failed: 'NotReady' };
  return readSample(sampleOf(server.samples, metric.name), metric.maxAge, now);
}

function requestOf(server: ServerObservation): number | undefined {
  const request = server.cpuRequest === undefined ? undefined : thousandths(server.cpuRequest);
  return request === 0 ? undefined : request;
}

export function oldest(readings: readonly { readonly age: number }[]): number | undefined {
  return readings.length === 0 ? undefined : readings.reduce((age, reading) => Math.max(age, reading.age), 0);
}

/** Added from the smallest on, so that the order of the servers changes nothing, not even the last bit. */
export function sum(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((total, value) => total + value, 0);
}
