import type { Clock, Rng, Timer } from '@neo4j-operator/clock';
import { Neo4jError } from '@neo4j-operator/neo4j-admin';
import type { ClusterView, Sight, ViewChange } from './cluster-view.ts';
import type { Pace } from './pace.ts';
import { diffSights, nextSight, type Reading } from './sight.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What a poller works with. */
export interface PollerOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly pace: Pace;
  /** Whether there is anybody to ask. Nothing is read until there is. */
  readonly hasAddress: () => boolean;
  readonly read: () => Promise<ClusterView>;
  /** Called after each reading. Must not throw. */
  readonly onReading: (reading: Reading, durationMs: number) => void;
  /** Called when a reading has brought something new. Must not throw. */
  readonly onChange: (change: ViewChange, sight: Sight) => void;
}

/** When the reading after the one under way is due. */
type Due = 'in time' | 'soon' | 'at once';

/** Up to this share of a wait is taken off at random, so that many clusters are not asked at the same time. */
const jitter = 0.2;

/**
 * A refused login is tried again no sooner than after so many quick waits: by default two seconds, in which a new password gets from the leader to
 * the server that did not know it.
 */
const refusedWaits = 4;

/**
 * Reads what a cluster says of itself, one reading at a time: often while something changes, seldom when nothing does, and at once for whoever
 * must not act on an older one.
 */
export class Poller {
  readonly #options: PollerOptions;
  #sight: Sight = { kind: 'unknown' };
  /** Goes up with everything that makes what was seen before too old. */
  #wanted = 0;
  /** What `#wanted` was when the last reading that has ended began. */
  #answered = -1;
  #flight: Promise<void> | undefined;
  #due: Due = 'in time';
  #waitMs: number;
  #timer: { readonly handle: Timer; readonly dueAt: number } | undefined;
  #isClosed = false;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#waitMs = options.pace.quickMs;
  }

  /** What was seen last, however old. */
  get sight(): Sight {
    return this.#sight;
  }

  /**
   * Gives the outcome of a reading that began after the last `invalidate`: the last one, the one under way, or a new one, which all share who
   * ask meanwhile. Failed readings count, so that many who ask do not press a cluster that is down.
   */
  async fresh(signal: AbortSignal): Promise<Sight> {
    signal.throwIfAborted();
    const wanted = this.#wanted;
    while (this.#answered < wanted && this.#canRead()) {
      await unlessAborted(this.#flight ?? this.#look(), signal);
    }
    return this.#sight;
  }

  /** What was read so far is too old for `fresh`. */
  invalidate(): void {
    this.#wanted++;
  }

  /** Goes back to the quick pace. */
  hurry(): void {
    this.#waitMs = this.#atLeast(this.#options.pace.quickMs);
    if (this.#due === 'in time') this.#due = 'soon';
    this.#schedule(this.#waitMs);
  }

  /** Reads now, or right after the reading under way. */
  resume(): void {
    this.invalidate();
    this.#waitMs = this.#options.pace.quickMs;
    if (this.#flight !== undefined) this.#due = 'at once';
    else if (this.#canRead()) void this.#look();
  }

  /** There are other addresses now, or the cluster is another version. */
  targetChanged(): void {
    this.invalidate();
    if (this.#sight.kind === 'unknown') this.resume();
    else this.hurry();
  }

  /** Sets no timer any more. Resolves when the reading under way has ended; who waits for it gets a failure. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#sight = nextSight(this.#sight, {
      ok: false,
      error: localError('Closed', 'the cluster is not looked at any more'),
      atMs: this.#options.clock.monotonic(),
    });
    await this.#flight;
  }

  #canRead(): boolean {
    return !this.#isClosed && this.#options.hasAddress();
  }

  #look(): Promise<void> {
    this.#cancelTimer();
    this.#due = 'in time';
    this.#flight = this.#readOnce(this.#wanted);
    return this.#flight;
  }

  async #readOnce(wanted: number): Promise<void> {
    const { clock, onReading, pace } = this.#options;
    const startedAt = clock.monotonic();
    const reading = await this.#attempt();
    this.#flight = undefined;
    this.#answered = wanted;
    if (this.#isClosed) return;
    onReading(reading, clock.monotonic() - startedAt);
    const before = this.#sight;
    const change = this.#take(reading);
    const isNews =
      change !== undefined &&
      (change.servers || change.databases.size > 0 || before.kind !== this.#sight.kind);
    const grown = Math.min(this.#waitMs * pace.factor, pace.slowMs);
    this.#waitMs = this.#atLeast(isNews || this.#due !== 'in time' ? pace.quickMs : grown);
    this.#schedule(this.#due === 'at once' ? 0 : this.#waitMs);
  }

  async #attempt(): Promise<Reading> {
    try {
      return { ok: true, view: await this.#options.read() };
    } catch (cause) {
      const error =
        cause instanceof Neo4jError ? cause : localError('Transient', `not read: ${String(cause)}`, cause);
      return { ok: false, error, atMs: this.#options.clock.monotonic() };
    }
  }

  #take(reading: Reading): ViewChange | undefined {
    const before = this.#sight;
    this.#sight = nextSight(before, reading);
    const change = diffSights(before, this.#sight);
    if (change !== undefined) this.#options.onChange(change, this.#sight);
    return change;
  }

  /** Sets the timer, unless it is due sooner or a reading is under way, which sets it in the end. */
  #schedule(waitMs: number): void {
    if (this.#isClosed || this.#flight !== undefined) return;
    if (!this.#options.hasAddress()) {
      this.#loseSight();
      return;
    }
    const { clock, rng } = this.#options;
    const delayMs = waitMs * (1 - jitter * rng.next());
    const dueAt = clock.monotonic() + delayMs;
    if (this.#timer !== undefined && this.#timer.dueAt <= dueAt) return;
    this.#cancelTimer();
    const handle = clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      if (this.#options.hasAddress()) void this.#look();
      else this.#loseSight();
    });
    this.#timer = { handle, dueAt };
  }

  /** What was seen of a cluster that has no server any more must not pass for what is. */
  #loseSight(): void {
    this.#cancelTimer();
    if (this.#sight.kind === 'unknown') return;
    const error = localError('Unreachable', 'no server of this cluster has an address');
    this.#take({ ok: false, error, atMs: this.#options.clock.monotonic() });
  }

  #cancelTimer(): void {
    this.#timer?.handle.cancel();
    this.#timer = undefined;
  }

  #atLeast(waitMs: number): number {
    const { quickMs, slowMs } = this.#options.pace;
    const isRefused = this.#sight.kind === 'failed' && this.#sight.error.remedy === 'credentials';
    return isRefused ? Math.max(waitMs, Math.min(refusedWaits * quickMs, slowMs)) : waitMs;
  }
}

function localError(
  reason: 'Closed' | 'Transient' | 'Unreachable',
  message: string,
  cause?: unknown,
): Neo4jError {
  return new Neo4jError(message, {
    reason,
    remedy: 'retry',
    outcomeUnknown: false,
    ...(cause === undefined ? {} : { cause }),
  });
}
