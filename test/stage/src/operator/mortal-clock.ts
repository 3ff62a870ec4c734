import type { Clock, Timer } from '@neo4j-operator/clock';
import { type Life, silence } from './life.ts';

/** The clock of a process: its timers end with it. */
export function mortalClock(clock: Clock, life: Life): Clock {
  const pending = new Set<Timer>();
  life.onEnd(() => {
    for (const timer of pending) timer.cancel();
    pending.clear();
  });
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    yield: async () => {
      await clock.yield();
      if (life.isOver) await silence();
    },
    setTimer: (delayMs, callback) => {
      if (life.isOver) return { cancel: () => undefined };
      const timer = clock.setTimer(delayMs, () => {
        pending.delete(timer);
        callback();
      });
      pending.add(timer);
      return {
        cancel: () => {
          timer.cancel();
          pending.delete(timer);
        },
      };
    },
  };
}
