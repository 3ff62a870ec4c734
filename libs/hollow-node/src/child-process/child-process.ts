// Programs that are processes of their own.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '@neo4j-operator/clock';
import type { ContainerContext, Exit, Program, RunningProgram } from '../program.ts';
import { mapPaths } from './map-paths.ts';
import { splitLines } from './split-lines.ts';

/** What an image would say. */
export interface ChildProcessOptions {
  /** Runs unless the pod has a `command`; together with the pod's `args` if it has any. */
  readonly entrypoint: readonly string[];
  /** Follow the entry point unless the pod has a `command` or `args`. */
  readonly args?: readonly string[];
  /** Below the pod's own. `PATH` is this process's by default, nothing else is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs if the pod has no `workingDir`. Default: where this process does. */
  readonly workingDir?: string;
  /** What else a container needs to be told, such as where names are looked up. */
  readonly extraEnv?: (container: ContainerContext) => Readonly<Record<string, string>>;
}

/**
 * A program that runs a command as a child process. In its command, arguments, environment and working directory, paths of mounts
 * are replaced by where these are on this machine; what the program itself writes in its files is not.
 *
 * Its process group and what is executed beside it end with it, as the processes of a container do, and also when this process ends in
 * whatever way. It needs a POSIX shell.
 */
export function childProcess(options: ChildProcessOptions): Program {
  return {
    start(container) {
      const setting = settingOf(options, container);
      const [command = ''] = setting.command;
      assertExecutable(command, setting.env['PATH'] ?? '', setting.cwd);
      return run(container, setting);
    },
  };
}

interface Setting {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

function settingOf(options: ChildProcessOptions, container: ContainerContext): Setting {
  const { mounts } = container;
  const map = (text: string): string => mapPaths(text, mounts);
  const hasArgs = container.args.length > 0;
  const command =
    container.command.length > 0
      ? [...container.command, ...container.args]
      : [...options.entrypoint, ...(hasArgs ? container.args : (options.args ?? []))];
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOSTNAME: container.pod.hostname,
    ...options.env,
    ...options.extraEnv?.(container),
    ...container.env,
  };
  return {
    command: command.map(map),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, map(value)])),
    cwd: map(container.workingDir ?? options.workingDir ?? process.cwd()),
  };
}

/**
 * Waits for the end of descriptor 3, whose other end this process holds, and then kills the group, itself included. It is a child of
 * the program, which takes the shell's place.
 */
const guarded = '(read -r _ <&3; kill -KILL -$$) </dev/null >/dev/null 2>&1 & exec "$@" 3<&-';

type Child = ChildProcessByStdio<null, Readable, Readable>;

function launch({ command, env, cwd }: Setting): { child: Child; guard: Writable } {
  const child = spawn('/bin/sh', ['-c', guarded, 'sh', ...command], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const guard = child.stdio[3] as Writable;
  // The pipe breaks when the group is killed.
  guard.on('error', () => undefined);
  return { child: child as unknown as Child, guard };
}

function run(container: ContainerContext, setting: Setting): RunningProgram {
  const { child, guard } = launch(setting);
  const beside = new AbortController();
  let hasExited = false;
  splitLines(child.stdout, (line) => {
    container.log(line, 'stdout');
  });
  splitLines(child.stderr, (line) => {
    container.log(line, 'stderr');
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      resolve({ code: 128, reason: 'StartError', message: error.message });
    });
    child.once('exit', (code, signal) => {
      hasExited = true;
      guard.destroy();
      beside.abort();
      whenClosed(child, container.clock, () => {
        resolve({ code: exitCode(code, signal) });
      });
    });
  });
  return {
    exited,
    signal: (signal) => {
      if (hasExited || child.pid === undefined) return;
      // The guard sees to the rest of the group.
      kill(child.pid, signal);
    },
    exec: (command, signal) =>
      execute(container, setting, command, [beside.signal, ...(signal === undefined ? [] : [signal])]),
  };
}

/** How long the end of the output is waited for. */
const lingerMs = 1000;

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : (signalNumbers[signal] ?? 9));
}

/** Calls back when all that a process has written has been read, which is later than its exit. */
function whenClosed(child: Child, clock: Clock, callback: () => void): void {
  // One that has left the group may hold the other end of these for ever.
  const timer = clock.setTimer(lingerMs, () => {
    child.stdout.destroy();
    child.stderr.destroy();
  });
  child.once('close', () => {
    timer.cancel();
    callback();
  });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const mostOutput = 10_000;

async function execute(
  container: ContainerContext,
  setting: Setting,
  command: readonly string[],
  signals: readonly AbortSignal[],
): Promise<{ code: number; output: string }> {
  if (signals.some(({ aborted }) => aborted)) return { code: 137, output: '' };
  const mapped = command.map((text) => mapPaths(text, container.mounts));
  const [program = ''] = mapped;
  try {
    assertExecutable(program, setting.env['PATH'] ?? '', setting.cwd);
  } catch (error) {
    return { code: 127, output: (error as Error).message };
  }
  const { child, guard } = launch({ ...setting, command: mapped });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(0, mostOutput);
    });
  }
  const end = (): void => {
    guard.destroy();
  };
  for (const signal of signals) signal.addEventListener('abort', end);
  const done = new Promise<{ code: number; output: string }>((resolve) => {
    child.once('error', (error) => {
      resolve({ code: 127, output: error.message });
    });
    child.once('exit', (code, signal) => {
      end();
      whenClosed(child, container.clock, () => {
        resolve({ code: exitCode(code, signal), output });
      });
    });
  });
  return done.finally(() => {
    for (const signal of signals) signal.removeEventListener('abort', end);
  });
}

/** Says what a container runtime says when a command is not there. */
function assertExecutable(command: string, path: string, cwd: string): void {
  if (command.includes('/')) {
    const file = command.startsWith('/') ? command : join(cwd, command);
    if (isExecutable(file)) return;
    const why = existsSync(file) ? 'permission denied' : 'no such file or directory';
    throw new Error(`exec: "${command}": stat ${command}: ${why}`);
  }
  if (path.split(delimiter).some((dir) => isExecutable(join(dir, command)))) return;
  throw new Error(`exec: "${command}": executable file not found in $PATH`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
