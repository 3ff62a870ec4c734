import { sleep, systemClock } from '@neo4j-operator/clock';

const lookEveryMs = 50;

/** Waits until something holds. Returns false if the signal comes first. */
export async function until(holds: () => Promise<boolean> | boolean, signal: AbortSignal): Promise<boolean> {
  do {
    if (await holds()) return true;
  } while (await sleep(systemClock, lookEveryMs, signal));
  return false;
}
