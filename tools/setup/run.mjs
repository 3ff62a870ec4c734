// The entry of every npm script. Any Node.js and npm of the last years can start it: it installs what is missing, finds the
// Node.js that the work itself needs, and runs the task with that.
import { fileURLToPath } from 'node:url';
import { SetupError } from './errors.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, majorOf, taskEnvironment } from './node24.mjs';
import { capture, run, runWithin } from './spawn.mjs';
import { tasks } from './tasks.mjs';

const oldestNode = 20;
const root = fileURLToPath(new URL('../..', import.meta.url));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/**
 * @param {string[]} argv the task's name and its arguments
 * @returns {Promise<number>} the exit code
 */
async function main([name = '', ...args]) {
  if (majorOf(process.version) < oldestNode) {
    throw new SetupError(
      `Node.js ${oldestNode} or newer is needed to set up, this is ${process.version}: install one from nodejs.org.`,
    );
  }
  const task = tasks[name];
  if (task === undefined) {
    throw new SetupError(`There is no task '${name}'; there are ${Object.keys(tasks).join(', ')}.`);
  }
  await ensureInstalled(root, process.env);
  const { platform, arch, version, execPath } = process;
  const node = await findNode(root, { platform, arch, version, execPath, env: process.env });
  const place = { cwd: root, env: taskEnvironment(process.env, root, node) };
  return task(
    {
      root,
      run: (command, ...rest) => run(command, rest, place),
      runWithin: (limitMs, command, ...rest) => runWithin(limitMs, command, rest, place),
      capture: (command, ...rest) => capture(command, rest, place),
      print: (line) => {
        console.log(line);
      },
    },
    args,
  );
}
