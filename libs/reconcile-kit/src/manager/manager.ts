import { type Clock, sleep, untilAborted } from '@neo4j-operator/clock';
import { asError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { LeaderElector } from '../leader/elector.ts';
import { type Runnable, RunnableGroup } from './runnable.ts';

export interface ManagerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Servers for probes and metrics: first to start, last to stop. */
  readonly http?: readonly Runnable[];
  /** Informers; what follows starts when they are ready. */
  readonly caches?: readonly Runnable[];
  /** What runs on every replica: the event recorder, webhooks. It outlives the controllers, so that their last events are sent. */
  readonly others?: readonly Runnable[];
  /** What only the leader may do: controllers. */
  readonly leaderElected?: readonly Runnable[];
  /** Without it this process leads from the start. */
  readonly elector?: Pick<LeaderElector, 'run' | 'state$'>;
  /** How long work under way has to end after a stop, in milliseconds. Default 30 000, as a pod's termination grace period. */
  readonly gracePeriodMs?: number;
}

export interface Manager {
  /**
   * Starts the groups in order and runs until `signal` is aborted or a part fails, then stops them in reverse. The lease is released
   * last, and only if nothing runs any more: whoever takes it must be alone.
   *
   * @throws LeadershipLost; the error of the part that failed; StopTimeout
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Another process leads, or may do so soon: nothing was drained, the process has to end at once. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

/** Parts were still running after they had been stopped and aborted. */
export class StopTimeout extends Error {
  override readonly name = 'StopTimeout';
}

/** How long parts have to end after they were aborted. */
const abortPeriodMs = 2_000;

/** Puts the parts of a process together. */
export function createManager(options: ManagerOptions): Manager {
  return { run: (signal) => new ManagerRun(options).run(signal) };
}

class ManagerRun {
  readonly #options: ManagerOptions;
  /** Ends what is under way, everywhere. */
  readonly #abort = new AbortController();
  /** Begins the stop. */
  readonly #ending = new AbortController();
  /** Gives the lease back. */
  readonly #resign = new AbortController();
  readonly #started: RunnableGroup[] = [];
  #failure: Error | undefined;

  constructor(options: ManagerOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const onSignal = (): void => {
      this.#ending.abort(signal.reason);
    };
    signal.addEventListener('abort', onSignal, { once: true });
    if (signal.aborted) onSignal();
    let election: Promise<void> | undefined;
    try {
      if (await this.#startReplica()) {
        election = this.#elect();
        await untilAborted(this.#ending.signal);
      }
    } catch (thrown) {
      this.#fail(asError(thrown));
    }
    signal.removeEventListener('abort', onSignal);
    await this.#stop(election);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Starts what every replica runs; false if the stop came before all was ready. */
  async #startReplica(): Promise<boolean> {
    const { http = [], caches = [], others = [] } = this.#options;
    for (const runnables of [http, caches, others]) {
      if (!(await this.#startGroup(runnables))) return false;
    }
    return true;
  }

  async #startGroup(runnables: readonly Runnable[]): Promise<boolean> {
    const group = new RunnableGroup(this.#abort.signal, (name, error) => {
      // The first failure is thrown, and told by whoever catches it.
      if (this.#failure !== undefined) {
        this.#options.logger.error({ err: error, part: name }, 'Another part of the process failed');
      }
      this.#fail(error);
    });
    this.#started.push(group);
    return group.start(runnables, this.#ending.signal);
  }

  /** Stands for election and starts the leader's parts when it is won; ends when the candidacy does. */
  async #elect(): Promise<void> {
    const { elector, leaderElected = [] } = this.#options;
    const lead = (): void => {
      if (this.#ending.signal.aborted) return;
      this.#startGroup(leaderElected).catch((thrown: unknown) => {
        this.#fail(asError(thrown));
      });
    };
    if (elector === undefined) {
      lead();
      return;
    }
    const subscription = elector.state$.subscribe((state) => {
      if (state === 'leading') lead();
    });
    try {
      if ((await elector.run(this.#resign.signal)) === 'lost') this.#lose();
    } catch (thrown) {
      this.#lose(asError(thrown));
    } finally {
      subscription.unsubscribe();
    }
  }

  #lose(cause?: Error): void {
    const lost = new LeadershipLost(
      'leadership was lost: the process ends, and its successor starts as a standby',
      cause === undefined ? undefined : { cause },
    );
    this.#abort.abort(lost);
    this.#fail(lost);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#ending.abort(error);
  }

  async #stop(election: Promise<void> | undefined): Promise<void> {
    const { clock, logger, gracePeriodMs = 30_000 } = this.#options;
    logger.info({ reason: asError(this.#ending.signal.reason).message }, 'Stopping');
    const grace = clock.setTimer(gracePeriodMs, () => {
      logger.warn({ parts: this.#running() }, 'The grace period is over');
      this.#abort.abort(new StopTimeout(`the grace period of ${String(gracePeriodMs)} ms is over`));
    });
    const settled = new AbortController();
    const inTime = await Promise.race([
      this.#drain(election).then(() => true),
      this.#abortPeriodOver(settled.signal).then(() => false),
    ]);
    grace.cancel();
    settled.abort();
    if (inTime) return;
    const left = this.#running();
    this.#failure ??= new StopTimeout(
      `stopped without waiting any longer for ${left.length === 0 ? 'the release of the lease' : left.join(', ')}`,
    );
  }

  #running(): readonly string[] {
    return this.#started.flatMap((group) => group.running);
  }

  async #drain(election: Promise<void> | undefined): Promise<void> {
    for (const group of this.#started.toReversed()) await group.stop();
    this.#resign.abort();
    await election;
  }

  async #abortPeriodOver(settled: AbortSignal): Promise<void> {
    await untilAborted(this.#abort.signal);
    await sleep(this.#options.clock, abortPeriodMs, settled);
  }
}
