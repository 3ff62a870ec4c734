/** A timer that has been set and can be called off. */
export interface Timer {
  /** Calls the timer off; harmless when it has fired or was cancelled before. */
  cancel(): void;
}

/** The one source of time. Production code takes it as an argument and asks nothing else for the time. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch; may jump. For timestamps that people or servers read. */
  now(): number;
  /** Milliseconds from an arbitrary origin; never goes back. For durations and deadlines. */
  monotonic(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /** Lets pending I/O and timers run before the caller goes on. */
  yield(): Promise<void>;
}

/**
 * Waits `delayMs` milliseconds.
 *
 * @returns true when the time has passed, false when `signal` was aborted first. It never rejects.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted === true) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = (): void => {
      timer.cancel();
      resolve(false);
    };
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(true);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Runs `work` with a signal that is aborted after `deadlineMs` milliseconds, or when `parent` is aborted.
 * The timer and the listener are gone when `work` has settled, so nothing is retained per call.
 *
 * @param reason - makes the abort reason when the deadline passes
 * @returns what `work` returns; whether it honours the signal is up to `work`
 */
export async function withDeadline<T>(
  clock: Clock,
  deadlineMs: number,
  parent: AbortSignal | undefined,
  reason: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onParentAbort = (): void => {
    controller.abort(parent?.reason);
  };
  if (parent?.aborted === true) onParentAbort();
  parent?.addEventListener('abort', onParentAbort, { once: true });
  const timer = clock.setTimer(deadlineMs, () => {
    controller.abort(reason());
  });
  try {
    return await work(controller.signal);
  } finally {
    timer.cancel();
    parent?.removeEventListener('abort', onParentAbort);
  }
}

/** Resolves when `signal` is aborted. For code that has nothing to do until then. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
