import { sleep, systemClock } from '@neo4j-operator/clock';

/** Tries until it does not throw any more; gives up with its last error. */
export async function eventually<T>(attempt: () => Promise<T> | T, withinMs = 30_000): Promise<T> {
  const until = systemClock.monotonic() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (systemClock.monotonic() > until) throw error;
      await sleep(systemClock, 25);
    }
  }
}
