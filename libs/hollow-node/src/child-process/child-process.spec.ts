import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from '@jest/globals';
import { sleep, systemClock, systemRng } from '@neo4j-operator/clock';
import type { ContainerContext, RunningProgram } from '../program.ts';
import { childProcess, type ChildProcessOptions } from './child-process.ts';
import { splitLines } from './split-lines.ts';

const dir = mkdtempSync(join(tmpdir(), 'child-process-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

interface Started {
  readonly program: RunningProgram;
  readonly lines: string[];
}

function start(
  context: Partial<ContainerContext>,
  options: ChildProcessOptions = { entrypoint: ['/bin/sh', '-c'] },
): Started {
  const lines: string[] = [];
  const container: ContainerContext = {
    pod: {
      namespace: 'ns',
      name: 'web',
      uid: 'uid',
      ip: '127.0.1.1',
      nodeName: 'n',
      hostname: 'web',
      labels: {},
      annotations: {},
    },
    name: 'main',
    image: 'x',
    restartCount: 0,
    command: [],
    args: [],
    workingDir: undefined,
    env: {},
    mounts: [],
    memoryLimit: undefined,
    cpuLimit: undefined,
    clock: systemClock,
    rng: systemRng,
    log: (line, stream) => lines.push(`${stream ?? 'stdout'}: ${line}`),
    ...context,
  };
  return { program: childProcess(options).start(container), lines };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(systemClock, 5);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // One that nobody has waited for yet does nothing any more. Where there is no /proc, somebody waits at once.
  const status = `/proc/${String(pid)}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

describe('a child process', () => {
  it('writes its lines to the log and ends with its code', async () => {
    const { program, lines } = start({ args: ['echo one; echo two >&2; printf three; exit 7'] });
    expect(await program.exited).toEqual({ code: 7 });
    expect(lines.sort()).toEqual(['stderr: two', 'stdout: one', 'stdout: three']);
  });

  it('sees the environment of the container and nothing of this process but its PATH', async () => {
    const options = { entrypoint: ['env'], env: { IMAGE: 'yes', BOTH: 'image' } };
    const { program, lines } = start({ env: { POD: 'yes', BOTH: 'pod' } }, options);
    await program.exited;
    const names = lines.map((line) => line.replace(/^stdout: /, ''));
    expect(names).toEqual(expect.arrayContaining(['IMAGE=yes', 'POD=yes', 'BOTH=pod', 'HOSTNAME=web']));
    const allowed = ['IMAGE', 'POD', 'BOTH', 'HOSTNAME', 'PATH', 'PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(names.map((line) => line.split('=')[0]).filter((name) => !allowed.includes(name ?? ''))).toEqual(
      [],
    );
  });

  it.each([
    ['the image alone', {}, ['image', 'its args']],
    ['args', { args: ['own'] }, ['image', 'own']],
    ['a command', { command: ['printf', '%s;', 'pod'] }, ['pod']],
    ['both', { command: ['printf', '%s;'], args: ['pod', 'own'] }, ['pod', 'own']],
  ])('runs what Kubernetes would: %s', async (_, context, expected) => {
    const options = { entrypoint: ['printf', '%s;', 'image'], args: ['its args'] };
    const { program, lines } = start(context, options);
    await program.exited;
    expect(lines).toEqual([`stdout: ${expected.join(';')};`]);
  });

  it('finds its volumes, and starts in its working directory', async () => {
    writeFileSync(join(dir, 'file'), 'content\n');
    const mounts = [
      {
        mountPath: '/data',
        hostPath: dir,
        readOnly: false,
        source: { type: 'emptyDir', volume: 'v' } as const,
      },
    ];
    const { program, lines } = start({
      mounts,
      workingDir: '/data',
      env: { FILE: '/data/file' },
      args: ['cat file $FILE /data/file; pwd; sleep 600'],
    });
    await until(() => lines.length === 4);
    expect(lines).toEqual(['stdout: content', 'stdout: content', 'stdout: content', `stdout: ${dir}`]);
    expect(await program.exec?.(['cat', '/data/file'])).toEqual({ code: 0, output: 'content\n' });
    program.signal('SIGKILL');
    await program.exited;
    expect(await program.exec?.(['cat', '/data/file'])).toEqual({ code: 137, output: '' });
  });

  it('is asked to end, and may take its time', async () => {
    const { program, lines } = start({
      args: ["trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.02; done"],
    });
    await until(() => lines.includes('stdout: ready'));
    program.signal('SIGTERM');
    expect(await program.exited).toEqual({ code: 3 });
    expect(lines).toContain('stdout: asked');
    program.signal('SIGKILL');
  });

  it('is killed together with all that it has started', async () => {
    const { program, lines } = start({ args: ['sleep 600 & echo $!; wait'] });
    await until(() => lines.length > 0);
    program.signal('SIGKILL');
    expect(await program.exited).toEqual({ code: 137 });
    await until(() => !isAlive(Number(lines[0]?.split(' ')[1])));
  });

  it('leaves nothing behind when it ends by itself', async () => {
    const { program, lines } = start({ args: ['sleep 600 & echo $!; exit 0'] });
    expect(await program.exited).toEqual({ code: 0 });
    await until(() => !isAlive(Number(lines[0]?.split(' ')[1])));
  });

  it('tells which signal ended it', async () => {
    const { program } = start({ args: ['kill -SEGV $$'] });
    expect(await program.exited).toEqual({ code: 139 });
  });

  it.each([
    ['nowhere', 'exec: "nowhere": executable file not found in $PATH'],
    ['/no/where', 'exec: "/no/where": stat /no/where: no such file or directory'],
    [import.meta.filename, 'permission denied'],
  ])('cannot be started if there is no %s', (command, message) => {
    expect(() => start({ command: [command] })).toThrow(message);
  });

  it('executes commands beside it', async () => {
    const { program } = start({ args: ['sleep 600'], env: { WHO: 'me' } });
    expect(await program.exec?.(['/bin/sh', '-c', 'echo $WHO; echo no >&2; exit 4'])).toEqual({
      code: 4,
      output: 'me\nno\n',
    });
    expect(await program.exec?.(['nowhere'])).toMatchObject({ code: 127 });
    program.signal('SIGKILL');
    await program.exited;
  });

  it('takes what it executes beside it with it when it ends', async () => {
    const { program } = start({ args: ['sleep 600'] });
    const file = join(dir, 'pid');
    const executed = program.exec?.([
      '/bin/sh',
      '-c',
      `echo $$ > ${file}.new; mv ${file}.new ${file}; sleep 600`,
    ]);
    await until(() => existsSync(file));
    program.signal('SIGKILL');
    await program.exited;
    expect(await executed).toMatchObject({ code: 137 });
    await until(() => !isAlive(Number(readFileSync(file, 'utf8'))));
  });

  it('executes nothing for longer than somebody waits for it', async () => {
    const { program } = start({ args: ['sleep 600'] });
    const overdue = new AbortController();
    const executed = program.exec?.(['sleep', '600'], overdue.signal);
    overdue.abort();
    expect(await executed).toMatchObject({ code: 137 });
    expect(await program.exec?.(['sleep', '600'], overdue.signal)).toMatchObject({ code: 137 });
    program.signal('SIGKILL');
    await program.exited;
  });

  it('has ended when it has, even if one that has left its group still holds its output', async () => {
    const { program, lines } = start({ args: ['setsid sleep 600 & echo $!; exit 3'] });
    expect(await program.exited).toEqual({ code: 3 });
    process.kill(Number(lines[0]?.split(' ')[1]), 'SIGKILL');
  });

  it('cannot be started where there is no such folder', async () => {
    const { program } = start({ workingDir: '/no/where', command: ['/bin/true'] });
    expect(await program.exited).toMatchObject({ code: 128, reason: 'StartError' });
    expect(await program.exec?.(['/bin/true'])).toMatchObject({ code: 127 });
  });

  it('dies with this process, however that ends', async () => {
    const script = `
      import { childProcess } from ${JSON.stringify(join(import.meta.dirname, 'child-process.ts'))};
      childProcess({ entrypoint: ['/bin/sh', '-c', 'echo $$; sleep 600 & echo $!; wait'] })
        .start({ pod: { hostname: 'web' }, command: [], args: [], env: {}, mounts: [], log: (line) => console.log(line) });`;
    const parent = spawn(
      process.execPath,
      ['--conditions=@neo4j-operator/source', '--input-type=module', '--eval', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pids: number[] = [];
    splitLines(parent.stdout, (line) => pids.push(Number(line)));
    await until(() => pids.length === 2);
    expect(pids.map(isAlive)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
  });
});

describe('splitLines', () => {
  it('joins pieces, splits what is too long, and keeps what has no newline', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    splitLines(stream, (line) => lines.push(line));
    for (const piece of ['a', 'b\nc', '\n', '\n', 'x'.repeat(40_000), 'ä']) stream.write(piece);
    stream.end();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(lines.slice(0, 3)).toEqual(['ab', 'c', '']);
    expect(lines.slice(3).map(({ length }) => length)).toEqual([16_384, 16_384, 40_001 - 2 * 16_384]);
  });
});
