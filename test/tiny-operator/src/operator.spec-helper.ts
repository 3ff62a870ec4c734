// The tiny operator as a user has it: built from packed libraries outside of the workspace, run as a process of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../controlplane/src/index.ts';
import { installPacked } from '../../../tools/pack/install-packed.ts';
import { eventually } from './eventually.spec-helper.ts';

const root = join(import.meta.dirname, '../../..');
const example = join(root, 'examples/tiny-operator');

/** esbuild's flags for an operator: client-node is loaded only for credential plugins, pino needs a `require`. */
const bundleFlags = [
  '--bundle',
  '--platform=node',
  '--format=esm',
  '--external:@kubernetes/client-node',
  "--banner:js=import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
];

/** A folder outside of the workspace with the bundled operator. */
export interface Build {
  readonly dir: string;
  readonly program: string;
  remove(): void;
}

/** Installs the packed libraries into an empty project, compiles the example there, and bundles it. */
export function buildOperator(): Build {
  const dir = mkdtempSync(join(tmpdir(), 'tiny-operator-'));
  mkdirSync(join(dir, 'src'));
  copyFileSync(join(example, 'src/main.ts'), join(dir, 'src/main.ts'));
  writeFileSync(join(dir, 'package.json'), '{ "private": true, "type": "module" }\n');
  installPacked(dir, ['@neo4j-operator/reconcile-kit', '@types/node']);
  const tsc = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--types',
    'node',
  ];
  run(dir, 'typescript/bin/tsc', [...tsc, '--noEmit', 'src/main.ts']);
  const program = join(dir, 'main.mjs');
  run(dir, 'esbuild/bin/esbuild', [
    'src/main.ts',
    ...bundleFlags,
    `--outfile=${program}`,
    '--log-level=error',
  ]);
  return {
    dir,
    program,
    remove: () => {
      rmSync(dir, { recursive: true });
    },
  };
}

function run(cwd: string, script: string, args: readonly string[]): void {
  const path = join(root, 'node_modules', script);
  // esbuild's script is replaced by its program on some platforms.
  if (script.startsWith('esbuild')) execFileSync(path, args, { cwd, stdio: 'pipe' });
  else execFileSync(process.execPath, [path, ...args], { cwd, stdio: 'pipe' });
}

/** A running operator. */
export class OperatorProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';
  #code: number | null | undefined;

  private constructor(program: string, port: number, args: readonly string[]) {
    this.port = port;
    this.#child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        this.#code = code;
        resolve(code);
      });
    });
  }

  static async start(
    program: string,
    kubeconfig: string,
    ...more: readonly string[]
  ): Promise<OperatorProcess> {
    const [port = 0] = await freePorts(1);
    return new OperatorProcess(program, port, [
      `--kubeconfig=${kubeconfig}`,
      `--metrics-port=${String(port)}`,
      ...more,
    ]);
  }

  /** With these arguments and no others. */
  static startWith(program: string, args: readonly string[], port = 0): OperatorProcess {
    return new OperatorProcess(program, port, args);
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
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port: this.port, path }, (answer) => {
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
