import { sleep, systemClock } from '@neo4j-operator/clock';

const lookEveryMs = 50;

/** Waits until something holds, or the signal comes. */
export async function until(holds: () => Promise<boolean> | boolean, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await holds())) await sleep(systemClock, lookEveryMs, signal);
}
