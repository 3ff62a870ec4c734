// The tiny operator as a user has it, run as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.spec-helper.ts';

const running = new Set<OperatorProcess>();

/** The bundled operator, and a folder for what a test has to write. */
export interface Build {
  readonly dir: string;
  readonly program: string;
  /** Also ends what a failed test has left running. */
  remove(): void;
}

/** The operator that global-setup.config.mjs has built. */
export function builtOperator(): Build {
  const program = process.env['TINY_OPERATOR_PROGRAM'];
  if (program === undefined) throw new Error('The operator was not built: run it as a test of this project.');
  const dir = mkdtempSync(join(tmpdir(), 'tiny-operator-'));
  return {
    dir,
    program,
    remove: () => {
      for (const operator of running) operator.kill('SIGKILL');
      rmSync(dir, { recursive: true });
    },
  };
}

/** A running operator. */
export class OperatorProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';
  #code: number | null | undefined;

  private constructor(program: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    running.add(this);
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        running.delete(this);
        this.#code = code;
        resolve(code);
      });
    });
  }

  /** On any free port: one that was looked up before may be taken by the time the process listens. */
  static start(program: string, kubeconfig: string, ...more: readonly string[]): OperatorProcess {
    return new OperatorProcess(program, [`--kubeconfig=${kubeconfig}`, '--metrics-port=0', ...more]);
  }

  /** With these arguments and no others. */
  static startWith(program: string, args: readonly string[]): OperatorProcess {
    return new OperatorProcess(program, args);
  }

  /** Everything it has printed. */
  get output(): string {
    return this.#output;
  }

  /** The messages of its log lines at a level. */
  messages(level: 'info' | 'warn' | 'error'): string[] {
    return this.#output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { readonly level: string; readonly msg: string })
      .filter((entry) => entry.level === level)
      .map(({ msg }) => msg);
  }

  get isRunning(): boolean {
    return this.#code === undefined;
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Waits for its end and gives its exit code. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    this.kill(signal);
    return this.#ended;
  }

  /** Asks its probes. */
  async get(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const port = /"port":(\d+)[^\n]*"msg":"Serving probes and metrics"/.exec(this.#output)?.[1];
    if (port === undefined) throw new Error('it does not listen yet');
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, path }, (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, body });
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  async ready(): Promise<void> {
    await eventually(async () => {
      const { status, body } = await this.get('/readyz');
      if (status !== 200) throw new Error(body);
    });
  }
}
