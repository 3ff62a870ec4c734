// What each npm script runs.
import { join } from 'node:path';
import { runTests } from './test-task.mjs';

/**
 * What a task works with: the repository, `run` for a command that shares the terminal (gives its exit code), `runWithin` for one that
 * may hang, `capture` for its output, `print` for a line of the task's own.
 *
 * @typedef {{
 *   root: string,
 *   run: (command: string, ...args: string[]) => Promise<number>,
 *   runWithin: (limitMs: number, command: string, ...args: string[]) => Promise<number | 'overdue'>,
 *   capture: (command: string, ...args: string[]) => Promise<string>,
 *   print: (line: string) => void,
 * }} Context
 * @typedef {(context: Context, args: string[]) => Promise<number>} Task runs and gives the exit code
 */

/** @type {Readonly<Record<string, Task>>} */
export const tasks = {
  setup: () => Promise.resolve(0),
  test: runTests,
  lint: ({ run }, args) => run('eslint', '--max-warnings=0', ...(args.length === 0 ? ['.'] : args)),
  typecheck: ({ run }, args) => run('tsc', '-p', 'tsconfig.json', ...args),
  format: ({ run }, args) => run('prettier', ...(args.length === 0 ? ['--check'] : args), '.'),
  build: ({ run }, args) => run('nx', 'run-many', '--targets=build', ...args),
  async generate({ run }, args) {
    const built = await run('nx', 'run-many', '--targets=build');
    return built === 0 ? script(run, 'tools/generate/main.ts', args) : built;
  },
  controlplane: ({ run }, args) => script(run, 'test/controlplane/build.ts', args),
  'neo4j:fetch': ({ run }, args) => script(run, 'test/neo4j/fetch-servers.ts', args),
  'test:neo4j': (context, args) => runTests(context, ['neo4j', ...args]),
  'check:statements': ({ run }, args) => withNeo4j(run, 'test/neo4j/check-statements.ts', args),
  'conformance:neo4j': ({ run }, args) => withNeo4j(run, 'test/neo4j/conformance.ts', args),
  /** Of the simulated control plane: from the real one's OpenAPI and Go sources. */
  async 'generate:kube'({ run }, args) {
    const written = await withControlPlane(run, 'tools/generate/kube-schemas.ts', args);
    return written === 0 ? script(run, 'tools/generate/kube-protobuf.ts', args) : written;
  },
  'conformance:kube': ({ run }, args) => withControlPlane(run, 'test/kube-conformance/conformance.ts', args),
  async demo({ run }, args) {
    const needs = [
      ['node', 'apps/operator/build.mjs'],
      ...(isReal('control-plane', args) ? [fromSource('test/controlplane/build.ts')] : []),
      ...(isReal('neo4j', args) ? [fromSource('test/neo4j/fetch-servers.ts', '2026.08.1')] : []),
    ];
    for (const [command = '', ...rest] of args.includes('--help') ? [] : needs) {
      const code = await run(command, ...rest);
      if (code !== 0) return code;
    }
    return script(run, 'tools/demo/main.ts', args);
  },
  async bench({ run }, args) {
    const built = await run('nx', 'run-many', '--targets=build');
    return built === 0 ? withControlPlane(run, 'bench/main.ts', args) : built;
  },
  'autoscale:vectors': ({ run }, args) => autoscale(run, 'vectors', args),
  'autoscale:replay': ({ run }, args) => autoscale(run, 'replay', args),
  'autoscale:compare': ({ run }, args) => autoscale(run, 'compare', args),
  'autoscale:tune': ({ run }, args) => autoscale(run, 'tune', args),
  /** Writes the page about how well the engine decides, over all loads that the library keeps. */
  'autoscale:report': ({ root, run }, args) =>
    autoscale(run, 'report', [
      ...bundledTraces.map((name) => `--trace=${join(root, 'libs/autoscale/fixtures/traces', name)}`),
      `--out=${join(root, 'docs/autoscaling-report.md')}`,
      ...args,
    ]),
};

const bundledTraces = [
  'nyc_taxi.csv',
  'elb_request_count_8c0756.csv',
  'rds_cpu_utilization_e47b3b.csv',
  'Twitter_volume_AMZN.csv',
];

/**
 * Builds the control plane if need be, then runs a TypeScript file.
 *
 * @param {Context['run']} run
 * @param {string} file
 * @param {string[]} args
 */
async function withControlPlane(run, file, args) {
  const built = await script(run, 'test/controlplane/build.ts', []);
  return built === 0 ? script(run, file, args) : built;
}

/**
 * Fetches the real Neo4j servers if need be, then runs a TypeScript file.
 *
 * @param {Context['run']} run
 * @param {string} file
 * @param {string[]} args
 */
async function withNeo4j(run, file, args) {
  const fetched = await script(run, 'test/neo4j/fetch-servers.ts', []);
  return fetched === 0 ? script(run, file, args) : fetched;
}

/**
 * A command of the autoscaling library's program. Its files are looked for where npm was called: it runs scripts in another folder.
 *
 * @param {Context['run']} run
 * @param {string} command
 * @param {string[]} args
 */
function autoscale(run, command, args) {
  const directory = process.env['INIT_CWD'] ?? process.cwd();
  return script(run, 'libs/autoscale/src/cli/main.ts', [`--directory=${directory}`, command, ...args]);
}

/**
 * Runs a TypeScript file.
 *
 * @param {Context['run']} run
 * @param {string} file
 * @param {string[]} args
 */
function script(run, file, args) {
  const [command = '', ...rest] = fromSource(file, ...args);
  return run(command, ...rest);
}

/**
 * The command that runs a TypeScript file, with the libraries taken from their sources.
 *
 * @param {string[]} args
 */
function fromSource(...args) {
  return ['node', '--conditions=@neo4j-operator/source', ...args];
}

/**
 * Whether a flag of the demo asks for the real thing, in either way of writing it.
 *
 * @param {string} flag
 * @param {string[]} args
 */
function isReal(flag, args) {
  return (
    args.includes(`--${flag}=real`) ||
    (args[args.indexOf(`--${flag}`) + 1] === 'real' && args.includes(`--${flag}`))
  );
}
