// `npm test [project...] [pattern...] [-- Nx flags]`: the real programs that the tests need, every project's tests, one total.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What tools/jest/results-reporter.mjs leaves for each project.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** Several times what all tests take on two cores. What hangs must be seen as such, by name, while there is time to say so. */
const limitMs = 25 * 60_000;

/**
 * The projects that take longest, the longest first. They are begun before others of their rank, so that no long one is left alone at
 * the end while a core idles; Nx itself does so only where it remembers earlier runs.
 */
const longest = ['neo4j', 'operator-thread', 'tiny-operator', 'workspace', 'end-to-end', 'demo'];

/** @type {import('./tasks.mjs').Task} */
export async function runTests({ root, run, runWithin, capture, print }, args) {
  const source = '--conditions=@neo4j-operator/source';
  const programs = {
    'the build of the control plane': await run('node', source, 'test/controlplane/build.ts', '--optional'),
    'the fetch of the Neo4j servers': await run('node', source, 'test/neo4j/fetch-servers.ts', '--optional'),
  };

  /** @type {(...selection: string[]) => Promise<string[]>} */
  const show = async (...selection) => {
    const listing = await capture('nx', 'show', 'projects', '--with-target=test', '--json', ...selection);
    return /** @type {string[]} */ (JSON.parse(listing || '[]'));
  };
  const words = args.filter((arg) => !arg.startsWith('-'));
  // What is no project after one that is says which of its files are meant.
  const known = words.length > 1 ? await show() : [];
  const isPattern = known.includes(words[0] ?? '')
    ? (/** @type {string} */ word) => !known.includes(word)
    : () => false;
  const names = words.filter((word) => !isPattern(word));
  const patterns = words.filter(isPattern);
  const flags = [
    ...args.filter((arg) => arg.startsWith('-')),
    ...(patterns.length === 0 ? [] : [`--testPathPatterns=${patterns.join('|')}`]),
  ];
  const projects = longestFirst(await show(...(names.length === 0 ? [] : [`--projects=${names.join(',')}`])));
  if (projects.length === 0) {
    print(`There is no project ${names.join(' or ')} with tests; there are ${(await show()).join(', ')}.`);
    return 1;
  }

  const resultsDir = join(root, 'dist/test-results');
  for (const left of [resultsDir, join(root, 'dist/sim-statements')])
    rmSync(left, { recursive: true, force: true });
  /** @type {(names: readonly string[]) => Promise<number | 'overdue'>} */
  const runMany = (names) =>
    runWithin(
      limitMs,
      'nx',
      'run-many',
      '--targets=test',
      // Half of the projects mostly wait for servers.
      '--parallel=3',
      '--output-style=static',
      `--projects=${names.join(',')}`,
      ...flags,
    );
  let code = await runMany(projects);
  if (code === 'overdue') {
    const unfinished = projects.filter((name) => readCounts(resultsDir, name) === undefined);
    print(`Once more, for what has not ended: ${unfinished.join(', ')}`);
    code = unfinished.length === 0 ? 0 : await runMany(unfinished);
  }

  const results = projects.map((name) => ({ name, counts: readCounts(resultsDir, name) }));
  for (const [name, code] of Object.entries(programs)) {
    if (code !== 0) results.push({ name, counts: undefined });
  }
  const silent = results.filter(({ counts }) => counts === undefined).map(({ name }) => name);
  if (silent.length > 0) print(`No result from: ${silent.join(', ')}`);
  const total = totalOf(results.map(({ counts }) => counts));
  print(summary(total));
  return code === 0 && total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/**
 * Nx begins projects on which equally many depend in the order in which they are given.
 *
 * @param {readonly string[]} projects
 */
function longestFirst(projects) {
  const long = longest.filter((name) => projects.includes(name));
  return [...long, ...projects.filter((name) => !long.includes(name))];
}

/**
 * Adds up the projects' counts; a project that left none counts as one failure.
 *
 * @param {readonly (Counts | undefined)[]} results
 * @returns {Counts}
 */
export function totalOf(results) {
  /** @type {Counts} */
  const none = { passed: 0, failed: 0, skipped: 0 };
  return results.reduce(
    /** @type {(sum: Counts, counts: Counts | undefined) => Counts} */
    (sum, counts = { passed: 0, failed: 1, skipped: 0 }) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    none,
  );
}

/**
 * The last line of a test run.
 *
 * @param {Counts} total
 */
export function summary({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

/**
 * @param {string} dir
 * @param {string} project
 * @returns {Counts | undefined}
 */
function readCounts(dir, project) {
  const path = join(dir, `${project}.json`);
  return existsSync(path) ? /** @type {Counts} */ (JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}
