import type { Clock } from '@neo4j-operator/clock';
import type { WriteGate } from '../client/client.ts';
import { KubeError } from '../core/errors.ts';

/** Kept clear before the lease can be taken by another: for clocks that run at slightly different speeds. */
const safetyMarginMs = 1000;

/**
 * The gate of a process that leads by a Lease: a mutating request passes only if it is over a second before another
 * process may take the lease, counted from the *start* of the last renewal that succeeded.
 *
 * It holds even if the process stands still for any time, since nobody has to close it. What it cannot see is a pause
 * of the whole machine during which the monotonic clock stops as well; requests carry preconditions for that.
 */
export class LeaseWriteGate implements WriteGate {
  readonly #clock: Clock;
  readonly #leaseDurationMs: number;
  #openUntil = -Infinity;

  constructor(clock: Clock, leaseDurationMs: number) {
    this.#clock = clock;
    this.#leaseDurationMs = leaseDurationMs;
  }

  /** Opens the gate, or keeps it open. `startedAtMs` is the monotonic time before the renewal was sent. */
  renewed(startedAtMs: number): void {
    this.#openUntil = startedAtMs + this.#leaseDurationMs - safetyMarginMs;
  }

  /** Shuts the gate until the next renewal. */
  close(): void {
    this.#openUntil = -Infinity;
  }

  admit(deadlineMs: number): void {
    const leftMs = this.#openUntil - this.#clock.monotonic();
    if (deadlineMs <= leftMs) return;
    const why =
      leftMs < 0
        ? 'this process is not the leader'
        : `it may take ${String(Math.round(deadlineMs))} ms but leadership is certain for ${String(Math.round(leftMs))} ms only`;
    throw new KubeError(`The change was not sent: ${why}.`, { reason: 'WriteDenied' });
  }
}
