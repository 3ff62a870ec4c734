// The harness's side of the supervisor.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Order, Report } from './supervisor-protocol.ts';

const tailLines = 20;

/** A process that the supervisor holds. */
export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended, with its exit code or signal in words. */
  readonly ended: Promise<string>;
}

/** A group of processes and their temporary folder; all of it is gone when this process ends, however it ends. */
export class Supervised {
  /** The temporary folder. The output of a process is in `<name>.log`. */
  readonly dir: string;
  readonly #supervisor: ChildProcessByStdio<Writable, Readable, null>;
  readonly #starting = new Map<string, (report: Report) => void>();
  readonly #ending = new Map<string, (why: string) => void>();

  /** Starts a supervisor with an empty folder. */
  static async create(): Promise<Supervised> {
    // In a process group of its own: an interrupt from the terminal is for the test, and reaches the supervisor through the pipe.
    const supervisor = spawn(process.execPath, [join(import.meta.dirname, 'supervisor.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const reports = createInterface({ input: supervisor.stdout });
    const [first] = (await Promise.race([once(reports, 'line'), once(supervisor, 'exit')])) as [unknown];
    if (typeof first !== 'string') throw new Error('The supervisor of the control plane did not start.');
    const supervised = new Supervised(supervisor, (JSON.parse(first) as { dir: string }).dir);
    reports.on('line', (line) => {
      supervised.#onReport(JSON.parse(line) as Report);
    });
    return supervised;
  }

  private constructor(supervisor: ChildProcessByStdio<Writable, Readable, null>, dir: string) {
    this.#supervisor = supervisor;
    this.dir = dir;
    // Orders to a supervisor that is gone are of no use to anybody.
    supervisor.stdin.on('error', () => undefined);
    supervisor.once('exit', () => {
      this.#onSupervisorExit();
    });
  }

  /**
   * Starts a process.
   *
   * @param name - unique among those that run
   * @throws Error if it cannot be started
   */
  async start(name: string, command: string, args: readonly string[]): Promise<SupervisedProcess> {
    if (this.#isGone()) throw new Error('The control plane has been stopped.');
    const ended = new Promise<string>((resolve) => {
      this.#ending.set(name, resolve);
    });
    const report = await new Promise<Report>((resolve) => {
      this.#starting.set(name, resolve);
      this.#order({ start: name, command, args });
    });
    if ('started' in report) return { name, pid: report.pid, ended };
    throw new Error(`${command} could not be started: ${await ended}`);
  }

  /** Sends a signal to a process and waits for its end. */
  async stop(process: SupervisedProcess, signal: NodeJS.Signals): Promise<void> {
    this.#order({ stop: process.name, signal });
    await process.ended;
  }

  /** The last lines of what a process has written. */
  tail(name: string): string {
    const lines = readFileSync(join(this.dir, `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n');
    return lines.slice(-tailLines).join('\n');
  }

  /** Kills all processes and removes the folder; harmless when called twice. */
  async close(): Promise<void> {
    if (this.#isGone()) return;
    const exit = once(this.#supervisor, 'exit');
    this.#supervisor.stdin.end();
    await exit;
  }

  #isGone(): boolean {
    return this.#supervisor.exitCode !== null || this.#supervisor.signalCode !== null;
  }

  #order(order: Order): void {
    this.#supervisor.stdin.write(`${JSON.stringify(order)}\n`);
  }

  #onReport(report: Report): void {
    if ('started' in report) {
      take(this.#starting, report.started)?.(report);
    } else if ('ended' in report) {
      take(this.#starting, report.ended)?.(report);
      take(this.#ending, report.ended)?.(report.why);
    }
  }

  #onSupervisorExit(): void {
    for (const name of new Set([...this.#starting.keys(), ...this.#ending.keys()])) {
      this.#onReport({ ended: name, why: 'stopped with its supervisor' });
    }
  }
}

function take<K, V>(map: Map<K, V>, key: K): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
