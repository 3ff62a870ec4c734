import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { type Usage, usageOf } from './proc.ts';

/** Nothing that is measured here takes so long. */
const deadlineMs = 180_000;

/** How to start a program. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A moment that a program has told. */
export interface Told {
  /** Milliseconds since it was started. */
  readonly atMs: number;
  /** What it used then. */
  readonly usage: Usage;
}

/** A program under measurement. It tells its moments by lines `bench <event>`; everything else is measured from here. */
export class Subject {
  /** Epoch milliseconds of its start. */
  readonly startedAt: number;
  readonly #monotonicStart: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #told = new Map<string, PromiseWithResolvers<Told>>();
  #errors = '';

  constructor(program: Program, env: Readonly<Record<string, string>> = {}) {
    this.startedAt = systemClock.now();
    this.#monotonicStart = systemClock.monotonic();
    this.#child = spawn(program.file, program.args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...program.env, ...env },
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        resolve();
      });
    });
    this.#child.stderr?.on('data', (text: Buffer) => (this.#errors += text.toString()));
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        const event = /^bench (\w+)/.exec(line)?.[1];
        if (event !== undefined) this.#moment(event).resolve({ atMs: this.elapsedMs(), usage: this.usage() });
      });
    }
  }

  /** Waits for the line `bench <event>`. */
  told(event: string): Promise<Told> {
    return this.waitFor(event, this.#moment(event).promise);
  }

  /** Waits for something about the running program; fails if it ends before, or if it takes minutes. */
  async waitFor<T>(what: string, happened: Promise<T>): Promise<T> {
    const settled = new AbortController();
    const ended = this.#ended.then(() => {
      throw new Error(`the program ended before '${what}': ${this.#errors.slice(-2_000)}`);
    });
    const late = sleep(systemClock, deadlineMs, settled.signal).then((passed) => {
      if (passed) throw new Error(`'${what}' has not happened within ${deadlineMs / 1_000} s`);
      return happened;
    });
    try {
      return await Promise.race([happened, ended, late]);
    } finally {
      settled.abort();
    }
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  elapsedMs(): number {
    return systemClock.monotonic() - this.#monotonicStart;
  }

  usage(): Usage {
    return usageOf(this.pid);
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Kills it and waits for its end. */
  async stop(): Promise<void> {
    this.kill('SIGKILL');
    await this.#ended;
  }

  #moment(event: string): PromiseWithResolvers<Told> {
    const known = this.#told.get(event) ?? Promise.withResolvers<Told>();
    this.#told.set(event, known);
    return known;
  }
}
