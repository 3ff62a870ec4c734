// The demo as a user runs it, but for the set-up: a process, which has everything that it leaves in a folder of the test.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { workspace } from '../../stage/src/index.ts';

let dir: string;
let children: ChildProcess[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'demo-'));
  children = [];
});
afterEach(() => {
  for (const { pid } of children) kill(pid, 'SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** In a group of its own, as a shell starts it, so that Ctrl-C reaches all that it has started. */
function start(...args: readonly string[]) {
  const main = join(workspace, 'tools/demo/main.ts');
  const child = spawn(process.execPath, ['--conditions=@neo4j-operator/source', main, ...args], {
    cwd: workspace,
    env: { PATH: process.env['PATH'], TMPDIR: dir, INIT_CWD: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return {
    ended,
    text: () => text,
    interrupt: () => {
      kill(child.pid, 'SIGINT');
    },
    /** What runs in its group. */
    running: () =>
      execFileSync('ps', ['-A', '-o', 'pgid=,args='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.trim().startsWith(`${child.pid ?? 0} `)),
  };
}

function kill(group: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (group !== undefined) process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Kept beside everything else that the demo would leave. */
const given = 'given.yaml';

async function once(yaml: string): Promise<{ readonly code: number | null; readonly text: string }> {
  writeFileSync(join(dir, given), yaml);
  const demo = start('--once', `--file=${given}`);
  const code = await demo.ended;
  expect(demo.running()).toEqual([]);
  expect(readdirSync(dir)).toEqual([given]);
  return { code, text: demo.text() };
}

const cluster = (spec: string): string => `
apiVersion: neo4j.neo4j.com/v1alpha1
kind: Neo4jEnterpriseCluster
metadata:
  name: graph
spec:
  topology: { primaries: 1 }
  storage: { size: 1Gi }
  ${spec}
`;

describe('What cannot become Ready ends the demo with exit code 1', () => {
  it('a field that there is not', async () => {
    const { code, text } = await once(cluster('acceptLicenseAgreement: evaluation\n  colour: blue'));
    expect(text).toContain(`Not accepted: Neo4jEnterpriseCluster graph of ${join(dir, given)}\n`);
    expect(text).toContain('.spec.colour: field not declared in schema');
    expect(text).toContain("the operator's last error: none");
    expect(code).toBe(1);
  });

  it('a spec that the operator does not carry out', async () => {
    const { code, text } = await once(
      cluster('acceptLicenseAgreement: evaluation\n  image: { tag: 2026.08.1 }\n  memory: { heap: 64Gi }'),
    );
    expect(text).toContain('\nNot Ready: Neo4jEnterpriseCluster graph\n');
    expect(text).toMatch(/\n {2}\w+: .*spec\.memory\.heap/);
    expect(text).toMatch(/\n {2}the operator's last error: /);
    expect(code).toBe(1);
  });

  it('what is no YAML', async () => {
    const { code, text } = await once('{');
    expect(text).toContain(`${join(dir, given)} cannot be read: `);
    expect(code).toBe(1);
  });
});

describe('Ctrl-C leaves nothing that runs, and no folder', () => {
  it.each([
    ['while the control plane starts', 'Starting', 130],
    ['while the cluster forms', 'Applied', 130],
    ['when all is Ready', 'It stays until you press Ctrl-C', 0],
  ])('%s', async (_, when, expected) => {
    const demo = start();
    while (!demo.text().includes(when)) await sleep(systemClock, 20);
    demo.interrupt();
    expect(await demo.ended).toBe(expected);
    expect(demo.text()).not.toContain('Not Ready');
    expect(demo.running()).toEqual([]);
    expect(readdirSync(dir)).toEqual([]);
  });
});

it('a flag that there is not ends with 2 and tells which there are', async () => {
  const demo = start('--twice');
  expect(await demo.ended).toBe(2);
  expect(demo.text()).toContain("Unknown option '--twice'");
  expect(demo.text()).toContain('--once');
});
