import { describe, expect, it } from '@jest/globals';
import { seededRng, systemClock, VirtualClock } from '@neo4j-operator/clock';
import fc from 'fast-check';
import type { WorkqueueGauges, WorkqueueMetrics } from '../metrics/ports.ts';
import { priorities, type WorkItem, Workqueue } from './workqueue.ts';

function makeQueue(): { clock: VirtualClock; queue: Workqueue<string> } {
  const clock = new VirtualClock();
  return { clock, queue: new Workqueue({ clock, rng: seededRng(1) }) };
}

/** What can be taken without waiting. */
function takeNow(queue: Workqueue<string>): Promise<WorkItem<string> | undefined> {
  const controller = new AbortController();
  const taken = queue.get(controller.signal);
  controller.abort();
  return taken;
}

async function takeAll(queue: Workqueue<string>): Promise<string[]> {
  const keys: string[] = [];
  for (let item = await takeNow(queue); item !== undefined; item = await takeNow(queue)) keys.push(item.key);
  return keys;
}

const forever = new AbortController().signal;

describe('a queued key', () => {
  it('is there once, with every reason it was added for', async () => {
    const { queue } = makeQueue();
    queue.add('a', { reason: 'spec' });
    queue.add('a', { reason: 'status' });
    queue.add('a', { reason: 'spec' });
    queue.add('a');
    expect(await takeNow(queue)).toEqual({ key: 'a', priority: 0, reasons: ['spec', 'status'] });
    expect(await takeNow(queue)).toBeUndefined();
  });

  it('keeps no more than eight reasons', async () => {
    const { queue } = makeQueue();
    for (let reason = 0; reason < 20; reason++) queue.add('a', { reason: String(reason) });
    expect((await takeNow(queue))?.reasons).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('leaves in the order it came, within its priority', async () => {
    const { queue } = makeQueue();
    queue.add('initial', { priority: priorities.low });
    for (const key of ['a', 'b', 'c', 'a']) queue.add(key);
    queue.add('urgent', { priority: 7 });
    expect(await takeAll(queue)).toEqual(['urgent', 'a', 'b', 'c', 'initial']);
  });

  it('moves to the end of its new priority when raised, and is never lowered', async () => {
    const { queue } = makeQueue();
    for (const key of ['a', 'b', 'c']) queue.add(key, { priority: priorities.low });
    for (const key of ['x', 'y']) queue.add(key);
    queue.add('b');
    queue.add('x', { priority: priorities.low });
    expect(await takeAll(queue)).toEqual(['x', 'y', 'b', 'a', 'c']);
  });

  it('does not keep the priority of an earlier pass', async () => {
    const { queue } = makeQueue();
    queue.add('a', { priority: 5 });
    await takeNow(queue);
    queue.add('a', { priority: priorities.low });
    queue.done('a');
    expect((await takeNow(queue))?.priority).toBe(priorities.low);
  });
});

describe('a key in work', () => {
  it('is not handed out again before done, and then exactly once', async () => {
    const { queue } = makeQueue();
    queue.add('a', { reason: 'first' });
    await takeNow(queue);
    queue.add('a', { reason: 'second' });
    queue.add('a', { reason: 'third' });
    expect(await takeNow(queue)).toBeUndefined();
    queue.done('a');
    expect((await takeNow(queue))?.reasons).toEqual(['second', 'third']);
    queue.done('a');
    expect(await takeNow(queue)).toBeUndefined();
  });

  it('waits for done when its delay ends before', async () => {
    const { clock, queue } = makeQueue();
    queue.add('a');
    await takeNow(queue);
    queue.add('a', { afterMs: 10 });
    await clock.advance(20);
    expect(await takeNow(queue)).toBeUndefined();
    queue.done('a');
    expect((await takeNow(queue))?.key).toBe('a');
  });

  it('waits for its delay when done comes before', async () => {
    const { clock, queue } = makeQueue();
    queue.add('a');
    await takeNow(queue);
    queue.add('a', { afterMs: 10 });
    queue.done('a');
    await clock.advance(9);
    expect(await takeNow(queue)).toBeUndefined();
    await clock.advance(1);
    expect((await takeNow(queue))?.key).toBe('a');
  });

  it('is the only one that can be done', async () => {
    const { queue } = makeQueue();
    queue.add('a');
    expect(() => {
      queue.done('a');
    }).toThrow(TypeError);
    await takeNow(queue);
    queue.done('a');
    expect(() => {
      queue.done('a');
    }).toThrow(TypeError);
  });
});

describe('a delay', () => {
  it('is the earliest of those asked for', async () => {
    const { clock, queue } = makeQueue();
    queue.add('a', { afterMs: 50 });
    queue.add('a', { afterMs: 20 });
    queue.add('a', { afterMs: 80 });
    await clock.advance(19);
    expect(await takeNow(queue)).toBeUndefined();
    await clock.advance(1);
    expect((await takeNow(queue))?.key).toBe('a');
    queue.done('a');
    await clock.advance(100);
    expect(await takeNow(queue)).toBeUndefined();
  });

  it('ends when the key is added without one', async () => {
    const { queue } = makeQueue();
    queue.add('a', { afterMs: 50 });
    queue.add('a');
    expect((await takeNow(queue))?.key).toBe('a');
  });

  it('takes one timer however many keys have one', () => {
    const { clock, queue } = makeQueue();
    for (let key = 0; key < 100; key++) queue.add(String(key), { afterMs: 1000 - key });
    expect(clock.pendingTimers).toBe(1);
  });
});

describe('the back-off of a key', () => {
  it('doubles from 5 ms up to 1,000 s and starts over when forgotten', async () => {
    const { clock, queue } = makeQueue();
    const waits: number[] = [];
    const fail = async (): Promise<void> => {
      const before = clock.monotonic();
      queue.addRateLimited('a');
      await clock.advanceToNext();
      waits.push(clock.monotonic() - before);
      expect((await takeNow(queue))?.key).toBe('a');
      queue.done('a');
    };
    for (let failure = 0; failure < 20; failure++) await fail();
    queue.forget('a');
    await fail();
    waits.forEach((wait, index) => {
      const plain = index === 20 ? 5 : Math.min(5 * 2 ** index, 1_000_000);
      expect(wait).toBeGreaterThanOrEqual(plain);
      expect(wait).toBeLessThanOrEqual(plain * 1.1);
    });
  });

  it('ends where it is told to', async () => {
    const clock = new VirtualClock();
    const queue = new Workqueue<string>({ clock, rng: seededRng(1), maxRetryMs: 100 });
    for (let failure = 0; failure < 20; failure++) {
      queue.addRateLimited('a');
      await clock.advanceToNext();
      await takeNow(queue);
      queue.done('a');
    }
    expect(clock.monotonic()).toBeGreaterThan(15 * 100);
    expect(clock.monotonic()).toBeLessThan(20 * 110);
  });

  it('is not shorter than the caller was told to wait', async () => {
    const { clock, queue } = makeQueue();
    queue.addRateLimited('a', { atLeastMs: 3000, reason: 'retry' });
    await clock.advance(2999);
    expect(await takeNow(queue)).toBeUndefined();
    await clock.advance(1);
    expect((await takeNow(queue))?.reasons).toEqual(['retry']);
  });
});

describe('get', () => {
  it('waits for an item', async () => {
    const { queue } = makeQueue();
    const taken = queue.get(forever);
    queue.add('a');
    expect((await taken)?.key).toBe('a');
  });

  it('hands what is added in one go to a waiting worker as one pass, the most urgent first', async () => {
    const { queue } = makeQueue();
    const taken = queue.get(forever);
    queue.add('initial', { priority: priorities.low });
    queue.add('a', { reason: 'spec' });
    queue.add('a', { reason: 'status' });
    expect(await taken).toEqual({ key: 'a', priority: 0, reasons: ['spec', 'status'] });
  });

  it('gives undefined when aborted, before or while it waits', async () => {
    const { queue } = makeQueue();
    const controller = new AbortController();
    const waiting = queue.get(controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    queue.add('a');
    expect(await queue.get(controller.signal)).toBeUndefined();
    expect((await takeNow(queue))?.key).toBe('a');
  });

  it('passes an item on when the worker that was woken for it is aborted', async () => {
    const { queue } = makeQueue();
    const controller = new AbortController();
    const first = queue.get(controller.signal);
    const second = queue.get(forever);
    queue.add('a');
    controller.abort();
    expect(await first).toBeUndefined();
    expect((await second)?.key).toBe('a');
  });
});

describe('shutting down', () => {
  it('wakes who waits, drops what is queued and takes nothing more', async () => {
    const { clock, queue } = makeQueue();
    const waiting = [queue.get(forever), queue.get(forever)];
    queue.add('later', { afterMs: 10 });
    queue.shutDown();
    expect(await Promise.all(waiting)).toStrictEqual([undefined, undefined]);
    queue.add('a');
    queue.addRateLimited('b');
    await clock.advance(1000);
    expect(await queue.get(forever)).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });

  it('drains when the last item in work is done', async () => {
    const { queue } = makeQueue();
    queue.add('a');
    queue.add('b');
    await takeNow(queue);
    await takeNow(queue);
    queue.shutDown();
    let drained = false;
    const drain = queue.drain().then(() => {
      drained = true;
    });
    queue.done('a');
    await Promise.resolve();
    expect(drained).toBe(false);
    queue.done('b');
    await drain;
    await queue.drain();
  });

  it('lets the items in work be done, and does not work on them again', async () => {
    const { queue } = makeQueue();
    queue.add('a');
    await takeNow(queue);
    queue.add('a');
    queue.shutDown();
    queue.done('a');
    expect(await queue.get(forever)).toBeUndefined();
    expect(() => {
      queue.done('a');
    }).toThrow('a is not in work');
  });
});

describe('many keys', () => {
  it('cost no more each than few keys do', async () => {
    const cost = async (count: number): Promise<number> => {
      const queue = new Workqueue<string>({ clock: systemClock, rng: seededRng(1) });
      const startedAt = systemClock.monotonic();
      for (let key = 0; key < count; key++) queue.add(`default/${String(key)}`);
      for (let key = 0; key < count; key++) queue.done((await queue.get(forever))?.key ?? '');
      return systemClock.monotonic() - startedAt;
    };
    await cost(10_000);
    const few = await cost(10_000);
    const many = await cost(200_000);
    // 20 when linear, 400 when quadratic.
    expect(many / few).toBeLessThan(120);
  });
});

describe('metrics', () => {
  it('tell how long items wait and are worked on, and what is there', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    let gauges: WorkqueueGauges | undefined;
    const metrics: WorkqueueMetrics = {
      added: () => seen.push('added'),
      retried: () => seen.push('retried'),
      waited: (ms) => seen.push(`waited ${String(ms)}`),
      worked: (ms) => seen.push(`worked ${String(ms)}`),
      observe: (given) => {
        gauges = given;
      },
    };
    const queue = new Workqueue<string>({ clock, rng: seededRng(1), metrics });
    queue.add('a');
    queue.add('a');
    queue.add('b', { priority: priorities.low });
    await clock.advance(30);
    await takeNow(queue);
    await takeNow(queue);
    await clock.advance(5);
    expect(gauges?.unfinishedWorkMs()).toBe(10);
    queue.done('b');
    queue.add('b', { afterMs: 100 });
    await clock.advance(100);
    expect(gauges?.longestRunningMs()).toBe(105);
    expect(gauges?.depth()).toEqual(
      new Map([
        [0, 1],
        [-100, 0],
      ]),
    );
    await clock.advance(7);
    expect((await takeNow(queue))?.key).toBe('b');
    expect(seen).toEqual([
      'added',
      'added',
      'waited 30',
      'waited 30',
      'worked 5',
      'retried',
      'added',
      'waited 7',
    ]);
  });
});

describe('any sequence of commands', () => {
  it('behaves as the plain model of the queue', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
        const { clock, queue } = makeQueue();
        const model = new Model();
        for (const each of commands) {
          switch (each.do) {
            case 'add':
              queue.add(each.key, each);
              model.add(each.key, each.priority, each.afterMs, each.reason);
              break;
            case 'get':
              expect(await takeNow(queue)).toEqual(model.get());
              break;
            case 'done':
              if (!model.inWork.has(each.key))
                expect(() => {
                  queue.done(each.key);
                }).toThrow(TypeError);
              else {
                queue.done(each.key);
                model.done(each.key);
              }
              break;
            case 'wait':
              await clock.advance(each.ms);
              model.wait(each.ms);
          }
        }
        for (const key of [...model.inWork]) {
          queue.done(key);
          model.done(key);
        }
        await clock.advance(100);
        model.wait(100);
        for (let expected = model.get(); expected !== undefined; expected = model.get()) {
          expect(await takeNow(queue)).toEqual(expected);
        }
        expect(await takeNow(queue)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('never gives a key to two workers and loses none', async () => {
    const job = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      afterMs: fc.nat(20),
      gapMs: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(job, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(20),
        async (jobs, workers, workMs) => {
          const { clock, queue } = makeQueue();
          const busy = new Set<string>();
          const lastStart = new Map<string, number>();
          const lastAdd = new Map<string, number>();
          const work = async (): Promise<void> => {
            for (let item = await queue.get(forever); item !== undefined; item = await queue.get(forever)) {
              const { key } = item;
              expect(busy.has(key)).toBe(false);
              busy.add(key);
              lastStart.set(key, clock.monotonic());
              await new Promise<void>((resolve) => void clock.setTimer(workMs, resolve));
              busy.delete(key);
              queue.done(key);
            }
          };
          const all = Array.from({ length: workers }, work);
          for (const { key, afterMs, gapMs } of jobs) {
            queue.add(key, { afterMs });
            lastAdd.set(key, clock.monotonic());
            await clock.advance(gapMs);
          }
          await clock.advance(2000);
          for (const [key, at] of lastAdd) expect(lastStart.get(key)).toBeGreaterThanOrEqual(at);
          queue.shutDown();
          await Promise.all(all);
        },
      ),
      { numRuns: 40 },
    );
  });
});

const key = fc.constantFrom('a', 'b', 'c', 'd');
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      key,
      priority: fc.constantFrom(0, -100, 10),
      afterMs: fc.constantFrom(0, 0, 5, 10, 20),
      reason: fc.constantFrom('x', 'y', 'z'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('get' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('done' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(15) }) },
);

interface Queued {
  readonly key: string;
  priority: number;
  reasons: string[];
  dueAt: number;
  /** Orders what fell due at the same time, and what became ready. */
  order: number;
  ready: boolean;
}

/** The queue as plain lists that are searched from end to end. */
class Model {
  readonly inWork = new Set<string>();
  #queued: Queued[] = [];
  #now = 0;
  #order = 0;

  add(key: string, priority: number, afterMs: number, reason: string): void {
    const dueAt = this.#now + afterMs;
    const present = this.#queued.find((each) => each.key === key);
    if (present === undefined) {
      const order = this.#order++;
      this.#queued.push({ key, priority, reasons: [reason], dueAt, order, ready: afterMs === 0 });
      return;
    }
    if (!present.reasons.includes(reason)) present.reasons.push(reason);
    const sooner = !present.ready && dueAt < present.dueAt;
    if (sooner || (present.ready && priority > present.priority)) present.order = this.#order++;
    if (sooner) present.dueAt = dueAt;
    if (afterMs === 0) present.ready = true;
    present.priority = Math.max(present.priority, priority);
  }

  get(): WorkItem<string> | undefined {
    const [first] = this.#queued
      .filter((each) => each.ready && !this.inWork.has(each.key))
      .sort((a, b) => b.priority - a.priority || a.order - b.order);
    if (first === undefined) return undefined;
    this.#queued = this.#queued.filter((each) => each !== first);
    this.inWork.add(first.key);
    return { key: first.key, priority: first.priority, reasons: first.reasons };
  }

  done(key: string): void {
    this.inWork.delete(key);
    const held = this.#queued.find((each) => each.key === key && each.ready);
    if (held !== undefined) held.order = this.#order++;
  }

  wait(ms: number): void {
    this.#now += ms;
    const due = this.#queued.filter((each) => !each.ready && each.dueAt <= this.#now);
    for (const each of due.sort((a, b) => a.dueAt - b.dueAt || a.order - b.order)) {
      each.ready = true;
      each.order = this.#order++;
    }
  }
}
