import type { Clock, Timer } from './clock.ts';

/** setTimeout counts in a signed 32-bit number and fires at once beyond it; longer delays are cut to this. */
const longestDelayMs = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs: number, callback: () => void): Timer {
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), longestDelayMs));
    return {
      cancel: () => {
        clearTimeout(handle);
      },
    };
  },
  yield: () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    }),
};
