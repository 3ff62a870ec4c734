// Runs controllers: one queue each, one key at a time, retries with back-off. Everything happens in turns of the clock, never within the
// request that caused it.
import type { Clock, Rng, Timer } from '@neo4j-operator/clock';
import type { SimObject } from '../api/object.ts';
import type { Change, InsideClient } from '../api/request.ts';
import type { Store, StoreEvent } from '../storage/store.ts';
import type { ControllerContext, InsideController } from './controller.ts';
import { createRecorder } from './events.ts';
import { StoreView } from './view.ts';

const firstRetryMs = 5;
const lastRetryMs = 30_000;

export interface RunnerOptions {
  readonly store: Store;
  readonly client: InsideClient;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Milliseconds between a change and the controllers' reaction. Default 0. */
  readonly lagMs?: number;
  /** What a controller threw, apart from conflicts, which are part of the game. */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

/** Runs them until the result is called. */
export function runControllers(controllers: readonly InsideController[], options: RunnerOptions): () => void {
  const { store, clock } = options;
  const view = new StoreView(store);
  const queues = controllers.map((controller) => new Queue(controller, options, view));
  const unsubscribe = store.subscribe((event) => {
    view.follow(event);
    const change = changeOf(event, view);
    for (const queue of queues) queue.offer(change);
    // No turn may follow, and what was read for this change would be kept.
    view.endTurn();
  });
  const first = clock.setTimer(0, () => {
    for (const resource of store.resources()) {
      for (const stored of store.list(resource)) {
        const event: StoreEvent = { type: 'ADDED', resource, stored, previous: undefined };
        view.follow(event);
        for (const queue of queues) queue.offer(changeOf(event, view));
      }
    }
    view.endTurn();
  });
  return () => {
    unsubscribe();
    first.cancel();
    for (const queue of queues) queue.stop();
  };
}

/** The keys that one controller has to look at. */
class Queue {
  readonly #controller: InsideController;
  readonly #options: RunnerOptions;
  readonly #view: StoreView;
  readonly #context: ControllerContext;
  readonly #ready = new Set<string>();
  readonly #later = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  #turn: Timer | undefined;

  constructor(controller: InsideController, options: RunnerOptions, view: StoreView) {
    this.#controller = controller;
    this.#options = options;
    this.#view = view;
    const { client, clock, rng } = options;
    const record = createRecorder({ client, clock, component: controller.name });
    this.#context = { client, view, clock, rng, record };
  }

  /** Never throws: whoever has written what changed is not to blame. */
  offer(change: Change): void {
    try {
      for (const key of this.#controller.keysOf(change, this.#view)) this.#add(key);
    } catch (error) {
      this.#options.onError?.(this.#controller.name, change.name, error);
    }
  }

  stop(): void {
    this.#turn?.cancel();
    for (const timer of this.#later.values()) timer.cancel();
    this.#later.clear();
    this.#ready.clear();
  }

  #add(key: string): void {
    this.#ready.add(key);
    this.#turn ??= this.#options.clock.setTimer(this.#options.lagMs ?? 0, () => {
      this.#run();
    });
  }

  /** Takes what is ready; what becomes ready meanwhile waits for the next turn. */
  #run(): void {
    this.#turn = undefined;
    const keys = Array.from(this.#ready);
    this.#ready.clear();
    for (const key of keys) this.#reconcile(key);
    this.#view.endTurn();
  }

  #reconcile(key: string): void {
    try {
      const againMs = this.#controller.reconcile(key, this.#context);
      this.#failures.delete(key);
      if (againMs !== undefined) this.#addLater(key, againMs);
    } catch (error) {
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.#options.onError?.(this.#controller.name, key, error);
      this.#addLater(key, Math.min(firstRetryMs * 2 ** failures, lastRetryMs));
    }
  }

  #addLater(key: string, delayMs: number): void {
    this.#later.get(key)?.cancel();
    const timer = this.#options.clock.setTimer(delayMs, () => {
      this.#later.delete(key);
      this.#add(key);
    });
    this.#later.set(key, timer);
  }
}

function changeOf({ type, resource, stored, previous }: StoreEvent, view: StoreView): Change {
  const [group = '', plural = ''] = resource.split('/');
  return {
    type,
    resource: { group, plural },
    namespace: stored.namespace,
    name: stored.name,
    object: (): SimObject => view.parse(stored),
    old: () => (previous === undefined ? undefined : view.parse(previous)),
  };
}
