import { type Clock, systemClock } from '@neo4j-operator/clock';

/** A clock that runs `rate` times as fast as the machine's, for time limits that a test cannot sit out. */
export function fastClock(rate: number): Clock {
  return {
    ...systemClock,
    monotonic: () => systemClock.monotonic() * rate,
    setTimer: (delayMs, callback) => systemClock.setTimer(delayMs / rate, callback),
  };
}
