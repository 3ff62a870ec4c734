// The programs in Go: built once, and run against a control plane.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { onPath } from '../../controlplane/src/binaries.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';

const moduleDir = join(import.meta.dirname, '../go');

/** For `describeIfThere`: building needs Go, as the control plane does. */
export const needsGo = {
  found: onPath('go') ? {} : { missing: 'There is no Go on the PATH to build the clients with.' },
  required: 'REQUIRE_CONTROLPLANE',
  what: 'Go',
};

/** Builds the programs into a cache outside of the repository, once per content. */
export async function buildGoPrograms(): Promise<string> {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const file = join(base, 'kube-clients', `${contentHash()}-${process.platform}-${process.arch}`);
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${String(process.pid)}`;
  await promisify(execFile)('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', partial, '.'], {
    cwd: moduleDir,
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
  });
  renameSync(partial, file);
  return file;
}

function contentHash(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(moduleDir).toSorted()) hash.update(readFileSync(join(moduleDir, name)));
  return hash.digest('hex').slice(0, 16);
}

/** A program that runs, and what it has said. */
export class GoProgram {
  /** What it said, without the lines in which it asks for something. */
  readonly lines: string[] = [];
  /** Resolves to all lines when it has ended well. */
  readonly ended: Promise<readonly string[]>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;

  /** @param answer - does what the program asks for */
  constructor(
    file: string,
    { admin }: ControlPlane,
    args: readonly string[],
    answer: () => Promise<void> = () => Promise.resolve(),
  ) {
    const child = spawn(file, [...args], {
      stdio: 'pipe',
      env: { ...process.env, KUBECONFIG: admin.kubeconfigFile },
    });
    this.#child = child;
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('please ')) void this.#do(answer);
        else this.lines.push(line);
      }
    });
    const ended = new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve(signal ?? String(code));
      });
    });
    this.ended = Promise.all([ended, text(child.stderr)]).then(([end, errors]) => {
      if (end === '0') return this.lines;
      throw new Error(`${args.join(' ')} ended with ${end}: ${errors}\nafter:\n${this.lines.join('\n')}`);
    });
    this.ended.catch(() => undefined);
  }

  /** Waits until it has said this line. */
  said(line: string): Promise<void> {
    return eventually(() => {
      if (!this.lines.includes(line)) throw new Error(`"${line}" is not among ${this.lines.join('\n')}`);
    });
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  async #do(answer: () => Promise<void>): Promise<void> {
    try {
      await answer();
      this.#child.stdin.write('\n');
    } catch {
      // It ends without its answer, and with it the test.
      this.#child.stdin.end();
    }
  }
}
