import type { Clock, Rng, Timer } from '@neo4j-operator/clock';
import { BehaviorSubject, type Observable } from 'rxjs';
import { asError } from '../core/errors.ts';
import type { ObjectKey } from '../core/key.ts';
import type { Logger } from '../core/logger.ts';
import type { Stored } from '../core/object.ts';
import type { LeaderMetrics } from '../metrics/ports.ts';
import { heldSpec, type Lease, releasedSpec } from './lease.ts';
import { type LeaseClient, LeaseRecord } from './lease-record.ts';
import type { LeaseWriteGate } from './write-gate.ts';

/** How long things take in an election, in milliseconds. */
export interface LeaderTiming {
  /** How long others wait, after they saw a renewal, until they take the lease. Whole seconds; the write gate's duration as well. */
  readonly leaseDurationMs: number;
  /** How long after its last renewal a leader gives up. */
  readonly renewDeadlineMs: number;
  /** From the start of one renewal, or try, to the start of the next; up to a fifth is added at random. */
  readonly retryPeriodMs: number;
}

/**
 * The timing of client-go. The gate admits a request with the default deadline of 10 s only in the first 4 s of a
 * lease of 15 s; renewed every 2 s, it stays open even when a renewal takes 1.5 s. A longer period would save
 * few writes and refuse many.
 */
export const defaultLeaderTiming: LeaderTiming = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2000,
};

const retryJitter = 0.2;

/** `lost` and `stopped` are final. */
export type LeaderState = 'standby' | 'leading' | 'lost' | 'stopped';

export interface LeaderElectorOptions {
  /** Requests of the election itself, which must not pass the gate that they open. */
  readonly client: LeaseClient;
  /** The Lease. */
  readonly key: ObjectKey;
  /** Names this process and no other one, earlier ones of the same pod included. */
  readonly identity: string;
  /** What a watch shows of the Lease: see `leaseChanges`. If it falls silent nothing breaks, but a release is noticed late. */
  readonly changes$: Observable<Stored<Lease> | undefined>;
  readonly gate: LeaseWriteGate;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly metrics: LeaderMetrics;
  /** Default `defaultLeaderTiming`. */
  readonly timing?: LeaderTiming;
}

/**
 * One candidacy for a Lease, from standing by to leading to the end.
 *
 * A standby needs no polling: it is woken by the watch when the holder lets go, and by its own timer when the holder's
 * time is over. Every write carries the resourceVersion that was seen, so of several candidates one succeeds, and what a
 * late watch shows can cost a request but not the exclusion.
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #timing: LeaderTiming;
  readonly #record: LeaseRecord;
  readonly #state = new BehaviorSubject<LeaderState>('standby');
  /** Starts of the last renewal that succeeded, and of the last try. */
  #renewedAt = -Infinity;
  #triedAt = -Infinity;
  #failures = 0;
  #wake: (() => void) | undefined;

  /** @throws RangeError when the timing cannot work */
  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#timing = checkTiming(options.timing ?? defaultLeaderTiming);
    this.#record = new LeaseRecord(options.client, options.clock, options.key);
  }

  get state(): LeaderState {
    return this.#state.value;
  }

  /** The present state, then every change of it; completes after the last. The gate has moved before the state is told. */
  get state$(): Observable<LeaderState> {
    return this.#state.asObservable();
  }

  /**
   * Runs the candidacy; once only. When `stop` is aborted the lease is released, so that a successor acts at once:
   * abort it after the last of the leader's work has ended, or not at all and let the lease run out.
   *
   * @returns `lost` when another leads or renewals have failed for too long: the process must stop its work and end
   */
  async run(stop: AbortSignal): Promise<'lost' | 'stopped'> {
    const { changes$, metrics, logger } = this.#options;
    metrics.leading(false);
    const subscription = changes$.subscribe((lease) => {
      this.#record.observe(lease);
      this.#wake?.();
    });
    const isLeader = await this.#acquire(stop);
    if (isLeader) {
      logger.info({ identity: this.#options.identity }, 'Leading');
      metrics.leading(true);
      this.#state.next('leading');
      await this.#keep(stop);
    }
    const end = stop.aborted ? 'stopped' : 'lost';
    this.#options.gate.close();
    metrics.leading(false);
    this.#state.next(end);
    this.#state.complete();
    if (end === 'stopped') await this.#release();
    else
      logger.error({ identity: this.#options.identity, holder: this.#record.holder }, 'Leadership was lost');
    subscription.unsubscribe();
    return end;
  }

  /** True when the lease is ours, false when stopped before. */
  async #acquire(stop: AbortSignal): Promise<boolean> {
    const { clock, identity } = this.#options;
    let notBefore = -Infinity;
    while (!stop.aborted) {
      const waitMs = Math.max(notBefore, this.#record.mayAcquireAt(identity)) - clock.monotonic();
      if (waitMs > 0) {
        await this.#pause(waitMs, stop);
        continue;
      }
      if (await this.#try(this.#timing.renewDeadlineMs / 2, stop)) return true;
      notBefore = this.#failures === 0 ? -Infinity : this.#nextTryAt();
    }
    return false;
  }

  /** Renews until stopped or lost. */
  async #keep(stop: AbortSignal): Promise<void> {
    const { clock, identity } = this.#options;
    const { renewDeadlineMs } = this.#timing;
    const mayGoOn = (): boolean => !stop.aborted && this.#record.holder === identity;
    while (mayGoOn()) {
      const lostAt = this.#renewedAt + renewDeadlineMs;
      const nextAt = Math.min(this.#nextTryAt(), lostAt);
      while (mayGoOn() && clock.monotonic() < nextAt) await this.#pause(nextAt - clock.monotonic(), stop);
      if (!mayGoOn() || clock.monotonic() >= lostAt) return;
      await this.#try(Math.min(renewDeadlineMs / 2, lostAt - clock.monotonic()), stop);
    }
  }

  /** Writes ourselves into the lease if that is allowed. Half the renew deadline per try leaves room for a second one. */
  async #try(deadlineMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock, identity, gate, logger, metrics } = this.#options;
    this.#triedAt = clock.monotonic();
    try {
      const startedAt = await this.#record.change({
        allowed: () => this.#record.mayAcquireAt(identity) <= clock.monotonic(),
        spec: (previous) => heldSpec(previous, identity, this.#timing.leaseDurationMs, clock.now()),
        deadlineMs,
        signal,
        onRead: () => {
          if (this.state === 'leading') metrics.slowPath();
        },
      });
      this.#failures = 0;
      if (startedAt === undefined) return false;
      this.#renewedAt = startedAt;
      gate.renewed(startedAt);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      this.#failures++;
      logger[this.#failures === 1 ? 'warn' : 'debug'](
        { err: asError(error), failures: this.#failures },
        'The lease could not be written',
      );
      return false;
    }
  }

  /** Best effort: if it fails the lease runs out by itself. */
  async #release(): Promise<void> {
    const { clock, identity, logger } = this.#options;
    if (!this.#record.wasWritten) return;
    try {
      await this.#record.change({
        allowed: () => this.#record.exists && this.#record.holder === identity,
        spec: (previous) => releasedSpec(previous, clock.now()),
        deadlineMs: this.#timing.renewDeadlineMs / 2,
      });
    } catch (error) {
      logger.warn({ err: asError(error) }, 'The lease could not be released and has to run out');
    }
  }

  #nextTryAt(): number {
    return this.#triedAt + this.#timing.retryPeriodMs * (1 + retryJitter * this.#options.rng.next());
  }

  /** Waits until the time is over, the watch has shown something, or we are stopped. */
  #pause(delayMs: number, stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        stop.removeEventListener('abort', end);
        this.#wake = undefined;
        resolve();
      };
      const timer: Timer = this.#options.clock.setTimer(delayMs, end);
      stop.addEventListener('abort', end, { once: true });
      this.#wake = end;
    });
  }
}

function checkTiming(timing: LeaderTiming): LeaderTiming {
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = timing;
  if (!Number.isInteger(leaseDurationMs / 1000))
    throw new RangeError('leaseDurationMs must be whole seconds');
  if (leaseDurationMs <= renewDeadlineMs) throw new RangeError('leaseDurationMs must exceed renewDeadlineMs');
  if (!(retryPeriodMs > 0) || renewDeadlineMs <= retryPeriodMs * (1 + retryJitter)) {
    throw new RangeError(
      'renewDeadlineMs must exceed retryPeriodMs by more than a fifth, and both must be positive',
    );
  }
  return timing;
}
