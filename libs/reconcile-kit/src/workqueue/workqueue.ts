import type { Clock, Rng, Timer } from '@neo4j-operator/clock';
import { type BackoffOptions, backoffDelay } from '../backoff/exponential.ts';
import type { WorkqueueMetrics } from '../metrics/ports.ts';
import { DelayHeap } from './delay-heap.ts';
import { type Item, newItem } from './item.ts';
import { ReadyLists } from './ready-lists.ts';
import { addReason, listReasons } from './reasons.ts';

/** Priorities in use: what changes now goes before what an initial list or a resync brings. */
export const priorities = { normal: 0, low: -100 } as const;

/** client-go's default per-item limits, with jitter so that objects that failed together do not all return together. */
const retryBackoff: BackoffOptions = { baseMs: 5, factor: 2, maxMs: 1_000_000, jitter: 0.1 };

export interface WorkqueueOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Milliseconds after which work that goes on failing is tried again at the latest. Default 1,000,000. */
  readonly maxRetryMs?: number;
  /** Without it the queue does not even look at the clock for items that are not delayed. */
  readonly metrics?: WorkqueueMetrics;
}

export interface AddOptions {
  /** An integer, one of few; higher goes first. Default `priorities.normal`. */
  readonly priority?: number;
  /** Milliseconds until the item is ready. Default: at once. */
  readonly afterMs?: number;
  /** Why the item is worked on; told to whoever takes it. */
  readonly reason?: string;
}

export interface RetryOptions {
  readonly priority?: number;
  /** Milliseconds to wait even if the back-off is shorter, such as a server's Retry-After. */
  readonly atLeastMs?: number;
  readonly reason?: string;
}

/** An item that was taken from the queue. It is in work until `done`. */
export interface WorkItem<K extends string> {
  readonly key: K;
  readonly priority: number;
  /** Distinct, in the order they came, at most eight. */
  readonly reasons: readonly string[];
}

/**
 * A queue of keys to work on, for one kind of work and any number of workers.
 *
 * - A key that is queued is there once: adding it again raises its priority, brings its time forward and adds its
 *   reason, never the reverse. A raise puts it at the end of its new priority.
 * - A key in work is not handed out again before `done`; however often it is added meanwhile, it is worked on once more.
 * - Within a priority, items leave in the order they became ready.
 */
export class Workqueue<K extends string> {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #backoff: BackoffOptions;
  readonly #metrics: WorkqueueMetrics | undefined;
  readonly #items = new Map<K, Item<K>>();
  readonly #ready = new ReadyLists<K>();
  readonly #delayed = new DelayHeap<K>();
  /** Items in work, and since when. */
  readonly #inWork = new Map<Item<K>, number>();
  readonly #failures = new Map<K, number>();
  readonly #sleepers = new Set<() => void>();
  readonly #drainers: (() => void)[] = [];
  #timer: Timer | undefined;
  #timerDueAt = 0;
  #isShutDown = false;

  constructor(options: WorkqueueOptions) {
    this.#clock = options.clock;
    this.#rng = options.rng;
    this.#backoff = { ...retryBackoff, maxMs: options.maxRetryMs ?? retryBackoff.maxMs };
    this.#metrics = options.metrics;
    this.#metrics?.observe({
      depth: () => this.#ready.lengths(),
      unfinishedWorkMs: () => this.#runningMs().reduce((sum, running) => sum + running, 0),
      longestRunningMs: () => Math.max(0, ...this.#runningMs()),
    });
  }

  /** Queues a key. After `shutDown` it does nothing. */
  add(key: K, options?: AddOptions): void {
    if (this.#isShutDown) return;
    const priority = options?.priority ?? priorities.normal;
    const afterMs = options?.afterMs ?? 0;
    let item = this.#items.get(key);
    if (item === undefined) {
      item = newItem(key);
      this.#items.set(key, item);
    }
    if (afterMs > 0) this.#metrics?.retried();
    if (item.phase === 'idle') item.priority = priority;
    else if (priority > item.priority) this.#raise(item, priority);
    item.reasons = addReason(item.reasons, options?.reason);
    if (afterMs > 0) this.#delay(item, afterMs);
    else this.#makeReady(item);
  }

  /**
   * Queues a key whose work has failed: after 5 ms the first time, then twice as long each time up to `maxRetryMs`, until
   * `forget` is called.
   */
  addRateLimited(key: K, options?: RetryOptions): void {
    if (this.#isShutDown) return;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const { atLeastMs = 0, ...rest } = options ?? {};
    this.add(key, {
      ...rest,
      afterMs: Math.max(atLeastMs, backoffDelay(this.#backoff, failures, this.#rng)),
    });
  }

  /** Starts the key's back-off over. What is queued stays as it is. */
  forget(key: K): void {
    this.#failures.delete(key);
  }

  /**
   * Takes the next item, waiting for one if need be. Its key is in work until `done`.
   *
   * @returns undefined when `signal` is aborted or the queue is shut down
   */
  async get(signal: AbortSignal): Promise<WorkItem<K> | undefined> {
    while (!signal.aborted && !this.#isShutDown) {
      const item = this.#ready.shift();
      if (item !== undefined) return this.#take(item);
      await this.#sleep(signal);
    }
    // This getter may have been woken for an item that it leaves behind.
    if (!this.#ready.isEmpty) this.#wakeOne();
    return undefined;
  }

  /**
   * Ends the work on a key. If it was added meanwhile it is ready again.
   *
   * @throws TypeError if the key is not in work
   */
  done(key: K): void {
    const item = this.#items.get(key);
    const startedAt = item === undefined ? undefined : this.#inWork.get(item);
    if (item === undefined || startedAt === undefined) throw new TypeError(`${key} is not in work`);
    this.#inWork.delete(item);
    this.#metrics?.worked(this.#clock.monotonic() - startedAt);
    if (item.phase === 'held') this.#enlist(item);
    else if (item.phase === 'idle') this.#items.delete(key);
    if (this.#inWork.size === 0) this.#wakeDrainers();
  }

  /** Drops what is queued, takes nothing more and lets every waiting `get` return. Items in work go on until `done`. */
  shutDown(): void {
    this.#isShutDown = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#ready.clear();
    this.#delayed.clear();
    this.#failures.clear();
    this.#items.clear();
    for (const item of this.#inWork.keys()) {
      item.phase = 'idle';
      this.#items.set(item.key, item);
    }
    for (const wake of this.#sleepers) wake();
  }

  /** Resolves as soon as nothing is in work; to be called after `shutDown`. */
  drain(): Promise<void> {
    if (this.#inWork.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drainers.push(resolve));
  }

  #raise(item: Item<K>, priority: number): void {
    if (item.phase === 'ready') this.#ready.remove(item);
    item.priority = priority;
    if (item.phase === 'ready') this.#ready.push(item);
  }

  #delay(item: Item<K>, afterMs: number): void {
    if (item.phase === 'ready' || item.phase === 'held') return;
    const dueAt = this.#clock.monotonic() + afterMs;
    if (item.phase === 'idle') {
      item.phase = 'delayed';
      this.#delayed.push(item, dueAt);
    } else if (dueAt < item.time) {
      this.#delayed.hasten(item, dueAt);
    }
    this.#setTimer();
  }

  #makeReady(item: Item<K>): void {
    if (item.phase === 'ready' || item.phase === 'held') return;
    if (item.phase === 'delayed') this.#delayed.remove(item);
    if (this.#metrics !== undefined) {
      this.#metrics.added();
      item.time = this.#clock.monotonic();
    }
    if (this.#inWork.has(item)) item.phase = 'held';
    else this.#enlist(item);
  }

  #enlist(item: Item<K>): void {
    item.phase = 'ready';
    this.#ready.push(item);
    this.#wakeOne();
  }

  #take(item: Item<K>): WorkItem<K> {
    let startedAt = 0;
    if (this.#metrics !== undefined) {
      startedAt = this.#clock.monotonic();
      this.#metrics.waited(startedAt - item.time);
    }
    const taken = { key: item.key, priority: item.priority, reasons: listReasons(item.reasons) };
    item.phase = 'idle';
    item.reasons = undefined;
    this.#inWork.set(item, startedAt);
    return taken;
  }

  /** One timer stands for all delayed items. It may fire for an item that is gone: then it is only set anew. */
  #setTimer(): void {
    const first = this.#delayed.first;
    if (first === undefined || (this.#timer !== undefined && first.time >= this.#timerDueAt)) return;
    this.#timer?.cancel();
    this.#timerDueAt = first.time;
    this.#timer = this.#clock.setTimer(first.time - this.#clock.monotonic(), () => {
      this.#timer = undefined;
      this.#releaseDue();
    });
  }

  #releaseDue(): void {
    const now = this.#clock.monotonic();
    for (let item = this.#delayed.first; item !== undefined && item.time <= now; item = this.#delayed.first) {
      this.#makeReady(item);
    }
    this.#setTimer();
  }

  /**
   * A getter is woken, not handed the item: what is added to the item until the getter runs belongs to the same pass,
   * and a more urgent item that arrives by then goes first.
   */
  #sleep(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #wakeOne(): void {
    if (this.#sleepers.size === 0) return;
    for (const wake of this.#sleepers) {
      wake();
      return;
    }
  }

  #wakeDrainers(): void {
    for (const resolve of this.#drainers.splice(0)) resolve();
  }

  #runningMs(): number[] {
    const now = this.#clock.monotonic();
    return Array.from(this.#inWork.values(), (startedAt) => now - startedAt);
  }
}
