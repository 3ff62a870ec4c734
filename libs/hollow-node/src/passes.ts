import type { Clock, Timer } from '@neo4j-operator/clock';
import type { InformerHandle } from '@neo4j-operator/reconcile-kit';

export interface PassesOptions {
  readonly clock: Clock;
  /** Milliseconds that triggers are gathered. */
  readonly delayMs: number;
  /** Milliseconds until a pass that failed is repeated. */
  readonly retryMs: number;
  readonly run: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** One pass after the other, each for all the triggers since the one before. */
export interface Passes {
  trigger(): void;
  /** No pass begins any more; waits for the one that runs. */
  stop(): Promise<void>;
}

export function createPasses({ clock, delayMs, retryMs, run, onError }: PassesOptions): Passes {
  let timer: Timer | undefined;
  let running: Promise<void> | undefined;
  let isDue = false;
  let isStopped = false;

  function plan(afterMs: number): void {
    if (isStopped || timer !== undefined) return;
    timer = clock.setTimer(afterMs, () => {
      timer = undefined;
      running = pass();
    });
  }

  async function pass(): Promise<void> {
    isDue = false;
    let afterMs = delayMs;
    try {
      await run();
    } catch (error) {
      onError(error);
      isDue = true;
      afterMs = retryMs;
    }
    running = undefined;
    if (isDue) plan(afterMs);
  }

  return {
    trigger: () => {
      isDue = true;
      if (running === undefined) plan(delayMs);
    },
    stop: async () => {
      isStopped = true;
      timer?.cancel();
      await running;
    },
  };
}

/** Runs passes over informers: a first one when all are synced, then one for their changes. Stopping it releases them. */
export function passesOver(
  handles: readonly InformerHandle[],
  passes: Passes,
): { start(): Promise<void>; stop(): Promise<void> } {
  let subscriptions: { unsubscribe(): void }[] = [];
  return {
    async start() {
      await Promise.all(handles.map((handle) => handle.whenSynced()));
      subscriptions = handles.map((handle) =>
        handle.deltas$.subscribe(() => {
          passes.trigger();
        }),
      );
      passes.trigger();
    },
    async stop() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await passes.stop();
      for (const handle of handles) handle.release();
    },
  };
}
