import { asError } from '../core/errors.ts';

/** A long-running part of a process: a controller, a server, the informers. */
export interface Runnable {
  readonly name: string;
  /**
   * Works until `stop` is aborted, then ends what is under way. `abort` ends that too: leadership was lost, or the grace period is
   * over.
   *
   * @returns when it has ended; rejects if it cannot go on, which stops the whole process
   */
  run(stop: AbortSignal, abort: AbortSignal): Promise<void>;
  /** Resolves true when what depends on this part may start, false if `signal` was aborted before. Default: at once. */
  ready?(signal: AbortSignal): Promise<boolean>;
}

/** Parts that are started and stopped together. */
export class RunnableGroup {
  readonly #abort: AbortSignal;
  readonly #onFailure: (name: string, error: Error) => void;
  readonly #stop = new AbortController();
  readonly #running = new Map<Runnable, Promise<void>>();

  constructor(abort: AbortSignal, onFailure: (name: string, error: Error) => void) {
    this.#abort = abort;
    this.#onFailure = onFailure;
  }

  /** Starts the parts and waits until all are ready; false if `signal` was aborted before. */
  async start(runnables: readonly Runnable[], signal: AbortSignal): Promise<boolean> {
    for (const runnable of runnables) {
      const ended = this.#run(runnable).finally(() => this.#running.delete(runnable));
      this.#running.set(runnable, ended);
    }
    const ready = await Promise.all(
      runnables.map((runnable) => runnable.ready?.(signal) ?? Promise.resolve(true)),
    );
    return ready.every(Boolean) && !signal.aborted;
  }

  /** Asks all parts to stop and waits until they have ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  /** The parts that have not ended. */
  get running(): readonly string[] {
    return Array.from(this.#running.keys(), ({ name }) => name);
  }

  async #run(runnable: Runnable): Promise<void> {
    try {
      await runnable.run(this.#stop.signal, this.#abort);
    } catch (thrown) {
      // What a part says when it is cut off is no failure of its own.
      if (!this.#abort.aborted) this.#onFailure(runnable.name, asError(thrown));
    }
  }
}
