// What the README tells newcomers to do, word for word, in a fresh clone.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { findControlPlane } from '../controlplane/src/index.ts';
import { cloneEnv, type FreshClone, freshClone } from './fresh-clone.spec-helper.ts';

const stays = 'It stays until you press Ctrl-C';
let clone: FreshClone;

beforeAll(() => {
  clone = freshClone();
});

afterAll(() => {
  clone.remove();
});

it('the quickstart of the README', async () => {
  const readme = readFileSync(join(clone.dir, 'README.md'), 'utf8');
  const block = /## Quickstart\n.*?```sh\n(?<code>.*?)```/s.exec(readme)?.groups?.['code'] ?? '';
  const [command = '', ...more] = block.trim().split('\n');
  expect(more).toEqual([]);

  const demo = start(command, cloneEnv());
  await until(() => demo.output().includes(stays) || demo.hasEnded());
  expect(demo.output()).toMatch(/Neo4jEnterpriseCluster graph Ready\n.*Neo4jDatabase movies Ready\n/);
  expect(demo.output()).toContain(stays);

  const env = environmentOfKubectl(demo.output());
  const tried = demo
    .output()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('kubectl ') && !line.includes(' -w'));
  expect(tried.length).toBeGreaterThan(2);
  if (env !== undefined) {
    for (const line of tried) expect(await shell(line, env)).not.toBe('');
  }

  demo.interrupt();
  await until(demo.hasEnded);
  expect(demo.output().split(stays)[1]).toContain('Stopping');
  expect(await shell('ps -eo args', cloneEnv())).not.toContain(clone.dir);
}, 180_000);

/** For the commands that the demo prints; undefined where there is no kubectl. */
function environmentOfKubectl(output: string): Record<string, string | undefined> | undefined {
  const kubeconfig = /export KUBECONFIG=(?<file>.*)/.exec(output)?.groups?.['file'];
  expect(kubeconfig).toBeDefined();
  const found = findControlPlane();
  if ('missing' in found) return undefined;
  return {
    ...cloneEnv(),
    KUBECONFIG: kubeconfig,
    PATH: `${found.binDir}${delimiter}${process.env['PATH'] ?? ''}`,
  };
}

/** What a command prints. */
async function shell(line: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: clone.dir, env, timeout: 60_000 });
  return stdout;
}

/** A command in a group of its own, as a shell starts it, so that Ctrl-C reaches all that it has started. */
function start(command: string, env: Readonly<Record<string, string | undefined>>) {
  const child = spawn('sh', ['-c', command], {
    cwd: clone.dir,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  }
  child.once('close', () => {
    ended = true;
  });
  return {
    output: () => text,
    hasEnded: () => ended,
    interrupt: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(systemClock, 100);
}
