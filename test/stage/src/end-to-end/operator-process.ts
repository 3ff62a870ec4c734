// The operator as it is shipped, as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { startFlags } from './start-flags.ts';

/** What a process is started with. */
export interface OperatorProcessOptions {
  /** A file that Node.js runs. */
  readonly bundle: string;
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A running operator, with the flags of Node.js that it is shipped with. Who starts it ends it. */
export class OperatorProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';
  #isRunning = true;

  constructor({ args, bundle, env }: OperatorProcessOptions) {
    this.#child = spawn(process.execPath, [...startFlags('apps/operator'), bundle, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => (this.#output += String(error)));
      this.#child.once('close', (code) => {
        this.#isRunning = false;
        resolve(code);
      });
    });
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Its process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The exit code; null if a signal has ended it. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Ends it and waits for its end. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }

  /** Whether `/readyz` answers that it is ready. */
  async isReady(): Promise<boolean> {
    return (await this.get('/readyz')) === 200;
  }

  /** The status of one of its probes, or undefined while it does not listen. */
  async get(path: string): Promise<number | undefined> {
    return (await this.fetch(path))?.status;
  }

  /** What it answers on the port of its probes, or undefined while it does not listen. */
  fetch(path: string): Promise<{ readonly status: number | undefined; readonly body: string } | undefined> {
    const port = /"port":(\d+)[^\n]*"msg":"Serving probes and metrics"/.exec(this.#output)?.[1];
    if (port === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const outgoing = request({ host: '127.0.0.1', port, path, agent: false }, (answer) => {
        text(answer).then(
          (body) => {
            resolve({ status: answer.statusCode, body });
          },
          () => {
            resolve(undefined);
          },
        );
      });
      outgoing.on('error', () => {
        resolve(undefined);
      });
      outgoing.end();
    });
  }
}
