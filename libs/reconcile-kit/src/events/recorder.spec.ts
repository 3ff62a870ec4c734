import { describe, expect, it } from '@jest/globals';
import { seededRng, sleep, VirtualClock } from '@neo4j-operator/clock';
import type { JsonPatchOperation, Writer } from '../client/client.ts';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import type { ObjectKey } from '../core/key.ts';
import { type Logger, silentLogger } from '../core/logger.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { EventSeries, KubeEvent } from './event.ts';
import { createEventRecorder, type EventInput, type EventRecorder } from './recorder.ts';

/** Events as a server keeps them, and what was asked of it. */
class FakeWriter implements Pick<Writer, 'create' | 'jsonPatch'> {
  readonly stored = new Map<string, KubeEvent>();
  readonly requests: string[] = [];
  latencyMs = 0;
  failure: KubeErrorReason | undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async create<T extends KubeObject>(_resource: unknown, object: T): Promise<Stored<T>> {
    await this.#receive('POST');
    const event = object as KubeObject as KubeEvent;
    this.stored.set(`${event.metadata.namespace ?? ''}/${event.metadata.name}`, event);
    return object as Stored<T>;
  }

  async jsonPatch<T extends KubeObject>(
    _resource: unknown,
    key: ObjectKey,
    operations: readonly JsonPatchOperation[],
  ): Promise<Stored<T>> {
    await this.#receive('PATCH');
    const event = this.stored.get(key);
    if (event === undefined) throw new KubeError('gone', { reason: 'NotFound' });
    const [operation] = operations;
    expect(operation).toMatchObject({ op: 'add', path: '/series' });
    const series = (operation as { value: EventSeries }).value;
    const patched = { ...event, series };
    this.stored.set(key, patched);
    return patched as KubeObject as Stored<T>;
  }

  get events(): KubeEvent[] {
    return [...this.stored.values()];
  }

  async #receive(request: string): Promise<void> {
    this.requests.push(request);
    await sleep(this.#clock, this.latencyMs);
    if (this.failure !== undefined) throw new KubeError('refused', { reason: this.failure });
  }
}

interface Rig {
  readonly clock: VirtualClock;
  readonly writer: FakeWriter;
  readonly recorder: EventRecorder;
  readonly dropped: string[];
  readonly warnings: string[];
}

function makeRig(): Rig {
  const clock = new VirtualClock();
  const writer = new FakeWriter(clock);
  const dropped: string[] = [];
  const warnings: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (_fields, message) => warnings.push(message),
    error: (_fields, message) => warnings.push(message),
  };
  const recorder = createEventRecorder({
    writer,
    clock,
    rng: seededRng(1),
    logger,
    reportingController: 'example.com/operator',
    reportingInstance: 'operator-0',
    metrics: { dropped: (why) => dropped.push(why) },
  });
  return { clock, writer, recorder, dropped, warnings };
}

const cluster: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Cluster',
  metadata: { name: 'graph', namespace: 'prod', uid: 'u-1', resourceVersion: '7' },
};
const restarted: EventInput = {
  type: 'Normal',
  reason: 'ServerRestarted',
  action: 'Restart',
  note: 'Server 1 was restarted.',
};

describe('the first occurrence', () => {
  it('is an Event beside its object, and costs the caller nothing', async () => {
    const { clock, writer, recorder } = makeRig();
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'graph-1', namespace: 'prod' },
    };
    recorder.record(cluster, { ...restarted, related: pod });
    expect(writer.events).toEqual([]);
    await clock.advance(0);
    expect(writer.events).toEqual([
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^graph\.[0-9a-f]{16}$/), namespace: 'prod' },
        eventTime: '2026-01-01T00:00:00.000000Z',
        ...restarted,
        regarding: {
          apiVersion: 'example.com/v1',
          kind: 'Cluster',
          name: 'graph',
          namespace: 'prod',
          uid: 'u-1',
          resourceVersion: '7',
        },
        related: { apiVersion: 'v1', kind: 'Pod', name: 'graph-1', namespace: 'prod' },
        reportingController: 'example.com/operator',
        reportingInstance: 'operator-0',
      },
    ]);
  });

  it('is told of each difference', async () => {
    const { clock, writer, recorder } = makeRig();
    const other = { ...cluster, metadata: { ...cluster.metadata, uid: 'u-2' } };
    recorder.record(cluster, restarted);
    recorder.record(other, restarted);
    recorder.record(cluster, { ...restarted, type: 'Warning' });
    recorder.record(cluster, { ...restarted, reason: 'Other' });
    recorder.record(cluster, { ...restarted, action: 'Other' });
    recorder.record(cluster, { ...restarted, note: 'Other' });
    recorder.record(cluster, { ...restarted, related: other });
    await clock.advance(0);
    expect(writer.events.length).toBe(7);
  });
});

describe('a repetition', () => {
  it('counts up a series, written at most once a minute', async () => {
    const { clock, writer, recorder } = makeRig();
    for (let second = 0; second < 180; second++) {
      recorder.record(cluster, restarted);
      await clock.advance(1000);
    }
    await clock.advance(60_000);
    expect(writer.requests).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH']);
    expect(writer.events.length).toBe(1);
    expect(writer.events[0]?.series).toEqual({ count: 180, lastObservedTime: '2026-01-01T00:02:59.000000Z' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is written at once when the Event is old enough', async () => {
    const { clock, writer, recorder } = makeRig();
    recorder.record(cluster, restarted);
    await clock.advance(120_000);
    recorder.record(cluster, restarted);
    await clock.advance(0);
    expect(writer.events[0]?.series?.count).toBe(2);
  });

  it('is an Event of its own after six quiet minutes', async () => {
    const { clock, writer, recorder } = makeRig();
    recorder.record(cluster, restarted);
    await clock.advance(6 * 60_000 - 1);
    recorder.record(cluster, restarted);
    await clock.advance(6 * 60_000);
    recorder.record(cluster, restarted);
    await clock.advance(0);
    expect(writer.events.map((event) => event.series?.count)).toStrictEqual([2, undefined]);
  });

  it('goes into the Event itself while that waits for its turn', async () => {
    const { clock, writer, recorder } = makeRig();
    writer.latencyMs = 100;
    recorder.record(cluster, { ...restarted, reason: 'First' });
    recorder.record(cluster, restarted);
    recorder.record(cluster, restarted);
    await clock.advance(200);
    expect(writer.requests).toEqual(['POST', 'POST']);
    expect(writer.events[1]?.series?.count).toBe(2);
  });

  it('brings back an Event that the server has forgotten', async () => {
    const { clock, writer, recorder, dropped } = makeRig();
    recorder.record(cluster, restarted);
    await clock.advance(100_000);
    writer.stored.clear();
    recorder.record(cluster, restarted);
    await clock.advance(0);
    expect(writer.events.map((event) => event.series?.count)).toEqual([2]);
    expect(dropped).toEqual([]);
  });
});

describe('a failure', () => {
  it('is logged and counted, and the next occurrence is told anew', async () => {
    const { clock, writer, recorder, dropped, warnings } = makeRig();
    writer.failure = 'WriteDenied';
    recorder.record(cluster, restarted);
    await clock.advance(0);
    expect([dropped, warnings]).toEqual([['failed'], ['An Event could not be written']]);
    writer.failure = undefined;
    recorder.record(cluster, restarted);
    await clock.advance(0);
    expect(writer.events.map((event) => event.series)).toStrictEqual([undefined]);
  });

  it('of a repetition is made good by the next one', async () => {
    const { clock, writer, recorder } = makeRig();
    recorder.record(cluster, restarted);
    await clock.advance(60_000);
    writer.failure = 'ServerError';
    recorder.record(cluster, restarted);
    await clock.advance(60_000);
    writer.failure = undefined;
    recorder.record(cluster, restarted);
    await clock.advance(0);
    expect(writer.events.map((event) => event.series?.count)).toEqual([3]);
  });

  it('to make an Event at all does not reach the caller', () => {
    const { recorder, dropped } = makeRig();
    recorder.record({ apiVersion: 'v1', kind: 'Pod' } as KubeObject, restarted);
    expect(dropped).toEqual(['failed']);
  });
});

describe('too much', () => {
  it('about one object is dropped beyond 25 Events and one more every five minutes', async () => {
    const { clock, writer, recorder, dropped } = makeRig();
    const spam = (from: number, to: number): void => {
      for (let each = from; each < to; each++) recorder.record(cluster, { ...restarted, note: String(each) });
    };
    spam(0, 40);
    await clock.advance(10 * 60_000);
    expect([writer.events.length, dropped.length]).toEqual([25, 15]);
    spam(40, 50);
    await clock.advance(0);
    expect(writer.events.length).toBe(27);
    expect(new Set(dropped)).toEqual(new Set(['rate_limited']));
  });

  it('at once is dropped beyond what may be pending', async () => {
    const { clock, writer, recorder, dropped } = makeRig();
    writer.latencyMs = 1;
    for (let each = 0; each < 1100; each++) {
      recorder.record({ ...cluster, metadata: { name: 'x', uid: String(each) } }, restarted);
    }
    await clock.advance(2000);
    expect(writer.events.length + dropped.length).toBe(1100);
    expect(writer.events.length).toBeLessThanOrEqual(1001);
    expect(new Set(dropped)).toEqual(new Set(['queue_full']));
  });
});

describe('flush', () => {
  it('sends what waits for its turn and what rests', async () => {
    const { clock, writer, recorder } = makeRig();
    writer.latencyMs = 10;
    recorder.record(cluster, restarted);
    await clock.advance(1000);
    recorder.record(cluster, restarted);
    recorder.record(cluster, { ...restarted, reason: 'Other' });
    const flushed = recorder.flush(5000);
    await clock.advance(20);
    await flushed;
    expect(writer.events.map((event) => event.series?.count)).toStrictEqual([2, undefined]);
    expect(clock.pendingTimers).toBe(0);
    await recorder.flush(5000);
  });

  it('gives up at its deadline', async () => {
    const { clock, writer, recorder } = makeRig();
    writer.latencyMs = 60_000;
    recorder.record(cluster, restarted);
    let flushed = false;
    const flush = recorder.flush(5000).then(() => {
      flushed = true;
    });
    await clock.advance(4999);
    expect(flushed).toBe(false);
    await clock.advance(1);
    await flush;
    expect(writer.events).toEqual([]);
  });
});
