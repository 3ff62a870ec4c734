import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runTests, summary, totalOf } from '../../tools/setup/test-task.mjs';

const ok = { passed: 2, failed: 0, skipped: 1 };
let root: string;
let printed: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'test-task-'));
  printed = [];
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function leaveResult(project: string, counts: object): void {
  mkdirSync(join(root, 'dist/test-results'), { recursive: true });
  writeFileSync(join(root, `dist/test-results/${project}.json`), JSON.stringify(counts));
}

type Code = number | 'overdue';

/** A workspace with the projects `a` and `b` whose run leaves `results`. Of several codes of Nx the first comes first. */
function workspace(
  results: Record<string, object>,
  codes: { nx?: readonly Code[]; node?: number } = {},
  projects: readonly string[] = ['a', 'b'],
) {
  const nx = [...(codes.nx ?? [])];
  const commands: string[] = [];
  const context = {
    root,
    run: (command: string, ...args: string[]): Promise<number> => {
      commands.push([command, ...args].join(' '));
      return Promise.resolve(codes.node ?? 0);
    },
    runWithin: (_limitMs: number, command: string, ...args: string[]): Promise<Code> => {
      commands.push([command, ...args].join(' '));
      for (const [project, counts] of Object.entries(results)) leaveResult(project, counts);
      return Promise.resolve(nx.shift() ?? 0);
    },
    capture: (command: string, ...args: string[]): Promise<string> => {
      commands.push([command, ...args].join(' '));
      const selected = args.find((arg) => arg.startsWith('--projects='))?.split('=')[1];
      const named = selected?.split(',') ?? projects;
      return Promise.resolve(JSON.stringify(projects.filter((name) => named.includes(name))));
    },
    print: (line: string): void => {
      printed.push(line);
    },
  };
  return { context, commands };
}

describe('a test run', () => {
  it('ends with the total of all projects', async () => {
    const { context } = workspace({ a: ok, b: ok });
    await expect(runTests(context, [])).resolves.toBe(0);
    expect(printed).toEqual(['4 passed, 0 failed, 2 skipped']);
  });

  it('takes what is no project after one that is for a pattern of files', async () => {
    const { commands, context } = workspace({ a: ok });
    await runTests(context, ['a', 'simulation']);
    expect(commands.findLast((command) => command.startsWith('nx run-many'))).toMatch(
      /--projects=a --testPathPatterns=simulation$/,
    );
  });

  it('fails when a test failed', async () => {
    const { context } = workspace({ a: ok, b: { passed: 1, failed: 1, skipped: 0 } }, { nx: [1] });
    await expect(runTests(context, [])).resolves.toBe(1);
    expect(printed.at(-1)).toBe('3 passed, 1 failed, 1 skipped');
  });

  it('fails when a project left no result', async () => {
    const { context } = workspace({ a: ok });
    await expect(runTests(context, [])).resolves.toBe(1);
    expect(printed).toEqual(['No result from: b', '2 passed, 1 failed, 1 skipped']);
  });

  it('fails, after running the tests, when real programs could not be had', async () => {
    const { context } = workspace({ a: ok, b: ok }, { node: 1 });
    await expect(runTests(context, [])).resolves.toBe(1);
    expect(printed).toEqual([
      'No result from: the build of the control plane, the fetch of the Neo4j servers',
      '4 passed, 2 failed, 2 skipped',
    ]);
  });

  it('fails when the run as a whole failed though every test passed', async () => {
    const { context } = workspace({ a: ok, b: ok }, { nx: [1] });
    await expect(runTests(context, [])).resolves.toBe(1);
  });

  it('fails when there was nothing to test', async () => {
    const { context } = workspace({ a: { ...ok, passed: 0 }, b: { ...ok, passed: 0 } });
    await expect(runTests(context, [])).resolves.toBe(1);
  });

  it('does not count what an earlier run has left', async () => {
    leaveResult('a', ok);
    leaveResult('removed', ok);
    const { context } = workspace({ b: ok });
    await expect(runTests(context, [])).resolves.toBe(1);
    expect(printed.at(-1)).toBe('2 passed, 1 failed, 1 skipped');
  });

  it('is tried once more, for what has not ended in time', async () => {
    const { context, commands } = workspace({ a: ok }, { nx: ['overdue', 'overdue'] });
    await expect(runTests(context, [])).resolves.toBe(1);
    expect(printed).toEqual([
      'Once more, for what has not ended: b',
      'No result from: b',
      '2 passed, 1 failed, 1 skipped',
    ]);
    expect(commands.slice(3)).toEqual([
      'nx run-many --targets=test --parallel=3 --output-style=static --projects=a,b',
      'nx run-many --targets=test --parallel=3 --output-style=static --projects=b',
    ]);
  });

  it('passes when all its tests have, though Nx had to be ended', async () => {
    const { context } = workspace({ a: ok, b: ok }, { nx: ['overdue'] });
    await expect(runTests(context, [])).resolves.toBe(0);
  });

  it('begins the longest projects first', async () => {
    const projects = ['a', 'workspace', 'neo4j', 'b'];
    const { context, commands } = workspace({}, {}, projects);
    await runTests(context, []);
    expect(commands.at(-1)).toMatch(/ --projects=neo4j,workspace,a,b$/);
  });

  it('is not begun without a project', async () => {
    const { context, commands } = workspace({}, {}, []);
    await expect(runTests(context, ['c'])).resolves.toBe(1);
    expect(commands.filter((command) => command.startsWith('nx run-many'))).toEqual([]);
    expect(printed).toEqual([expect.stringMatching(/^There is no project c with tests/)]);
  });

  it('can be narrowed to projects and takes flags for Nx', async () => {
    const { context, commands } = workspace({ a: ok, b: ok });
    await runTests(context, ['a', 'b', '--skip-nx-cache']);
    expect(commands.slice(2)).toEqual([
      'nx show projects --with-target=test --json',
      'nx show projects --with-target=test --json --projects=a,b',
      'nx run-many --targets=test --parallel=3 --output-style=static --projects=a,b --skip-nx-cache',
    ]);
  });
});

it('the sum of no results is nothing', () => {
  expect(totalOf([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

it('skipped tests are named only when there are any', () => {
  expect(summary({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
});
